//! `process`: programs of this machine.

use std::sync::Arc;
use std::time::Duration;

use wasmtime::component::Resource;

use crate::cloud::{Failure, FailureKind, Secret};
use crate::plugin::bindings::formwork::plugin::process::{Command, EnvValue, Exit, Host};
use crate::plugin::bindings::formwork::plugin::types as wit_types;
use crate::plugin::calls::to_failure;
use crate::plugin::grants::Need;
use crate::plugin::interfaces::secrets::OpenSecret;
use crate::plugin::state::State;
use crate::plugin::step::{Step, StepCommand};

impl State {
    /// The step that is performed.
    pub(super) fn step(&self) -> Result<Arc<dyn Step>, Failure> {
        let missing = || Failure::new(FailureKind::Unsupported, "no step of a document is being performed");
        self.services.step.clone().ok_or_else(missing)
    }

    /// The text of a variable; of a secret the plugin holds a handle only.
    fn variable(&self, value: EnvValue) -> wasmtime::Result<Secret> {
        Ok(match value {
            EnvValue::Plain(text) => Secret::new(text),
            EnvValue::Secret(secret) => {
                let secret: Resource<OpenSecret> = secret;
                self.table.get(&secret)?.value.clone()
            }
        })
    }
}

impl Host for State {
    async fn run(&mut self, command: Command) -> wasmtime::Result<Result<Exit, wit_types::Failure>> {
        self.enter()?;
        let environment = command.env.into_iter().map(|(name, value)| Ok((name, self.variable(value)?)));
        let environment = environment.collect::<wasmtime::Result<Vec<_>>>()?;
        let allowed = self.allow(Need::Program(&command.program)).and_then(|()| self.step());
        let step = match allowed {
            Ok(step) => step,
            Err(failure) => return Ok(Err(to_failure(failure))),
        };
        let command = StepCommand {
            program: command.program,
            arguments: command.args,
            environment,
            folder: command.working_directory,
            input: command.stdin,
            timeout: command.timeout.map(Duration::from_millis),
        };
        let exit = step.run(command).await;
        Ok(exit.map(|exit| Exit { code: exit.code, timed_out: exit.timed_out }).map_err(to_failure))
    }
}
