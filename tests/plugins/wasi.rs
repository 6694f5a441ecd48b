//! WASI: every component can import it, and finds nothing there.

use std::net::TcpListener;

use crate::common::Sandbox;
use crate::harness::{bounded, project, render_command, value};

#[test]
fn the_environment_is_empty() {
    let project = project("");
    let mut command = render_command(&project, "wasi:environment", &["--output", "json"]);
    command.env("FORMWORK_TEST_SECRET", "hunter2");
    let run = bounded(command);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.json()["references"][0]["value"], "[] []");
}

#[test]
fn stdin_is_at_its_end() {
    let project = project("");
    project.write("template.yaml", "Description: <<resolve:hostile:wasi:stdin>>\n");
    let run = project.run_with_stdin(&["render", "template.yaml", "--output", "json"], "what the user types");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let value = run.json()["references"][0]["value"].as_str().unwrap().to_owned();
    assert!(value.ends_with("\"\"") && !value.contains("user"), "{value}");
}

#[test]
fn there_are_no_files() {
    let project = project("grants = { files = [\".\"] }");
    assert_eq!(value(&project, "wasi:files"), ["refused"; 7].join(" "));
    assert!(!project.path().join("formwork-was-here").exists());
    assert!(project.path().join("formwork.toml").exists());
}

#[test]
fn there_is_no_network() {
    // Somebody does listen; it is the plugin that may not call.
    let _listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let project = project("");
    assert_eq!(value(&project, "wasi:sockets"), ["refused"; 5].join(" "));
}

#[test]
fn a_resolver_has_the_real_time() {
    let project: Sandbox = project("");
    let told: u64 = value(&project, "wasi:clock").trim_matches(['"', '\'']).parse().unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    assert!(now.abs_diff(told) < 600, "{told} and {now}");
}
