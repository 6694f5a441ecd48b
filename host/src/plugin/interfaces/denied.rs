//! The interface that no version grants yet. It is linked, so that a component that imports it starts, and every call is
//! refused.

use crate::plugin::bindings::formwork::plugin::{http, types as wit};
use crate::plugin::calls::to_failure;
use crate::plugin::grants::Need;
use crate::plugin::state::State;

impl http::Host for State {
    async fn send(&mut self, _: http::Request) -> wasmtime::Result<Result<http::Response, wit::Failure>> {
        self.enter()?;
        match self.allow(Need::Interface("http")) {
            Err(failure) => Ok(Err(to_failure(failure))),
            Ok(()) => Err(wasmtime::Error::msg("the interface `http` was granted, and cannot be")),
        }
    }
}
