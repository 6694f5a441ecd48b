//! What the action needs of its host, so that it can be tested without one.

use std::collections::BTreeMap;

use formwork_plugin::Failure;

/// A program to run; `command` in `wit/process.wit`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// A name that the search path leads to, or an absolute path.
    pub name: String,
    /// The arguments, without the program.
    pub arguments: Vec<String>,
    /// Variables over those that the host gives to each program of a step.
    pub environment: BTreeMap<String, String>,
    /// Where to run: an absolute path, or one in the folder of what the document has downloaded. None is that folder.
    pub working_directory: Option<String>,
    /// When its whole process group is killed, in milliseconds.
    pub timeout: u64,
}

/// How a program ended; `exit` in `wit/process.wit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit {
    /// The exit code, or 128 and the number of the signal.
    pub code: i32,
    /// Whether the time-out ended it.
    pub timed_out: bool,
}

/// The machine, as far as a step can reach it. All functions fail with what the host answers.
pub trait Machine {
    /// Write an executable file into the step's folder; gives its absolute path.
    ///
    /// # Errors
    /// What the host answers.
    fn write_script(&self, name: &str, bytes: &[u8]) -> Result<String, Failure>;

    /// Run a program to its end. What it prints goes where the step's output goes.
    ///
    /// # Errors
    /// `not-found` if there is no such program or folder, and whatever else the host answers.
    fn run(&self, program: Program) -> Result<Exit, Failure>;

    /// Append to the step's standard error.
    fn complain(&self, text: &str);
}
