//! `workspace`: the folder of a step.

use crate::plugin::bindings::formwork::plugin::types as wit_types;
use crate::plugin::bindings::formwork::plugin::workspace::Host;
use crate::plugin::calls::to_failure;
use crate::plugin::grants::Need;
use crate::plugin::state::State;

impl Host for State {
    async fn write(
        &mut self,
        name: String,
        bytes: Vec<u8>,
        executable: bool,
    ) -> wasmtime::Result<Result<String, wit_types::Failure>> {
        self.enter()?;
        let saved = match self.services.step.clone() {
            Some(step) => step.save(&name, &bytes, executable).map(Some),
            None => self.allow(Need::Interface("workspace")).map(|()| None),
        };
        match saved {
            Ok(Some(path)) => Ok(Ok(path)),
            Ok(None) => Err(wasmtime::Error::msg("the interface `workspace` was granted, and cannot be")),
            Err(failure) => Ok(Err(to_failure(failure))),
        }
    }
}
