//! The transcripts of the README are true: their commands are run, and must print what stands there.

use std::path::Path;
use std::process::Command;

use crate::common::Sandbox;

/// Commands with what they print, from the fenced block that follows `marker`.
fn transcript(readme: &str, marker: &str) -> Vec<(String, String)> {
    let block = readme.split(marker).nth(1).unwrap().split("```").nth(1).unwrap();
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

#[test]
fn the_readme_is_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let sandbox = Sandbox::new();
    for file in ["template.yaml", "parameters.json", "newer.json"] {
        sandbox.write(file, std::fs::read(root.join("examples/latest-ami").join(file)).unwrap());
    }
    sandbox.write("mistakes.yaml", "Colour: '<<resolve:ssm:/web/color>>'\nSize: <<resolve:ssm:/${Env}/size>>\n");
    let bin = Path::new(env!("CARGO_BIN_EXE_formwork")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let steps = ["<!-- A test runs these commands", "<!-- The same test. -->"]
        .map(|marker| transcript(&readme, marker))
        .concat();
    assert!(steps.len() >= 9, "{steps:?}");
    for (command, expected) in steps {
        let template = sandbox.command(&[]);
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("({command}) 2>&1")]).current_dir(sandbox.path()).env("PATH", &path);
        for (name, value) in template.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        let output = shell.output().unwrap();
        let actual = String::from_utf8(output.stdout).unwrap();
        assert!(matches(&expected, &actual), "$ {command}\nexpected:\n{expected}\nactual:\n{actual}");
    }
}
