//! Transcripts in documents: the commands with what they print, and whether that is true.

use std::path::Path;
use std::process::Command;

/// Commands with what they print, from the fenced block that follows `marker`.
pub fn transcript(document: &str, marker: &str) -> Vec<(String, String)> {
    let block = document.split(marker).nth(1).unwrap_or_else(|| panic!("no {marker}")).split("```").nth(1).unwrap();
    let mut steps: Vec<(String, String)> = Vec::new();
    for line in block.lines().skip(1) {
        match line.strip_prefix("$ ") {
            Some(command) => steps.push((command.to_owned(), String::new())),
            None => {
                let (_, output) = steps.last_mut().unwrap();
                output.push_str(line);
                output.push('\n');
            }
        }
    }
    steps
}

/// Runs the commands in a shell, with folder and environment of `like`; each must print what stands there.
pub fn check(steps: &[(String, String)], like: &Command) {
    for (command, expected) in steps {
        let output = shell(&format!("({command}) 2>&1"), like).output().unwrap();
        let actual = String::from_utf8(output.stdout).unwrap();
        if std::env::var_os("SHOW").is_some() { eprintln!("$ {command}\n{actual}"); continue; }
        assert!(matches(expected, &actual), "$ {command}\nexpected:\n{expected}\nactual:\n{actual}");
    }
}

/// A shell that finds the built command, with folder and environment of `like`.
pub fn shell(script: &str, like: &Command) -> Command {
    let bin = Path::new(env!("CARGO_BIN_EXE_formwork")).parent().unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).env("PATH", format!("{}:{}", bin.display(), std::env::var("PATH").unwrap()));
    place(&mut shell, like);
    shell
}

/// Gives a command the folder and the environment of another one.
pub fn place(command: &mut Command, like: &Command) {
    if let Some(folder) = like.get_current_dir() {
        command.current_dir(folder);
    }
    for (name, value) in like.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
}

/// `[..]` stands for anything on its line.
fn matches(expected: &str, actual: &str) -> bool {
    let mut rest = actual;
    for (index, part) in expected.split("[..]").enumerate() {
        let Some(at) = rest.find(part) else { return false };
        if (index == 0 && at != 0) || rest[..at].contains('\n') {
            return false;
        }
        rest = &rest[at + part.len()..];
    }
    rest.is_empty()
}
