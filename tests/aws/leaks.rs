//! No secret value, key, token or signature is ever printed, however much is logged.

use crate::common::Run;
use crate::endpoint::{Answer, Endpoint};
use crate::project::{Project, SECRET_KEY, SESSION_TOKEN, unique};

const VALUE: &str = "hunter2-NEVERSHOWTHISVALUE";

/// Run with every log line there is; none may have anything secret. `args` must not make the value data.
#[track_caller]
fn assert_silent(project: &Project, args: &[&str], stdin: &str) -> Run {
    use std::io::Write;
    use std::process::Stdio;
    let mut command = project.command(args);
    command.env("FORMWORK_LOG", "trace").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A command that does not read it may have ended.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    let run = Run::of(child.wait_with_output().unwrap());
    // The lines of the SDK have headers and bodies in them.
    assert!(!run.stderr.contains("aws_") && !run.stderr.contains("hyper"), "only our own lines: {}", run.stderr);
    for secret in [VALUE, SECRET_KEY, SESSION_TOKEN, "Signature="] {
        let found = run.stdout.lines().chain(run.stderr.lines()).find(|line| line.contains(secret));
        assert_eq!(found, None, "formwork {}", args.join(" "));
    }
    run
}

#[test]
fn writing_and_reading_parameters() {
    let project = Project::moto("eu-west-1");
    let name = format!("/{}/pw", unique("leak"));
    let put = assert_silent(&project, &["param", "put", &name, "-", "--type", "SecureString"], VALUE);
    assert_eq!(put.code, 0, "{}", put.stderr);
    assert_eq!(assert_silent(&project, &["param", "get", &name], "").code, 4);
    assert_eq!(assert_silent(&project, &["param", "list", &name], "").code, 0);
    // moto gives the plain value as ciphertext.
    assert_eq!(assert_silent(&project, &["param", "history", &name], "").code, 0);
}

#[test]
fn revealing() {
    let project = Project::moto("eu-west-1");
    let base = unique("leak");
    let create = assert_silent(&project, &["secret", "create", &base, "-"], VALUE);
    assert_eq!(create.code, 0, "{}", create.stderr);
    assert_silent(&project, &["param", "put", &base, "-", "--type", "SecureString"], VALUE);
    project
        .sandbox
        .write("t.yaml", format!("A: <<resolve:secretsmanager:{base}>>\nB: <<resolve:ssm-secure:{base}>>\n"));
    let args = ["render", "t.yaml", "--reveal-secrets", "--explain", "--out", "out.yaml"];
    let render = assert_silent(&project, &args, "");
    assert_eq!(render.code, 0, "{}", render.stderr);
    assert_eq!(project.sandbox.read("out.yaml"), format!("A: {VALUE}\nB: {VALUE}\n"));
    let json = assert_silent(&project, &[&args[..], &["--output", "json"]].concat(), "");
    assert_eq!(json.code, 0, "{}", json.stderr);
}

#[test]
fn pulling_into_the_local_store() {
    let project = Project::moto("eu-west-1");
    let base = unique("leak");
    assert_silent(&project, &["param", "put", &format!("/{base}/pw"), "-", "--type", "SecureString"], VALUE);
    let pull = assert_silent(&project, &["param", "pull", &format!("/{base}"), "--decrypt"], "");
    assert_eq!(pull.code, 0, "{}", pull.stderr);
    for entry in std::fs::read_dir(project.sandbox.path().join(".formwork")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(VALUE.len()).any(|window| window == VALUE.as_bytes()), "it is encrypted at rest");
    }
}

#[test]
fn failing() {
    for answer in [
        || Answer::error(400, "AccessDeniedException", "no"),
        || Answer::error(403, "InvalidSignatureException", "the signature does not match"),
        || Answer::Raw(500, "text/html", "<html>".to_owned()),
        || Answer::Raw(200, "application/x-amz-json-1.1", "{\"Version\": oh".to_owned()),
        || Answer::CutOff,
    ] {
        let endpoint = Endpoint::start(move |_| answer());
        let project = Project::at(&endpoint.url(), "eu-west-1");
        let put = assert_silent(&project, &["param", "put", "/app/pw", "-", "--type", "SecureString"], VALUE);
        assert_eq!(put.code, 1, "{}", put.stderr);
        let create = assert_silent(&project, &["secret", "create", "db", "-"], VALUE);
        assert_eq!(create.code, 1, "{}", create.stderr);
    }
}
