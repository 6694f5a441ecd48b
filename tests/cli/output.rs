//! What goes to stdout and what to stderr; JSON; completions.

use crate::common::Sandbox;

#[test]
fn data_to_stdout_and_everything_else_to_stderr() {
    let sandbox = Sandbox::new();
    sandbox.ok(&["param", "put", "/a", "1"]);
    sandbox.write("t.yaml", "A: <<resolve:ssm:/a>>\n");
    let run = sandbox.run(&["render", "t.yaml"]);
    assert_eq!(run.stdout, "A: '1'\n");
    assert_eq!(run.stderr, "added 1 pin to formwork.lock\n");
}

#[test]
fn json_is_one_document_also_for_an_error() {
    let sandbox = Sandbox::new();
    sandbox.ok(&["param", "put", "/a", "1"]);
    sandbox.write("t.yaml", "A: <<resolve:ssm:/a>>\nB: <<resolve:ssm:/b>>\n");
    let run = sandbox.run(&["render", "t.yaml", "--output", "json"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    let problem = &run.json()["error"]["problems"][0];
    assert_eq!(problem["kind"], "not-found");
    assert_eq!((problem["line"].as_u64(), problem["column"].as_u64()), (Some(2), Some(4)));
    assert_eq!(problem["file"], "t.yaml");

    sandbox.write("t.yaml", "A: <<resolve:ssm:/a>>\n");
    let json = sandbox.run(&["render", "t.yaml", "--output", "json"]).json();
    assert_eq!(json["template"], "A: '1'\n");
    assert_eq!(json["references"][0]["plugin"], "parameter-store");
    let commands: [&[&str]; 6] = [
        &["param", "list"],
        &["param", "history", "/a"],
        &["secret", "list"],
        &["plugin", "list"],
        &["outdated"],
        &["upgrade"],
    ];
    for args in commands {
        let mut args = args.to_vec();
        args.extend(["--output", "json"]);
        let run = sandbox.run(&args);
        assert_eq!(run.code, 0, "{args:?} {}", run.stdout);
        assert!(run.json().is_object(), "{args:?}");
    }
}

#[test]
fn a_reader_that_went_away_is_no_panic() {
    let sandbox = Sandbox::new();
    let line = "x".repeat(1 << 20);
    sandbox.write("t.yaml", format!("A: {line}\n"));
    let mut command = sandbox.command(&["render", "t.yaml"]);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn completions_and_man_pages() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(sandbox.ok(&["completions", shell]).contains("formwork"), "{shell}");
    }
    sandbox.ok(&["completions", "--man", "man"]);
    assert!(sandbox.path().join("man/formwork-render.1").exists());
}

#[test]
fn every_command_has_help() {
    let sandbox = Sandbox::new();
    let commands: [&[&str]; 8] = [
        &["render"],
        &["outdated"],
        &["upgrade"],
        &["param"],
        &["param", "put"],
        &["secret"],
        &["plugin"],
        &["completions"],
    ];
    for command in commands {
        let mut args = command.to_vec();
        args.push("--help");
        assert!(sandbox.ok(&args).contains("Usage:"), "{command:?}");
    }
}
