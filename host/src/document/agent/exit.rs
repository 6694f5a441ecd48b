//! What the end of a process means for its step and for the steps behind it (`agent/plugins/runscript`, `iohandler`,
//! `runpluginutil`). The texts are the agent's.

#[cfg(test)]
mod tests;

use serde_json::Value;

use super::actions::Platform;
use super::output;
use super::status::Status;

/// Ends the document well.
pub const END_WELL: i32 = 168;
/// Ends the document as failed.
pub const END_FAILED: i32 = 169;
/// Asks for a reboot; the same step runs again afterwards. On Windows it is 3010.
pub const REBOOT: i32 = 194;
/// Stands for a process that was stopped; on Windows it is -1.
pub const STOPPED: i32 = 137;

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// By itself, with this code.
    Exited(i32),
    /// By a signal that came from elsewhere; its number, and whether a core was dumped. The code is -1 then: where
    /// `sh -c` starts the script as a process of its own, the shell turns the signal into 128 and more, and this does
    /// not happen.
    Signalled(i32, bool),
    /// It was killed because its time was up.
    TimedOut,
    /// It was killed because somebody cancelled the run.
    Cancelled,
    /// It was never started; why, as the agent would say it: `fork/exec /usr/bin/sh: no such file or directory`.
    NotStarted(String),
}

/// Whether somebody asked for an end while the process ran. It decides what code 137 means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interrupt {
    /// Nobody.
    None,
    /// The run is to be cancelled.
    Cancel,
    /// The agent is to stop.
    Shutdown,
}

/// The result of one set of properties, before the rules for the document are applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// See [`Status`].
    pub status: Status,
    /// The code that is reported.
    pub code: i32,
    /// Everything that was written.
    pub stdout: Vec<u8>,
    /// Everything that was written, and what the agent has to say.
    pub stderr: Vec<u8>,
}

impl Part {
    /// A process of `aws:runShellScript` or `aws:runPowerShellScript` has ended. What the agent adds to the error
    /// follows without a line break of its own.
    #[must_use]
    pub fn ended(ending: Ending, stdout: Vec<u8>, stderr: Vec<u8>, platform: Platform, interrupt: Interrupt) -> Self {
        let stopped = if platform == Platform::Windows { -1 } else { STOPPED };
        let reboot = if platform == Platform::Windows { 3010 } else { REBOOT };
        let (code, interrupt) = match ending {
            Ending::Exited(code) => (code, interrupt),
            // A signal that comes with a cancellation is taken for its effect.
            Ending::Signalled(..) if interrupt == Interrupt::Cancel => (stopped, interrupt),
            Ending::Signalled(..) => (-1, interrupt),
            Ending::TimedOut => (stopped, Interrupt::None),
            Ending::Cancelled => (stopped, Interrupt::Cancel),
            Ending::NotStarted(_) => (1, interrupt),
        };
        let status = match code {
            0 => Status::Success,
            code if code == reboot => Status::SuccessAndReboot,
            code if code == stopped => match interrupt {
                Interrupt::None => Status::TimedOut,
                Interrupt::Cancel => Status::Cancelled,
                Interrupt::Shutdown => Status::Failed,
            },
            _ => Status::Failed,
        };
        let mut part = Self { status, code, stdout, stderr };
        if status == Status::Failed {
            let why = match ending {
                Ending::Signalled(signal, core) => {
                    format!("signal: {}{}", signal_name(signal), if core { " (core dumped)" } else { "" })
                }
                Ending::NotStarted(why) => why,
                _ => format!("exit status {code}"),
            };
            part.stderr.extend_from_slice(format!("failed to run commands: {why}").as_bytes());
        }
        part
    }

    /// The action failed without a process, for instance because its inputs cannot be read.
    #[must_use]
    pub fn failed(why: &str) -> Self {
        Self { status: Status::Failed, code: 1, stdout: Vec::new(), stderr: why.as_bytes().to_vec() }
    }

    /// The run was cancelled, or the agent is to stop, before the step began.
    #[must_use]
    pub fn cancelled() -> Self {
        Self { status: Status::Cancelled, code: 1, stdout: Vec::new(), stderr: Vec::new() }
    }

    /// The parts of a step of schema 1.x with several `properties`, which all run whatever happens: outputs joined by
    /// line breaks, the first code that is not 0, the strongest status. `None` for an empty list, for which the agent
    /// leaves the status empty.
    #[must_use]
    pub fn merge(parts: impl IntoIterator<Item = Self>) -> Option<Self> {
        parts.into_iter().reduce(|mut all, part| {
            for (all, part) in [(&mut all.stdout, part.stdout), (&mut all.stderr, part.stderr)] {
                if !all.is_empty() {
                    all.push(b'\n');
                }
                all.extend_from_slice(&part);
            }
            if all.code == 0 {
                all.code = part.code;
            }
            all.status = all.status.merge(part.status);
            all
        })
    }

    /// The result of the step: the rules for 168, 169 and `onFailure` are applied, and the outputs are put together.
    /// The added texts are in output and error, not in the combined output.
    #[must_use]
    pub fn finish(self, modifiers: &Modifiers) -> StepResult {
        let Self { mut status, mut code, mut stdout, mut stderr } = self;
        let shown: &[u8] = if code == END_WELL { b"" } else { &stderr };
        let combined = output::combined(&stdout, shown);
        if code == END_WELL {
            status = Status::Success;
            stderr.clear();
            stdout.extend_from_slice(ENDED_WELL);
        } else if code == END_FAILED {
            stderr.extend_from_slice(ENDED_FAILED);
            stdout.extend_from_slice(ENDED_FAILED);
        } else if status == Status::Failed && modifiers.on_failure.is_some() {
            stderr.extend_from_slice(ENDED_BY_PROPERTY);
            stdout.extend_from_slice(ENDED_BY_PROPERTY);
            if modifiers.on_failure == Some(OnFailure::SuccessAndExit) {
                status = Status::Success;
                code = END_WELL;
            }
        }
        StepResult { status, code, output: combined, stdout, stderr, error: None }
    }
}

const ENDED_WELL: &[u8] =
    b"\nStep exited with code 168. Therefore, marking step as succeeded. Further document steps will be skipped.";
const ENDED_FAILED: &[u8] =
    b"\nStep exited with code 169. Therefore, marking step as Failed. Further document steps will be skipped.";
const ENDED_BY_PROPERTY: &[u8] =
    b"\nStep was found to have onFailure property. Further document steps will be skipped.";

/// What the inputs of a step say about the document's course. Only a map of inputs is looked at, not a list of
/// properties.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modifiers {
    /// `inputs.onFailure`; other words than the two are as good as none.
    pub on_failure: Option<OnFailure>,
    /// Whether `inputs.onSuccess` is `exit`.
    pub exit_on_success: bool,
    /// Whether `inputs.finallyStep` is true, as a flag or as the text `true`.
    pub finally: bool,
}

/// The words that `inputs.onFailure` may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFailure {
    /// `exit`: the document ends, failed.
    Exit,
    /// `successAndExit`: the document ends, and the step counts as a success.
    SuccessAndExit,
}

impl Modifiers {
    /// Read them from the inputs with the parameters put in.
    #[must_use]
    pub fn of(inputs: &Value) -> Self {
        let text = |name: &str| match inputs.as_object().and_then(|map| map.get(name)) {
            Some(Value::String(text)) => text.as_str(),
            Some(Value::Bool(true)) => "true",
            _ => "",
        };
        let on_failure = match text("onFailure") {
            "exit" => Some(OnFailure::Exit),
            "successAndExit" => Some(OnFailure::SuccessAndExit),
            _ => None,
        };
        Self { on_failure, exit_on_success: text("onSuccess") == "exit", finally: text("finallyStep") == "true" }
    }

    /// Whether a step with these, and with this result, ends the document.
    #[must_use]
    pub fn end_document(&self, status: Status, code: i32) -> bool {
        matches!(code, END_WELL | END_FAILED)
            || status == Status::Failed && self.on_failure == Some(OnFailure::Exit)
            || status == Status::Success && self.exit_on_success
    }
}

/// What is known of a step after it ran, was skipped or was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepResult {
    /// See [`Status`].
    pub status: Status,
    /// The agent's own number; [`Self::reported_code`] is what others see.
    pub code: i32,
    /// Output and error in at most 2,500 bytes, or why the step was skipped.
    pub output: Vec<u8>,
    /// The whole output; a reply shows its beginning.
    pub stdout: Vec<u8>,
    /// The whole error; a reply shows its beginning.
    pub stderr: Vec<u8>,
    /// Why the step was refused. In a reply it takes the place of the combined output.
    pub error: Option<String>,
}

impl StepResult {
    /// The step was not run, and that is no failure.
    #[must_use]
    pub fn skipped(why: &str) -> Self {
        let output = why.as_bytes().to_vec();
        Self { status: Status::Skipped, code: 0, output, stdout: Vec::new(), stderr: Vec::new(), error: None }
    }

    /// The step was refused before it ran.
    #[must_use]
    pub fn refused(why: &str) -> Self {
        let (stdout, stderr) = (Vec::new(), Vec::new());
        Self { status: Status::Failed, code: 0, output: Vec::new(), stdout, stderr, error: Some(why.to_owned()) }
    }

    /// A failure without a code is reported as 1.
    #[must_use]
    pub fn reported_code(&self) -> i32 {
        if self.status == Status::Failed && self.code == 0 { 1 } else { self.code }
    }
}

/// Go's name of a signal (`syscall.Signal.String`, Linux).
fn signal_name(signal: i32) -> String {
    let name = match signal {
        1 => "hangup",
        2 => "interrupt",
        3 => "quit",
        4 => "illegal instruction",
        5 => "trace/breakpoint trap",
        6 => "aborted",
        7 => "bus error",
        8 => "floating point exception",
        9 => "killed",
        10 => "user defined signal 1",
        11 => "segmentation fault",
        12 => "user defined signal 2",
        13 => "broken pipe",
        14 => "alarm clock",
        15 => "terminated",
        other => return format!("signal {other}"),
    };
    name.to_owned()
}
