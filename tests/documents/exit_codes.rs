//! The table of exit codes in section A.1.6 of the specification, row by row.

use serde_json::json;

use crate::ground::{Ground, shell, shell_with, statuses};

#[track_caller]
fn row(command: &str, inputs: serde_json::Value, expected: (&str, i64, &str, &str, i32)) -> serde_json::Value {
    let steps = json!([shell_with("aaa", &[command], inputs), shell("bbb", &["echo b"]), shell("ccc", &["echo c"])]);
    let ground = Ground::steps(steps);
    let (run, exit) = ground.json(&[]);
    let (status, code, later, document, exit_code) = expected;
    let first = &run["steps"][0];
    assert_eq!((first["status"].as_str().unwrap(), first["exitCode"].as_i64().unwrap()), (status, code), "{command}");
    match later {
        "stops" => assert_eq!(statuses(&run).len(), 1, "{command}"),
        later => assert_eq!(statuses(&run)[1..], [later, later], "{command}"),
    }
    assert_eq!((run["status"].as_str().unwrap(), exit), (document, exit_code), "{command}");
    first.clone()
}

#[test]
fn success() {
    row("exit 0", json!({}), ("Success", 0, "Success", "Success", 0));
}

#[test]
fn a_failure_does_not_keep_later_steps_from_running() {
    let step = row("echo out; echo err >&2; exit 3", json!({}), ("Failed", 3, "Success", "Failed", 1));
    assert_eq!(step["stdout"], "out\n");
    assert_eq!(step["stderr"], "err\nfailed to run commands: exit status 3");
}

#[test]
fn unless_on_failure_says_so() {
    row("exit 3", json!({ "onFailure": "exit" }), ("Failed", 3, "Skipped", "Failed", 1));
    let step = row("exit 3", json!({ "onFailure": "successAndExit" }), ("Success", 168, "Skipped", "Success", 0));
    assert!(step["stderr"].as_str().unwrap().starts_with("failed to run commands: exit status 3"), "{step}");
    row("exit 3", json!({ "onFailure": "Abort" }), ("Failed", 3, "Success", "Failed", 1));
}

#[test]
fn on_success_ends_it_well() {
    row("exit 0", json!({ "onSuccess": "exit" }), ("Success", 0, "Skipped", "Success", 0));
}

#[test]
fn codes_of_the_agent_end_the_document() {
    let step = row("echo out; echo err >&2; exit 168", json!({}), ("Success", 168, "Skipped", "Success", 0));
    assert_eq!(step["stderr"], "");
    row("exit 169", json!({}), ("Failed", 169, "Skipped", "Failed", 1));
}

#[test]
fn a_step_that_is_killed_counts_as_timed_out() {
    for command in ["exit 137", "kill -9 $$"] {
        row(command, json!({ "onFailure": "exit" }), ("TimedOut", 137, "Success", "TimedOut", 1));
    }
}

#[test]
fn a_reboot_stops_the_loop() {
    row("exit 194", json!({}), ("SuccessAndReboot", 194, "stops", "SuccessAndReboot", 1));
}

#[test]
fn a_time_out_ends_the_step_and_all_that_it_started() {
    let command = "sleep 60 & echo $! > pid; wait";
    let inputs = json!({ "timeoutSeconds": "5", "workingDirectory": "/tmp" });
    let pid_file = std::env::temp_dir().join(format!("formwork-test-{}", std::process::id()));
    let command = command.replace("pid", &pid_file.display().to_string());
    let started = std::time::Instant::now();
    row(&command, inputs, ("TimedOut", 137, "Success", "TimedOut", 1));
    assert!(started.elapsed() < std::time::Duration::from_secs(30));
    let pid = std::fs::read_to_string(&pid_file).unwrap();
    std::fs::remove_file(&pid_file).unwrap();
    let status = std::fs::read_to_string(format!("/proc/{}/status", pid.trim())).unwrap_or_default();
    assert!(status.is_empty() || status.contains("State:\tZ"), "{status}");
}

#[test]
fn a_folder_that_is_not_there_is_told_as_the_agent_does() {
    let step = row("true", json!({ "workingDirectory": "/not/there" }), ("Failed", 1, "Success", "Failed", 1));
    assert_eq!(step["stderr"], "failed to run commands: fork/exec /usr/bin/sh: no such file or directory");
}
