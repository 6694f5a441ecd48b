//! Ctrl-C ends the step, and all that it started.

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use crate::ground::{Ground, shell, statuses};

#[test]
fn it_cancels_the_step_and_leaves_no_child_behind() {
    let ground = Ground::steps(json!([
        shell("aaa", &["echo begun", "sleep 60 & echo $! > pid", "wait"]),
        shell("bbb", &["echo b"])
    ]));
    let args = ["run", "d.yaml", "--output", "json", "--orchestration-dir", "orch"];
    let child = ground.sandbox.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let pid_file = ground.sandbox.path().join("orch/pid");
    for _ in 0..300 {
        if std::fs::read_to_string(&pid_file).is_ok_and(|pid| pid.ends_with('\n')) {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let pid = std::fs::read_to_string(&pid_file).unwrap();
    let us = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(us, rustix::process::Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
    let run: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(statuses(&run), ["Cancelled", "Cancelled"]);
    assert_eq!(run["steps"][0]["stdout"], "begun\n");
    let status = std::fs::read_to_string(format!("/proc/{}/status", pid.trim())).unwrap_or_default();
    assert!(status.is_empty() || status.contains("State:\tZ"), "{status}");
}
