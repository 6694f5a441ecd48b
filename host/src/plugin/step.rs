//! What an action has of the step that it performs: a folder, programs, and somewhere to print.

use std::time::Duration;

use async_trait::async_trait;

use crate::cloud::{Failure, Secret};

/// Which of the two streams of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// A program to run; `command` in `wit/process.wit`. It holds secrets, so there is no `Debug`.
pub struct StepCommand {
    /// An absolute path, or a name that the search path leads to.
    pub program: String,
    /// The arguments, without the program.
    pub arguments: Vec<String>,
    /// Variables over those that each program of the step is given.
    pub environment: Vec<(String, Secret)>,
    /// Where to run, as the document says; the step decides what it means.
    pub folder: Option<String>,
    /// What the program reads on its standard input.
    pub input: Option<Vec<u8>>,
    /// When its whole process group is killed.
    pub timeout: Option<Duration>,
}

/// How a program ended; `exit` in `wit/process.wit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepExit {
    /// The exit code; 128 and the number of the signal that ended it.
    pub code: i32,
    /// Whether the time-out ended it.
    pub timed_out: bool,
}

/// The step that an action performs, see `document/`.
#[async_trait]
pub trait Step: Send + Sync {
    /// Append to what the step prints.
    fn write(&self, stream: StepStream, bytes: &[u8]);

    /// Write a file into the step's folder; gives its absolute path.
    ///
    /// # Errors
    /// For a name that is none, and when the folder cannot be written.
    fn save(&self, name: &str, bytes: &[u8], executable: bool) -> Result<String, Failure>;

    /// Run a program to its end. Dropping the future ends it.
    ///
    /// # Errors
    /// When it cannot be started.
    async fn run(&self, command: StepCommand) -> Result<StepExit, Failure>;
}
