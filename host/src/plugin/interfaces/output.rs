//! `output`: what a step prints.

use crate::plugin::bindings::formwork::plugin::output::{Host, Stream};
use crate::plugin::grants::Need;
use crate::plugin::state::State;
use crate::plugin::step::StepStream;

impl Host for State {
    async fn write(&mut self, stream: Stream, bytes: Vec<u8>) -> wasmtime::Result<()> {
        self.enter()?;
        let stream = match stream {
            Stream::Stdout => StepStream::Stdout,
            Stream::Stderr => StepStream::Stderr,
        };
        match self.services.step.clone() {
            Some(step) => step.write(stream, &bytes),
            // The function has no result to say it with; the refusal is remembered all the same.
            None => drop(self.allow(Need::Interface("output"))),
        }
        Ok(())
    }
}
