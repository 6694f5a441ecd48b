//! `progress`: what is being done.

use crate::plugin::bindings::formwork::plugin::progress::Host;
use crate::plugin::inert::inert_line;
use crate::plugin::limits::MAX_LOG;
use crate::plugin::state::State;

impl Host for State {
    async fn status(&mut self, message: String) -> wasmtime::Result<()> {
        self.enter()?;
        // Shares its allowance with the log.
        self.logged += message.len().max(1);
        if self.logged <= MAX_LOG {
            let message = inert_line(&message);
            tracing::info!(target: "progress", plugin = &*self.plugin, "{message}");
            if let Some(stacks) = &self.services.stacks {
                stacks.status(&message);
            }
        }
        Ok(())
    }
}
