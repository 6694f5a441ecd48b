//! The component around the library.

use formwork_plugin::Failure;
use formwork_plugin::action::{Action, Descriptor, Invocation, Outcome};
use formwork_plugin::host::{output, process, workspace};

use crate::machine::{Exit, Machine, Program};
use crate::run::{Shell, run};

struct Host;

impl Machine for Host {
    fn write_script(&self, name: &str, bytes: &[u8]) -> Result<String, Failure> {
        workspace::write(name, bytes, true)
    }

    fn run(&self, program: Program) -> Result<Exit, Failure> {
        let variables = program.environment.into_iter();
        let exit = process::run(&process::Command {
            program: program.name,
            args: program.arguments,
            env: variables.map(|(name, value)| (name, process::EnvValue::Plain(value))).collect(),
            working_directory: program.working_directory,
            stdin: None,
            timeout: Some(program.timeout),
        })?;
        Ok(Exit { code: exit.code, timed_out: exit.timed_out })
    }

    fn complain(&self, text: &str) {
        output::write(output::Stream::Stderr, text.as_bytes());
    }
}

struct RunShellScript;

impl Action for RunShellScript {
    fn describe() -> Descriptor {
        Descriptor {
            name: "aws:runShellScript".into(),
            summary: "Runs a shell script.".into(),
            inputs: crate::INPUTS.into(),
        }
    }

    fn run(invocation: Invocation) -> Result<Outcome, Failure> {
        let exit_code = run(&Host, &Shell::SH, &invocation.inputs)?;
        Ok(Outcome { exit_code, outputs: "{}".into() })
    }
}

formwork_plugin::export_action!(RunShellScript);
