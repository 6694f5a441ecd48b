//! The interfaces of actions. They are linked, so that a component that imports them starts, and every
//! call is refused: no grant for them exists in this version.

use crate::plugin::bindings::formwork::plugin::{http, output, process, types as wit};
use crate::plugin::calls::to_failure;
use crate::plugin::grants::Need;
use crate::plugin::state::State;

type Answer<T> = wasmtime::Result<Result<T, wit::Failure>>;

impl State {
    fn refuse<T>(&mut self, interface: &'static str) -> Answer<T> {
        self.enter()?;
        match self.allow(Need::Interface(interface)) {
            Err(failure) => Ok(Err(to_failure(failure))),
            Ok(()) => Err(wasmtime::Error::msg(format!("the interface `{interface}` was granted, and cannot be"))),
        }
    }
}

impl output::Host for State {
    async fn write(&mut self, _: output::Stream, _: Vec<u8>) -> wasmtime::Result<()> {
        // The function has no result to say it with; the refusal is remembered all the same.
        self.refuse::<()>("output").map(drop)
    }
}

impl process::Host for State {
    async fn run(&mut self, _: process::Command) -> Answer<process::Exit> {
        self.refuse("process")
    }
}

impl http::Host for State {
    async fn send(&mut self, _: http::Request) -> Answer<http::Response> {
        self.refuse("http")
    }
}
