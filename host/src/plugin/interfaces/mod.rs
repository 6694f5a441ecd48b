//! What the host offers to plugins: one file for each WIT interface, always of the same build.
//!
//! Every function counts itself (`enter`), asks whether it is granted (`allow`), and then calls the service. The
//! permission check itself is in [`super::grants`].

mod denied;
mod files;
mod log;
mod output;
mod parameters;
mod process;
mod progress;
pub(crate) mod references;
mod reveal;
pub(crate) mod secrets;
mod stacks;
mod types;
mod workspace;
