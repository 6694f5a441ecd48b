//! `log`: lines for the person who runs the plugin.

use crate::plugin::bindings::formwork::plugin::log::{Host, Level};
use crate::plugin::inert::inert_line;
use crate::plugin::limits::MAX_LOG;
use crate::plugin::state::State;

impl Host for State {
    async fn write(&mut self, level: Level, message: String) -> wasmtime::Result<()> {
        self.enter()?;
        if self.logged > MAX_LOG {
            return Ok(());
        }
        self.logged += message.len().max(1);
        if self.logged > MAX_LOG {
            tracing::warn!(target: "plugin", plugin = &*self.plugin, "logged more than 1 MiB; the rest is left out");
            return Ok(());
        }
        let (plugin, message) = (&*self.plugin, inert_line(&message));
        match level {
            Level::Trace => tracing::trace!(target: "plugin", plugin, "{message}"),
            Level::Debug => tracing::debug!(target: "plugin", plugin, "{message}"),
            Level::Info => tracing::info!(target: "plugin", plugin, "{message}"),
            Level::Warn => tracing::warn!(target: "plugin", plugin, "{message}"),
            Level::Error => tracing::error!(target: "plugin", plugin, "{message}"),
        }
        Ok(())
    }
}
