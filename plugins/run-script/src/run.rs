//! A step from its inputs to its exit code.

#[cfg(test)]
mod tests;

use formwork_plugin::{Failure, FailureKind};
use serde_json::Value;

use crate::input::Script;
use crate::machine::{Machine, Program};

/// The exit code of a script that was stopped because its time was up.
const STOPPED: i32 = 137;
/// The exit code of a script that could not be started.
const NOT_STARTED: i32 = 1;
/// PowerShell takes a script for UTF-8 only if it begins so.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// What runs a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shell {
    /// The name of the program.
    pub program: &'static str,
    /// Where the agent finds it; it is in what the agent says when it cannot be started.
    pub path: &'static str,
    /// The arguments before the path of the script.
    pub arguments: &'static [&'static str],
    /// The name of the script's file in the step's folder.
    pub script: &'static str,
    /// Whether the script begins with a byte order mark.
    pub byte_order_mark: bool,
}

impl Shell {
    /// `sh`, as `aws:runShellScript` uses it: it is given the path as a command, so that a script whose first line is
    /// `#!/usr/bin/env python3` is run by that, and neither `-e` nor anything else is set.
    pub const SH: Self =
        Self { program: "sh", path: "/usr/bin/sh", arguments: &["-c"], script: "_script.sh", byte_order_mark: false };
}

/// Perform a step with its inputs, a JSON text with the parameters put in. Gives the exit code: 137 if the script was
/// stopped because its time was up, 1 if it could not be started, which the step's standard error then says.
///
/// # Errors
/// `invalid-input` with the agent's text for inputs that cannot be read. What the host answers if the script cannot be
/// written (behind the agent's text), or if the host will not run the shell at all, which the agent has no words for.
pub fn run(machine: &impl Machine, shell: &Shell, inputs: &str) -> Result<i32, Failure> {
    let inputs: Value = serde_json::from_str(inputs)
        .map_err(|error| Failure::new(FailureKind::InvalidInput, format!("the inputs are not JSON: {error}")))?;
    let script = Script::read(&inputs).map_err(|text| Failure::new(FailureKind::InvalidInput, text))?;
    let mut bytes = if shell.byte_order_mark { BYTE_ORDER_MARK.to_vec() } else { Vec::new() };
    bytes.extend_from_slice(script.text().as_bytes());
    let path = machine.write_script(shell.script, &bytes).map_err(|mut failure| {
        failure.message = format!("failed to create script file. {}", failure.message);
        failure
    })?;
    let program = Program {
        name: shell.program.to_owned(),
        arguments: shell.arguments.iter().copied().map(str::to_owned).chain([path]).collect(),
        environment: script.environment,
        working_directory: Some(script.working_directory).filter(|folder| !folder.is_empty()),
        timeout: script.timeout_seconds.saturating_mul(1000),
    };
    match machine.run(program) {
        Ok(exit) if exit.timed_out => Ok(STOPPED),
        Ok(exit) => Ok(exit.code),
        Err(failure) => {
            let Some(why) = system_error(&failure) else { return Err(failure) };
            machine.complain(&format!("failed to run commands: fork/exec {}: {why}", shell.path));
            Ok(NOT_STARTED)
        }
    }
}

/// What the system said when the program was started, in Go's words; none if it was the host that refused. A host that
/// knows the system's name for the error gives it as the code of the failure.
fn system_error(failure: &Failure) -> Option<&'static str> {
    match (failure.code.as_deref(), &failure.kind) {
        (Some("ENOENT"), _) | (None, FailureKind::NotFound) => Some("no such file or directory"),
        (Some("EACCES"), _) => Some("permission denied"),
        (Some("ENOTDIR"), _) => Some("not a directory"),
        (Some("ENAMETOOLONG"), _) => Some("file name too long"),
        (Some("ELOOP"), _) => Some("too many levels of symbolic links"),
        (Some("E2BIG"), _) => Some("argument list too long"),
        (Some("ENOEXEC"), _) => Some("exec format error"),
        (Some("ENOMEM"), _) => Some("cannot allocate memory"),
        (Some("EAGAIN"), _) => Some("resource temporarily unavailable"),
        _ => None,
    }
}
