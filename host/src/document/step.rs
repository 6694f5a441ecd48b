//! A step while its action performs it: its folders, its programs, and what it prints.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::agent::exit::Ending;
use super::agent::folder::working_directory;
use super::process::{Exit, Program, Sink, run};
use super::runner::Listener;
use crate::cloud::{Failure, FailureKind, Secret};
use crate::plugin::{Step, StepCommand, StepExit, StepStream};

/// The most that a step may print and we keep, in bytes of each stream. The agent keeps all and shows 24,000.
const MAX_KEPT: usize = 8 << 20;

/// A step that is being performed.
pub(super) struct RunningStep {
    /// Its name; in schema 1.x that of its action.
    pub(super) name: String,
    /// Its own folder, which ends in its name.
    pub(super) folder: PathBuf,
    /// Where programs run that no folder is named for.
    pub(super) default_folder: PathBuf,
    /// What each program finds in its environment.
    pub(super) environment: Vec<(String, String)>,
    /// Who sees what is printed as it comes.
    pub(super) listener: Arc<dyn Listener>,
    /// What was printed and how the last program ended.
    pub(super) seen: Arc<Mutex<Seen>>,
}

/// What is known of a step's programs.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
    pub(super) ending: Option<Ending>,
}

impl RunningStep {
    pub(super) fn take(&self) -> Seen {
        std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, ending: Ending) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).ending = Some(ending);
    }
}

/// What a program of the step prints is what the step prints.
struct ToStep {
    listener: Arc<dyn Listener>,
    name: String,
    seen: Arc<Mutex<Seen>>,
}

impl Sink for ToStep {
    fn write(&self, stream: StepStream, bytes: &[u8]) {
        self.listener.output(&self.name, stream, bytes);
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).add(stream, bytes);
    }
}

impl Seen {
    fn add(&mut self, stream: StepStream, bytes: &[u8]) {
        match stream {
            StepStream::Stdout => keep(&mut self.stdout, bytes),
            StepStream::Stderr => keep(&mut self.stderr, bytes),
        }
    }
}

fn keep(kept: &mut Vec<u8>, bytes: &[u8]) {
    let room = MAX_KEPT.saturating_sub(kept.len()).min(bytes.len());
    kept.extend_from_slice(bytes.get(..room).unwrap_or_default());
}

#[async_trait]
impl Step for RunningStep {
    fn write(&self, stream: StepStream, bytes: &[u8]) {
        self.listener.output(&self.name, stream, bytes);
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).add(stream, bytes);
    }

    fn save(&self, name: &str, bytes: &[u8], executable: bool) -> Result<String, Failure> {
        let is_name = !name.is_empty() && !name.contains(['/', '\\', '\0']) && name != "." && name != "..";
        if !is_name {
            return Err(Failure::new(FailureKind::InvalidInput, "the name of a file of a step is one name"));
        }
        let path = self.folder.join(name);
        let failed = |error: std::io::Error| {
            Failure::new(FailureKind::Other, format!("failed to write `{}`: {error}", path.display()))
        };
        write_private(&path, bytes, if executable { 0o700 } else { 0o600 }).map_err(failed)?;
        Ok(path.display().to_string())
    }

    async fn run(&self, command: StepCommand) -> Result<StepExit, Failure> {
        let folder = working_directory(
            command.folder.as_deref().unwrap_or_default(),
            &self.folder,
            &self.name,
            &self.default_folder,
            Path::is_dir,
        );
        // What the action gives goes over what the step has, and what the agent sets goes over both.
        let (set, base): (Vec<_>, Vec<_>) = self
            .environment
            .iter()
            .cloned()
            .partition(|(name, _)| name.starts_with("SSM_") || name.starts_with("AWS_SSM_"));
        let secret = |(name, value): (String, String)| (name, Secret::new(value));
        let environment = base.into_iter().map(secret).chain(command.environment).chain(set.into_iter().map(secret));
        let sink = ToStep { listener: self.listener.clone(), name: self.name.clone(), seen: self.seen.clone() };
        let program = Program {
            program: find(&command.program),
            arguments: command.arguments,
            environment: environment.collect(),
            folder,
            input: command.input,
            timeout: command.timeout,
        };
        Ok(match run(program, Arc::new(sink)).await? {
            Exit::Code(code) => {
                self.note(Ending::Exited(code));
                StepExit { code, timed_out: false }
            }
            Exit::Signal(signal, core) => {
                self.note(Ending::Signalled(signal, core));
                StepExit { code: 128 + signal, timed_out: false }
            }
            Exit::TimedOut => {
                self.note(Ending::TimedOut);
                StepExit { code: super::agent::exit::STOPPED, timed_out: true }
            }
        })
    }
}

/// A name without a folder is looked for where programs are.
fn find(program: &str) -> PathBuf {
    if program.contains('/') {
        return program.into();
    }
    let folders = std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into());
    let found = std::env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file());
    found.unwrap_or_else(|| program.into())
}

/// Write a file that only its owner can read.
///
/// # Errors
/// Whatever the system answers.
pub(super) fn write_private(path: &Path, bytes: &[u8], mode: u32) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    options.open(path)?.write_all(bytes)
}

/// Make a folder that only its owner can enter, and those above it.
///
/// # Errors
/// Whatever the system answers.
pub(super) fn make_private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
