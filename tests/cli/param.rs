//! `formwork param`.

use crate::common::Sandbox;

#[test]
fn writes_reads_and_tells() {
    let sandbox = Sandbox::new();
    sandbox.ok(&["param", "put", "/app/list", "a,b", "--type", "StringList"]);
    sandbox.ok(&["param", "put", "/app/list", "a,b,c", "--overwrite"]);
    assert_eq!(sandbox.ok(&["param", "get", "/app/list"]), "a,b,c\n");
    assert_eq!(sandbox.ok(&["param", "get", "/app/list:1"]), "a,b\n");
    let json = sandbox.run(&["param", "get", "/app/list", "--output", "json"]).json();
    assert_eq!(json["parameters"][0]["type"], "StringList", "a new version keeps the type");
    assert_eq!(json["parameters"][0]["version"], 2);
    assert!(sandbox.ok(&["param", "list", "/app/"]).contains("/app/list"));
}

#[test]
fn a_secure_string_is_printed_only_when_asked() {
    let sandbox = Sandbox::new();
    let put = sandbox.run_with_stdin(&["param", "put", "/pw", "-", "--type", "securestring"], "hunter2\n");
    assert_eq!(put.code, 0, "{}", put.stderr);
    let hidden = sandbox.run(&["param", "get", "/pw"]);
    assert_eq!((hidden.code, hidden.stdout.as_str()), (4, ""));
    assert!(hidden.stderr.contains("--decrypt"));
    assert_eq!(sandbox.ok(&["param", "get", "/pw", "--decrypt"]), "hunter2\n");
    let audit = sandbox.run(&["param", "history", "/pw", "--audit", "--output", "json"]).json();
    let operations: Vec<&str> =
        audit["audit"].as_array().unwrap().iter().map(|e| e["operation"].as_str().unwrap()).collect();
    assert_eq!(operations, ["PutParameter", "Decrypt"]);
}

#[test]
fn labels_move() {
    let sandbox = Sandbox::new();
    sandbox.ok(&["param", "put", "/a", "1"]);
    sandbox.ok(&["param", "put", "/a", "2", "--overwrite"]);
    sandbox.ok(&["param", "label", "/a", "live", "--version", "1"]);
    assert_eq!(sandbox.ok(&["param", "get", "/a:live"]), "1\n");
    sandbox.ok(&["param", "label", "/a", "live"]);
    assert_eq!(sandbox.ok(&["param", "get", "/a:live"]), "2\n");
    sandbox.ok(&["param", "unlabel", "/a", "live"]);
    assert_eq!(sandbox.run(&["param", "get", "/a:live"]).code, 1);
    let bad = sandbox.run(&["param", "label", "/a", "9lives"]);
    assert!(bad.code == 2 && bad.stderr.contains("InvalidLabels"), "{}", bad.stderr);
}

#[test]
fn aws_rules_with_aws_names() {
    let sandbox = Sandbox::new();
    sandbox.ok(&["param", "put", "/a", "1"]);
    let cases: [(&[&str], &str); 6] = [
        (&["param", "put", "/a", "2"], "ParameterAlreadyExists"),
        (&["param", "get", "/b"], "ParameterNotFound"),
        (&["param", "get", "/a:7"], "ParameterVersionNotFound"),
        (&["param", "put", "/ami", "not-an-ami", "--data-type", "aws:ec2:image"], "ValidationException"),
        (&["param", "put", "/n", "x", "--allowed-pattern", "^[0-9]+$"], "ParameterPatternMismatchException"),
        (&["param", "put", "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", "x"], "HierarchyLevelLimitExceededException"),
    ];
    for (args, name) in cases {
        let run = sandbox.run(args);
        assert!(run.code != 0 && run.stderr.contains(name), "{args:?}: {}", run.stderr);
    }
    let big = "x".repeat(4097);
    assert_eq!(sandbox.run(&["param", "put", "/big", &big]).code, 2);
    sandbox.ok(&["param", "put", "/big", &big, "--tier", "Advanced"]);
}

#[test]
fn public_names_are_imported_and_not_put() {
    let sandbox = Sandbox::new();
    let put = sandbox.run(&["param", "put", "/aws/service/x", "1"]);
    assert_ne!(put.code, 0);
    assert!(put.stderr.contains("hint:"), "{}", put.stderr);
    let import = sandbox.run_with_stdin(&["param", "import", "-"], r#"{"/aws/service/x":"1"}"#);
    assert_eq!((import.code, import.stdout.as_str()), (0, "1 added, 0 updated, 0 unchanged\n"));
    assert_eq!(sandbox.ok(&["param", "get", "/aws/service/x"]), "1\n");
}

#[test]
fn export_and_import_round_trip() {
    let (from, to) = (Sandbox::new(), Sandbox::new());
    from.ok(&["param", "put", "/a", "1", "--description", "one"]);
    from.ok(&["param", "put", "/a", "2", "--overwrite"]);
    from.ok(&["param", "put", "/pw", "hunter2", "--type", "SecureString"]);
    let exported = from.ok(&["param", "export", "--history", "--decrypt"]);
    let import = to.run_with_stdin(&["param", "import", "-"], &exported);
    assert_eq!(import.code, 0, "{}", import.stderr);
    assert_eq!(to.ok(&["param", "get", "/a:1"]), "1\n");
    assert_eq!(to.ok(&["param", "get", "/pw", "--decrypt"]), "hunter2\n");
    let broken = to.run_with_stdin(&["param", "import", "-"], "{\"/b\": 1,");
    assert_eq!(broken.code, 2, "{}", broken.stderr);
}

#[test]
fn deleting_tells_what_was_not_there() {
    let sandbox = Sandbox::new();
    sandbox.ok(&["param", "put", "/a", "1"]);
    let run = sandbox.run(&["param", "delete", "/a", "/b"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, "deleted /a\n"));
    assert!(run.stderr.contains("`/b`"), "{}", run.stderr);
    assert_eq!(sandbox.run(&["param", "get", "/a"]).code, 1);
}
