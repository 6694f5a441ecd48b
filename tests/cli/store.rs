//! The local store under several processes, and under a kill.

use std::process::Stdio;
use std::time::Duration;

use crate::common::Sandbox;

#[test]
fn it_lies_in_formwork_and_ignores_itself_for_git() {
    let sandbox = Sandbox::new();
    sandbox.ok(&["param", "put", "/a", "1"]);
    assert_eq!(sandbox.read(".formwork/.gitignore").trim(), "*");
    use std::os::unix::fs::PermissionsExt;
    let mode = |name: &str| std::fs::metadata(sandbox.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(".formwork/store.db"), 0o600);
    sandbox.ok(&["param", "put", "/pw", "1", "--type", "SecureString"]);
    assert_eq!(mode(".formwork/key"), 0o600);
}

#[test]
fn two_processes_at_once_lose_nothing() {
    let sandbox = Sandbox::new();
    sandbox.ok(&["param", "put", "/a", "0"]);
    let children: Vec<_> = (0..20)
        .map(|n| {
            let mut command = sandbox.command(&["param", "put", "/a", &n.to_string(), "--overwrite"]);
            command.stdout(Stdio::null()).spawn().unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let history = sandbox.run(&["param", "history", "/a", "--output", "json"]).json();
    assert_eq!(history["versions"].as_array().unwrap().len(), 21);
}

#[test]
fn a_kill_in_the_middle_loses_nothing() {
    let sandbox = Sandbox::new();
    for round in 0..10_u64 {
        let value = round.to_string();
        let mut command = sandbox.command(&["param", "put", "/a", &value, "--overwrite"]);
        let mut child = command.stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(round));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    sandbox.ok(&["param", "put", "/a", "last", "--overwrite"]);
    assert_eq!(sandbox.ok(&["param", "get", "/a"]), "last\n");
    let history = sandbox.run(&["param", "history", "/a", "--output", "json"]).json();
    let versions = history["versions"].as_array().unwrap();
    let numbers: Vec<u64> = versions.iter().map(|version| version["version"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=versions.len() as u64).collect::<Vec<_>>());
}

#[test]
fn a_key_from_outside_is_used_and_not_stored() {
    let sandbox = Sandbox::new();
    let key = "ab".repeat(32);
    let mut command = sandbox.command(&["param", "put", "/pw", "hunter2", "--type", "SecureString"]);
    assert!(command.env("FORMWORK_KEY", &key).status().unwrap().success());
    assert!(!sandbox.path().join(".formwork/key").exists());
    let mut command = sandbox.command(&["param", "get", "/pw", "--decrypt"]);
    let output = command.env("FORMWORK_KEY", &key).output().unwrap();
    assert_eq!(output.stdout, b"hunter2\n");
    let mut command = sandbox.command(&["param", "get", "/pw", "--decrypt"]);
    let output = command.env("FORMWORK_KEY", "cd".repeat(32)).output().unwrap();
    assert!(!output.status.success());
    assert!(!String::from_utf8_lossy(&output.stderr).contains("hunter2"));
}
