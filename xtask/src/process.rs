//! Runs a command: shows it as a person would type it, and takes a bad status for what it is.

use crate::failure::{Failure, Result};
use crate::workspace;
use std::borrow::Cow;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, ErrorKind};
use std::path::Path;
use std::process::{Command, ExitStatus, Output, Stdio};

/// Runs it with this process's own output.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    println!("$ {}", shown(command));
    let status = command.status().map_err(|e| not_started(command, &e))?;
    check(command, status)
}

/// Runs it, and passes on its standard output line by line, to `look` too.
pub(crate) fn run_watched(command: &mut Command, mut look: impl FnMut(&str)) -> Result<()> {
    println!("$ {}", shown(command));
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|e| not_started(command, &e))?;
    if let Some(stdout) = child.stdout.take() {
        // An error while reading is the end of the output; the status tells the rest.
        for line in BufReader::new(stdout).split(b'\n').map_while(std::result::Result::ok) {
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            look(&line);
        }
    }
    let status = child.wait().map_err(|e| Failure::new(format!("lost `{}`: {e}", shown(command))))?;
    check(command, status)
}

/// Runs it silently. Its status is for the caller to judge.
pub(crate) fn output(command: &mut Command) -> Result<Output> {
    command.stdin(Stdio::null()).output().map_err(|e| not_started(command, &e))
}

/// Whether there is such a program that answers to `--version`.
pub(crate) fn exists(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|s| s.success())
}

pub(crate) fn check(command: &Command, status: ExitStatus) -> Result<()> {
    match status.code() {
        Some(0) => Ok(()),
        Some(code) => Err(Failure::new(format!("`{}` failed with status {code}", shown(command)))),
        None => Err(Failure::new(format!("`{}` was ended by a signal", shown(command)))),
    }
}

fn not_started(command: &Command, error: &std::io::Error) -> Failure {
    let program = command.get_program().to_string_lossy();
    if error.kind() == ErrorKind::NotFound {
        Failure::new(format!("`{program}` is not here, and `{}` needs it", shown(command)))
            .hint(format!("install it, and see that the folder it is in is in PATH: `{program} --version`"))
    } else {
        Failure::new(format!("failed to start `{}`: {error}", shown(command)))
    }
}

/// The command as one would type it at the root of the workspace.
pub(crate) fn shown(command: &Command) -> String {
    let mut words: Vec<String> = Vec::new();
    for (name, value) in command.get_envs() {
        // Only the caller's own value, made absolute: nothing to type.
        if let (Some(value), true) = (value, name != OsStr::new("CARGO_TARGET_DIR")) {
            words.push(format!("{}={}", name.to_string_lossy(), quoted(&value.to_string_lossy())));
        }
    }
    let program = command.get_program();
    let is_cargo = Path::new(program).file_stem() == Some(OsStr::new("cargo"));
    words.push(if is_cargo { "cargo".to_owned() } else { word(program) });
    words.extend(command.get_args().map(word));
    words.join(" ")
}

/// A word of a shell's command line; a path in the workspace is shown as seen from its root.
fn word(text: &OsStr) -> String {
    let text = match Path::new(text).strip_prefix(workspace::root()) {
        Ok(inside) if !inside.as_os_str().is_empty() => inside.to_string_lossy(),
        _ => text.to_string_lossy(),
    };
    quoted(&text).into_owned()
}

fn quoted(text: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,+@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_it_would_be_typed() {
        let mut command = Command::new("/somewhere/bin/cargo");
        command.args(["doc", "--no-deps", "a b", "it's"]).arg(workspace::root().join("target/x"));
        command.env("RUSTDOCFLAGS", "-D warnings").env("CARGO_TARGET_DIR", "/elsewhere");
        assert_eq!(shown(&command), r"RUSTDOCFLAGS='-D warnings' cargo doc --no-deps 'a b' 'it'\''s' target/x");
    }

    #[test]
    fn a_missing_program_is_named() {
        let failure = run(&mut Command::new("formwork-has-no-such-program")).unwrap_err().to_string();
        assert!(failure.contains("`formwork-has-no-such-program` is not here"), "{failure}");
        assert!(failure.contains("\nhint: "), "{failure}");
    }

    #[cfg(unix)]
    #[test]
    fn output_is_watched_and_a_bad_status_reported() {
        let mut lines = Vec::new();
        let mut command = Command::new("sh");
        command.args(["-c", "echo one; echo two; exit 7"]);
        let failure = run_watched(&mut command, |line| lines.push(line.to_owned())).unwrap_err().to_string();
        assert_eq!(lines, ["one", "two"]);
        assert!(failure.ends_with("failed with status 7"), "{failure}");
    }
}
