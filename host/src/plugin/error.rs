//! Why a plugin could not be loaded, or how a call ended badly.

use std::time::Duration;

use thiserror::Error;

use super::inert::inert;
use super::limits::{MAX_COMPONENT_SIZE, MAX_HOST_CALLS, MAX_RESOURCES, MIB};

/// Why a component is not accepted. Fits behind "the plugin `NAME` ".
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file could not be read.
    #[error("could not be read from `{path}`: {source}")]
    Read {
        /// The path as written.
        path: String,
        /// The system's answer.
        #[source]
        source: std::io::Error,
    },
    /// Over the size limit.
    #[error("is larger than {} MiB", MAX_COMPONENT_SIZE / MIB)]
    TooLarge,
    /// Zero bytes.
    #[error("is an empty file")]
    Empty,
    /// No WebAssembly at all.
    #[error("is not WebAssembly")]
    NotWasm,
    /// A core module.
    #[error("is a core WebAssembly module, and a plugin is a component")]
    CoreModule,
    /// WebAssembly that ends early or is otherwise broken.
    #[error("is damaged: {0}")]
    Damaged(String),
    /// It imports what no host offers.
    #[error("imports `{0}`, which this host does not know")]
    UnknownImport(String),
    /// It exports none of the interfaces of plugins.
    #[error("exports no plugin interface")]
    NoPlugin,
    /// It is of another kind than needed.
    #[error("is no {0}: it does not export the interface `{0}`")]
    MissingExport(&'static str),
    /// The compiler refused it, or was stopped.
    #[error("could not be compiled: {0}")]
    Compile(String),
    /// Linking failed.
    #[error("does not fit this host: {0}")]
    Link(String),
}

impl LoadError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Read { .. } => Some("Check `source` in formwork.toml; it is relative to that file."),
            Self::CoreModule => Some("Build for `wasm32-wasip2`, or turn it into one with `wasm-tools component new`."),
            Self::Damaged(_) | Self::Empty | Self::NotWasm => Some("Build or download it again."),
            Self::UnknownImport(_) => {
                Some("It was built against another package than `formwork:plugin@0.1`, or needs a newer Formwork.")
            }
            Self::NoPlugin => {
                Some("A plugin exports `resolver`, `renderer`, `deployer` or `action` of `formwork:plugin@0.1`.")
            }
            Self::MissingExport(_) | Self::TooLarge | Self::Compile(_) | Self::Link(_) => None,
        }
    }
}

/// How a call ended badly. Fits behind "the plugin `NAME` ". The store it ran in is gone; the next call has a new one.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CallError {
    /// Longer than the limit.
    #[error("took longer than {}", seconds(*.0))]
    TimedOut(Duration),
    /// More memory than the limit, in bytes.
    #[error("used more than {} MiB of memory", .0 / MIB)]
    OutOfMemory(usize),
    /// Endless recursion.
    #[error("used up its call stack: it probably calls itself without end")]
    StackOverflow,
    /// Too many host calls.
    #[error("made more than {MAX_HOST_CALLS} host calls")]
    TooManyHostCalls,
    /// Too many open handles.
    #[error("holds more than {MAX_RESOURCES} handles")]
    TooManyHandles,
    /// Too much data in one host call.
    #[error("moved more than {} MiB in one host call", super::limits::HOSTCALL_FUEL / MIB)]
    TooMuchData,
    /// A panic, an uncaught exception, an abort.
    #[error("panicked: {0}")]
    Panicked(String),
    /// Another trap.
    #[error("was stopped by a trap: {0}")]
    Trapped(String),
    /// Results that break the contract.
    #[error("broke the contract: {0}")]
    Contract(String),
}

fn seconds(limit: Duration) -> String {
    if limit.subsec_millis() == 0 { format!("{} s", limit.as_secs()) } else { format!("{} ms", limit.as_millis()) }
}

/// What a plugin left on stderr, as the message of a panic: the text of a Rust panic without its place in the code,
/// the last line of a Python traceback, otherwise the last lines.
pub(crate) fn panic_message(stderr: &str) -> Option<String> {
    let stderr = inert(stderr.trim());
    if stderr.is_empty() {
        return None;
    }
    let lines: Vec<&str> = stderr.lines().collect();
    let panic = lines.iter().rposition(|line| line.starts_with("thread ") && line.contains(" panicked at "));
    let message = match panic {
        // The lines behind it, but for the note on RUST_BACKTRACE that every Rust panic ends with.
        Some(at) => lines
            .iter()
            .skip(at + 1)
            .filter(|line| !line.starts_with("note: run with `RUST_BACKTRACE"))
            .copied()
            .collect::<Vec<_>>()
            .join("\n"),
        None => {
            let last = lines.len().saturating_sub(5);
            lines.into_iter().skip(last).collect::<Vec<_>>().join("\n")
        }
    };
    let message: String = message.chars().take(2_000).collect();
    Some(message)
}

#[cfg(test)]
mod tests {
    use super::panic_message;

    #[test]
    fn a_rust_panic_is_told_by_its_message() {
        let stderr = "noise\nthread '<unnamed>' (1) panicked at src/lib.rs:17:24:\nboom: \u{1b}[31mindex 7\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n";
        assert_eq!(panic_message(stderr).unwrap(), "boom: ␛[31mindex 7");
        assert_eq!(panic_message("Traceback\n  x\nValueError: no").unwrap(), "Traceback\n  x\nValueError: no");
        assert_eq!(panic_message(" \n"), None);
    }
}
