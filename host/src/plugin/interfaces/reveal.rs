//! `reveal`: the text of a secret.

use wasmtime::component::Resource;

use super::secrets::OpenSecret;
use crate::plugin::bindings::formwork::plugin::reveal::Host;
use crate::plugin::bindings::formwork::plugin::types as wit_types;
use crate::plugin::calls::to_failure;
use crate::plugin::grants::Need;
use crate::plugin::state::State;

impl Host for State {
    async fn reveal(&mut self, secret: Resource<OpenSecret>) -> wasmtime::Result<Result<String, wit_types::Failure>> {
        self.enter()?;
        if let Err(failure) = self.allow(Need::Reveal) {
            return Ok(Err(to_failure(failure)));
        }
        Ok(Ok(self.table.get(&secret)?.value.expose().to_owned()))
    }
}
