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

/// `[..]` stands for anything on its line, and a line `…` for any lines.
fn matches(expected: &str, actual: &str) -> bool {
    let (expected, actual): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), actual.lines().collect());
    lines_match(&expected, &actual)
}

fn lines_match(expected: &[&str], actual: &[&str]) -> bool {
    match (expected, actual) {
        ([], _) => actual.is_empty(),
        (["…", rest @ ..], _) => (0..=actual.len()).any(|skipped| lines_match(rest, &actual[skipped..])),
        ([line, rest @ ..], [found, others @ ..]) => line_matches(line, found) && lines_match(rest, others),
        (_, []) => false,
    }
}

fn line_matches(expected: &str, actual: &str) -> bool {
    let mut parts = expected.split("[..]");
    let Some(mut rest) = actual.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[test]
fn a_transcript_may_leave_something_out() {
    assert!(matches("a\n…\nd\n", "a\nb\nc\nd\n") && matches("a\n…\nd\n", "a\nd\n"));
    assert!(matches("x [..] y\n", "x 1 y y\n") && matches("[..]\n", "\n") && matches("", ""));
    for (expected, actual) in
        [("a\n", ""), ("", "a\n"), ("a\n", "ab\n"), ("…\nd\n", "d\ne\n"), ("x [..] y\n", "x\n1 y\n")]
    {
        assert!(!matches(expected, actual), "{expected:?} {actual:?}");
    }
    assert!(!matches("ab[..]bc\n", "abc\n"), "each part has a place of its own");
}
