//! The exit codes of DESIGN.md section 8: 0, 1, 2, 3, 4 and 130.

use std::io::Read;
use std::net::TcpListener;
use std::process::{Command, Stdio};

use crate::common::Sandbox;

#[test]
fn each_code_has_its_meaning() {
    let sandbox = Sandbox::new();
    sandbox.ok(&["param", "put", "/a", "1"]);
    sandbox.write("t.yaml", "A: <<resolve:ssm:/a>>\n");
    let code = |args: &[&str]| sandbox.run(args).code;
    assert_eq!(code(&["render", "t.yaml", "--locked"]), 4, "refused by the lock");
    assert_eq!(code(&["render", "t.yaml"]), 0);
    assert_eq!(code(&["outdated", "--exit-code"]), 0, "nothing is pending");
    sandbox.ok(&["param", "put", "/a", "2", "--overwrite"]);
    assert_eq!(code(&["outdated", "--exit-code"]), 3, "changes are pending");
    assert_eq!(code(&["param", "get", "/nope"]), 1, "failed");
    assert_eq!(code(&["render"]), 2, "wrong usage");
    assert_eq!(code(&["render", "t.yaml", "--region", "nowhere!"]), 2, "invalid input");
    assert_eq!(code(&["render", "missing.yaml"]), 2, "invalid input");
    assert_eq!(code(&["--help"]), 0);
    assert_eq!(code(&["render", "t.yaml", "--locked", "--latest"]), 2, "they exclude each other");
}

#[test]
fn ctrl_c_is_130() {
    let sandbox = Sandbox::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    sandbox.write("t.yaml", "A: <<resolve:ssm:/a>>\n");
    let mut command =
        sandbox.command(&["render", "t.yaml", "--cloud", "aws", "--region", "us-east-1", "--endpoint-url", &url]);
    command.env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").env("AWS_SECRET_ACCESS_KEY", "secret").stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It waits for this endpoint, which accepts and never answers.
    let (mut connection, _) = listener.accept().unwrap();
    connection.read_exact(&mut [0]).unwrap();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[test]
fn a_mistake_in_formwork_toml_has_its_place() {
    let sandbox = Sandbox::new();
    sandbox.write("formwork.toml", "cloud = \"local\"\nregoin = \"eu-west-1\"\n");
    let run = sandbox.run(&["param", "list"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("formwork.toml:2:1") && run.stderr.contains("regoin"), "{}", run.stderr);
}
