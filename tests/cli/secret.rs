//! `formwork secret`.

use crate::common::Sandbox;

#[test]
fn versions_and_stages() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run_with_stdin(&["secret", "create", "db", "-"], "one\n").code, 0);
    sandbox.ok(&["secret", "put", "db", "two"]);
    assert_eq!(sandbox.ok(&["secret", "get", "db"]), "two\n");
    assert_eq!(sandbox.ok(&["secret", "get", "db", "--stage", "AWSPREVIOUS"]), "one\n");
    let json = sandbox.run(&["secret", "get", "db", "--output", "json"]).json();
    assert_eq!(json["stages"][0], "AWSCURRENT");
    let id = json["versionId"].as_str().unwrap();
    assert_eq!(sandbox.ok(&["secret", "get", "db", "--version-id", id]), "two\n");
    assert!(sandbox.run(&["secret", "create", "db", "x"]).stderr.contains("ResourceExistsException"));
    assert!(sandbox.run(&["secret", "get", "no"]).stderr.contains("ResourceNotFoundException"));
}

#[test]
fn a_deletion_can_be_taken_back() {
    let sandbox = Sandbox::new();
    sandbox.ok(&["secret", "create", "db", "one"]);
    sandbox.ok(&["secret", "delete", "db", "--recovery-window", "7"]);
    assert!(sandbox.run(&["secret", "get", "db"]).stderr.contains("restore"));
    assert_eq!(sandbox.ok(&["secret", "list"]), "");
    assert!(sandbox.ok(&["secret", "list", "--deleted"]).contains("db"));
    sandbox.ok(&["secret", "restore", "db"]);
    assert_eq!(sandbox.ok(&["secret", "get", "db"]), "one\n");
    sandbox.ok(&["secret", "delete", "db", "--without-recovery"]);
    assert_eq!(sandbox.run(&["secret", "restore", "db"]).code, 1);
    assert_eq!(sandbox.run(&["secret", "delete", "db", "--recovery-window", "3"]).code, 2);
}
