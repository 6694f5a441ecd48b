//! Programs of this machine: each in a process group of its own, which ends with it, whatever happens to us.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use crate::cloud::{Failure, FailureKind, Secret};
use crate::plugin::StepStream;

/// Who is given what a program prints, as it comes.
pub trait Sink: Send + Sync {
    /// Some bytes of a stream.
    fn write(&self, stream: StepStream, bytes: &[u8]);
}

/// A program to run. The whole environment is in it: nothing is inherited.
pub struct Program {
    /// The program, an absolute path or a name that `PATH` of `environment` leads to.
    pub program: PathBuf,
    /// The arguments, without the program.
    pub arguments: Vec<String>,
    /// The environment.
    pub environment: Vec<(String, Secret)>,
    /// Where it runs.
    pub folder: PathBuf,
    /// What it reads on its standard input; nothing when none.
    pub input: Option<Vec<u8>>,
    /// When its whole process group is killed; never when none.
    pub timeout: Option<Duration>,
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// By itself, with this code.
    Code(i32),
    /// By a signal that came from elsewhere; its number, and whether a core was dumped.
    Signal(i32, bool),
    /// It was killed because its time was up.
    TimedOut,
}

/// How long what a program has printed is waited for once it has ended: a process that it left behind may hold the pipe
/// open for ever.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Run a program to its end. Dropping the future kills its process group. What the program has left running by itself
/// goes on, as a daemon that it was to start must.
///
/// # Errors
/// When it cannot be started. The kind is `NotFound` where there is no such program or folder.
pub async fn run(program: Program, sink: Arc<dyn Sink>) -> Result<Exit, Failure> {
    let name = program.program.display().to_string();
    let mut command = Command::new(&program.program);
    command
        .args(&program.arguments)
        .env_clear()
        .envs(program.environment.iter().map(|(name, value)| (name, value.expose())))
        .current_dir(&program.folder)
        .stdin(if program.input.is_some() { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command.spawn().map_err(|error| {
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound => FailureKind::NotFound,
            std::io::ErrorKind::PermissionDenied => FailureKind::AccessDenied,
            _ => FailureKind::Other,
        };
        Failure::new(kind, format!("failed to start `{name}`: {error}"))
    })?;
    let mut group = Group::of(&child);
    let reading = [
        child.stdout.take().map(|stream| tokio::spawn(copy(stream, StepStream::Stdout, sink.clone()))),
        child.stderr.take().map(|stream| tokio::spawn(copy(stream, StepStream::Stderr, sink))),
    ];
    if let (Some(mut stdin), Some(input)) = (child.stdin.take(), program.input) {
        // A program need not read all that it is given.
        tokio::spawn(async move { stdin.write_all(&input).await.ok() });
    }
    let ended = match program.timeout {
        Some(timeout) => tokio::time::timeout(timeout, child.wait()).await,
        None => Ok(child.wait().await),
    };
    let (status, timed_out) = match ended {
        Ok(status) => (status, false),
        Err(_) => {
            group.kill();
            (child.wait().await, true)
        }
    };
    for task in reading.into_iter().flatten() {
        let stop = task.abort_handle();
        if tokio::time::timeout(LAST_WORDS, task).await.is_err() {
            stop.abort();
        }
    }
    let status = status.map_err(|error| Failure::new(FailureKind::Other, format!("`{name}` was lost: {error}")))?;
    group.release();
    Ok(if timed_out { Exit::TimedOut } else { exit_of(status) })
}

async fn copy(mut stream: impl AsyncRead + Unpin, which: StepStream, sink: Arc<dyn Sink>) {
    let mut buffer = vec![0; 16 << 10];
    while let Ok(length @ 1..) = stream.read(&mut buffer).await {
        sink.write(which, buffer.get(..length).unwrap_or_default());
    }
}

#[cfg(unix)]
fn exit_of(status: std::process::ExitStatus) -> Exit {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, Some(signal)) => Exit::Signal(signal, status.core_dumped()),
        (None, None) => Exit::Code(-1),
    }
}

#[cfg(not(unix))]
fn exit_of(status: std::process::ExitStatus) -> Exit {
    Exit::Code(status.code().unwrap_or(-1))
}

/// The process group of a program; killed when dropped.
struct Group {
    #[cfg(unix)]
    id: Option<rustix::process::Pid>,
}

impl Group {
    #[cfg(unix)]
    fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
        Self { id }
    }

    #[cfg(not(unix))]
    fn of(_: &Child) -> Self {
        Self {}
    }

    /// The program has ended by itself; what is left of the group is its business.
    fn release(&mut self) {
        #[cfg(unix)]
        {
            self.id = None;
        }
    }

    fn kill(&self) {
        #[cfg(unix)]
        if let Some(id) = self.id {
            // That nobody is left is what is wanted.
            let _ = rustix::process::kill_process_group(id, rustix::process::Signal::KILL);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::sync::Mutex;
    use std::time::Instant;

    use super::*;

    #[derive(Default)]
    struct Kept(Mutex<(Vec<u8>, Vec<u8>)>);

    impl Sink for Kept {
        fn write(&self, stream: StepStream, bytes: &[u8]) {
            let mut kept = self.0.lock().unwrap();
            match stream {
                StepStream::Stdout => kept.0.extend(bytes),
                StepStream::Stderr => kept.1.extend(bytes),
            }
        }
    }

    fn shell(script: &str) -> Program {
        Program {
            program: "/bin/sh".into(),
            arguments: vec!["-c".into(), script.into()],
            environment: vec![("PATH".into(), Secret::new("/usr/bin:/bin"))],
            folder: "/".into(),
            input: None,
            timeout: None,
        }
    }

    async fn ran(program: Program) -> (Exit, String, String) {
        let kept = Arc::new(Kept::default());
        let exit = run(program, kept.clone()).await.unwrap();
        let (out, err) = std::mem::take(&mut *kept.0.lock().unwrap());
        (exit, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }

    #[tokio::test]
    async fn gives_both_streams_and_the_code() {
        let (exit, out, err) = ran(shell("echo out; echo err >&2; exit 7")).await;
        assert_eq!((exit, out.as_str(), err.as_str()), (Exit::Code(7), "out\n", "err\n"));
        assert_eq!(ran(shell("kill -9 $$")).await.0, Exit::Signal(9, false));
    }

    #[tokio::test]
    async fn nothing_of_the_environment_is_inherited() {
        let (_, out, _) = ran(shell("env | grep -c CARGO; true")).await;
        assert_eq!(out, "0\n");
    }

    #[tokio::test]
    async fn reads_its_input_as_far_as_it_likes() {
        let mut program = shell("head -c 3");
        program.input = Some(vec![b'x'; 1 << 20]);
        assert_eq!(ran(program).await.1, "xxx");
    }

    #[tokio::test]
    async fn a_time_out_ends_the_whole_group() {
        let mut program = shell("sleep 30 & echo $!; wait");
        program.timeout = Some(Duration::from_millis(300));
        let started = Instant::now();
        let (exit, out, _) = ran(program).await;
        assert!(exit == Exit::TimedOut && started.elapsed() < Duration::from_secs(10));
        assert_gone(out.trim());
    }

    #[tokio::test]
    async fn a_daemon_goes_on_and_is_not_waited_for() {
        let started = Instant::now();
        let (exit, out, _) = ran(shell("sleep 30 & echo $!")).await;
        assert!(exit == Exit::Code(0) && started.elapsed() < Duration::from_secs(10));
        let pid = rustix::process::Pid::from_raw(out.trim().parse().unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    }

    #[tokio::test]
    async fn dropping_it_ends_the_whole_group() {
        let kept = Arc::new(Kept::default());
        let running = run(shell("sleep 30 & echo $!; wait"), kept.clone());
        tokio::time::timeout(Duration::from_millis(500), running).await.unwrap_err();
        let pid = String::from_utf8(kept.0.lock().unwrap().0.clone()).unwrap();
        assert_gone(pid.trim());
    }

    #[tokio::test]
    async fn what_is_not_there_cannot_be_started() {
        let mut program = shell("true");
        program.folder = "/not/there".into();
        let failure = run(program, Arc::new(Kept::default())).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::NotFound);
    }

    /// A process that was killed may still wait to be collected by whoever adopted it.
    fn assert_gone(pid: &str) {
        assert!(!pid.is_empty());
        for _ in 0..100 {
            let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
            if status.is_empty() || status.contains("State:\tZ") {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("{pid} still runs");
    }
}
