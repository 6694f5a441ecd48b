//! Compiling components. Those that do not come with Formwork are compiled in a child process with limits, because a
//! component can be made so that the compiler runs for ever or eats all memory.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::engine;
use super::error::LoadError;
use super::limits::MIB;

/// The hidden command that compiles.
pub const COMPILE_COMMAND: &str = "compile-component";

/// Address space of the compiling process, in bytes.
const MAX_MEMORY: u64 = 2 << 30;

/// How long it may take.
const MAX_TIME: Duration = Duration::from_secs(60);

/// The largest code that is taken from it, in bytes.
const MAX_CODE: usize = 512 * MIB;

/// Where a component comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compiler {
    /// Compile in this process: for what came with Formwork.
    Here,
    /// Compile in a child process: the `formwork` command at this path.
    Child(PathBuf),
}

impl Compiler {
    /// Native code for a component.
    ///
    /// # Errors
    /// [`LoadError::Compile`] with the compiler's text, or with the limit that stopped it.
    pub(crate) async fn compile(&self, component: &[u8]) -> Result<Vec<u8>, LoadError> {
        match self {
            Self::Here => compile_here(component),
            Self::Child(command) => compile_in_child(command, component).await,
        }
    }
}

fn compile_here(component: &[u8]) -> Result<Vec<u8>, LoadError> {
    let text = |error: wasmtime::Error| LoadError::Compile(format!("{error:#}"));
    engine::compiler().map_err(text)?.precompile_component(component).map_err(text)
}

async fn compile_in_child(command: &Path, component: &[u8]) -> Result<Vec<u8>, LoadError> {
    let failed = |error: std::io::Error| {
        LoadError::Compile(format!("the compiling process `{}` failed: {error}", command.display()))
    };
    let mut child = tokio::process::Command::new(command)
        .arg(COMPILE_COMMAND)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)?;
    let (Some(mut stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(LoadError::Compile("the compiling process has no pipes".into()));
    };
    let write = async move {
        // A child that stops early closes the pipe; its status says why.
        let _ = stdin.write_all(component).await;
        drop(stdin);
    };
    let (mut code, mut message) = (Vec::new(), Vec::new());
    let mut code_in = stdout.take(MAX_CODE as u64 + 1);
    let mut message_in = stderr.take(64 << 10);
    let all = async {
        let ((), code_read, message_read, status) =
            tokio::join!(write, code_in.read_to_end(&mut code), message_in.read_to_end(&mut message), child.wait());
        code_read?;
        message_read?;
        status
    };
    let status = match tokio::time::timeout(MAX_TIME, all).await {
        Err(_) => return Err(LoadError::Compile(format!("it took longer than {} s", MAX_TIME.as_secs()))),
        Ok(status) => status.map_err(failed)?,
    };
    if status.success() && code.len() <= MAX_CODE {
        return Ok(code);
    }
    let message = String::from_utf8_lossy(&message);
    let message = message.trim();
    Err(LoadError::Compile(match (status.code(), message) {
        (Some(1), message) if !message.is_empty() => super::inert::inert(message),
        _ => format!("the compiler was stopped ({status}); it may use up to {} MiB", MAX_MEMORY / MIB as u64),
    }))
}

/// The other side of [`Compiler::Child`]: limit this process, then compile stdin to stdout. Gives the exit code.
///
/// # Errors
/// When stdin or stdout break.
pub fn compile_stdin_to_stdout() -> std::io::Result<u8> {
    use std::io::{Read, Write};
    limit_this_process();
    let mut component = Vec::new();
    std::io::stdin().lock().read_to_end(&mut component)?;
    match compile_here(&component) {
        Ok(code) => {
            std::io::stdout().lock().write_all(&code)?;
            Ok(0)
        }
        Err(error) => {
            let text = match error {
                LoadError::Compile(text) => text,
                other => other.to_string(),
            };
            std::io::stderr().lock().write_all(text.as_bytes())?;
            Ok(1)
        }
    }
}

#[cfg(unix)]
fn limit_this_process() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = |resource, value: u64| {
        // A lower limit from outside stays; root could raise it.
        let now = getrlimit(resource);
        let lower = |limit: Option<u64>| Some(limit.map_or(value, |limit| limit.min(value)));
        let _ = setrlimit(resource, Rlimit { current: lower(now.current), maximum: lower(now.maximum) });
    };
    limit(Resource::As, MAX_MEMORY);
    limit(Resource::Cpu, MAX_TIME.as_secs() * 4);
    limit(Resource::Core, 0);
}

#[cfg(not(unix))]
fn limit_this_process() {}
