//! Lines for the person who runs the plugin.

use crate::bindings::formwork::plugin::log::{Level, write};

/// A line that is shown with `FORMWORK_LOG=debug`.
pub fn debug(message: &str) {
    write(Level::Debug, message);
}

/// A line that is shown with `FORMWORK_LOG=info`.
pub fn info(message: &str) {
    write(Level::Info, message);
}

/// A line that is always shown.
pub fn warn(message: &str) {
    write(Level::Warn, message);
}
