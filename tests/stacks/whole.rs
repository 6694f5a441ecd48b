//! A stack's whole life, on ministack and on moto: what a test scripts may be wrong, what these do is done by others.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use crate::common::Run;
use crate::ground::{has, has_none, ministack, quick};
use crate::project::{Project, run, unique};

/// A parameter of Parameter Store as a stack.
fn template(name: &str, value: &str) -> String {
    format!(
        "Parameters:\n  Secret:\n    Type: String\n    NoEcho: true\n    Default: hunter2-never-shown\nResources:\n  P:\n    \
         Type: AWS::SSM::Parameter\n    Properties:\n      Type: String\n      Name: {name}\n      Value: {value}\n\
         Outputs:\n  Value:\n    Value: !GetAtt P.Value\n"
    )
}

fn formwork(project: &Project, args: &[&str]) -> Run {
    run(quick(project.command(args)))
}

#[track_caller]
fn ok(project: &Project, args: &[&str]) -> Run {
    let run = formwork(project, args);
    assert_eq!(run.code, 0, "{args:?}: {}{}", run.stdout, run.stderr);
    run
}

#[test]
fn from_the_first_deployment_to_the_deletion() {
    let project = ministack();
    let stack = unique("life");
    let name = format!("/{stack}/p");
    let deploy = ["deploy", &stack, "--template", "t.yaml", "--yes", "--output", "json"];

    project.sandbox.write("t.yaml", template(&name, "one"));
    let first = ok(&project, &deploy).json();
    assert_eq!((&first["status"], &first["outputs"]["Value"]), (&Value::from("CREATE_COMPLETE"), &Value::from("one")));

    let again = ok(&project, &deploy).json();
    assert_eq!(again["changed"], false);

    project.sandbox.write("t.yaml", template(&name, "two"));
    let planned = formwork(&project, &["plan", &stack, "--template", "t.yaml", "--exit-code"]);
    assert_eq!(planned.code, 3, "{}", planned.stderr);
    has(&planned.stdout, &["P", "AWS::SSM::Parameter", "one", "two", "1 to change"]);
    has_none(&planned.stdout, &["hunter2"]);

    let second = ok(&project, &deploy).json();
    assert_eq!(
        (&second["status"], &second["outputs"]["Value"]),
        (&Value::from("UPDATE_COMPLETE"), &Value::from("two"))
    );

    let renamed = format!("/{stack}/other");
    project.sandbox.write("t.yaml", template(&renamed, "two"));
    let planned = ok(&project, &["plan", &stack, "--template", "t.yaml"]);
    has(&planned.stdout, &["1 to replace", &name, &renamed]);

    has(&ok(&project, &["stack", "events", &stack]).stdout, &["UPDATE_COMPLETE"]);
    ok(&project, &["stack", "delete", &stack, "--yes"]);
    assert_eq!(formwork(&project, &["stack", "show", &stack]).code, 1);
}

#[test]
fn a_creation_that_failed_is_replaced_when_it_is_mended() {
    let project = ministack();
    let stack = unique("mended");
    let deploy = ["deploy", &stack, "--template", "t.yaml", "--yes"];
    // A reserved name: Parameter Store refuses it.
    project.sandbox.write("t.yaml", template(&format!("/aws/{stack}"), "one"));
    let failed = formwork(&project, &deploy);
    assert_eq!(failed.code, 1, "{}", failed.stderr);
    has(&failed.stderr, &["reserved parameter name", "ROLLBACK_COMPLETE", "t.yaml:7:3"]);
    has_none(&failed.stderr, &["hunter2"]);

    project.sandbox.write("t.yaml", template(&format!("/{stack}/p"), "one"));
    let explained = formwork(&project, &deploy);
    assert_eq!(explained.code, 1, "{}", explained.stderr);
    has(&explained.stderr, &["ROLLBACK_COMPLETE", "--replace-failed"]);
    let replaced = ok(&project, &[&deploy[..], &["--replace-failed"]].concat());
    has(&replaced.stdout, &["Value", "one"]);
}

#[test]
fn an_update_that_failed_is_rolled_back() {
    let project = ministack();
    let stack = unique("back");
    let deploy = ["deploy", &stack, "--template", "t.yaml", "--yes"];
    project.sandbox.write("t.yaml", template(&format!("/{stack}/p"), "one"));
    ok(&project, &deploy);
    project.sandbox.write("t.yaml", template(&format!("/aws/{stack}"), "one"));
    let failed = formwork(&project, &deploy);
    assert_eq!(failed.code, 1, "{}", failed.stderr);
    has(&failed.stderr, &["reserved parameter name", "UPDATE_ROLLBACK_COMPLETE"]);
    has(&ok(&project, &["stack", "outputs", &stack]).stdout, &["one"]);
}

#[test]
fn a_saved_plan_is_stale_when_another_one_was_deployed() {
    let project = ministack();
    let stack = unique("stale");
    let name = format!("/{stack}/p");
    project.sandbox.write("t.yaml", template(&name, "one"));
    ok(&project, &["deploy", &stack, "--template", "t.yaml", "--yes"]);
    project.sandbox.write("t.yaml", template(&name, "two"));
    ok(&project, &["plan", &stack, "--template", "t.yaml", "--out", "plan.json"]);
    project.sandbox.write("other.yaml", template(&name, "three"));
    ok(&project, &["deploy", &stack, "--template", "other.yaml", "--yes"]);
    let refused = formwork(&project, &["deploy", "--plan", "plan.json", "--yes"]);
    assert_eq!(refused.code, 4, "{}", refused.stderr);
    has(&ok(&project, &["stack", "outputs", &stack]).stdout, &["three"]);
}

#[test]
fn exports_are_resolved_and_hold_their_stack() {
    let project = ministack();
    let (giver, taker) = (unique("giver"), unique("taker"));
    let export = format!("{giver}-value");
    let with_export = format!("{}    Export:\n      Name: {export}\n", template(&format!("/{giver}/p"), "given"));
    project.sandbox.write("giver.yaml", with_export);
    ok(&project, &["deploy", &giver, "--template", "giver.yaml", "--yes"]);

    project.sandbox.write("t.yaml", format!("Value: <<resolve:export:{export}>>\n"));
    assert_eq!(ok(&project, &["render", "t.yaml"]).stdout, "Value: given\n");

    project.sandbox.write("taker.yaml", template(&format!("/{taker}/p"), &format!("!ImportValue {export}")));
    ok(&project, &["deploy", &taker, "--template", "taker.yaml", "--yes"]);
    let held = formwork(&project, &["stack", "delete", &giver, "--yes"]);
    assert_eq!(held.code, 1, "{}", held.stderr);
    has(&held.stderr, &[&export, &taker]);
    ok(&project, &["stack", "delete", &taker, "--yes"]);
    ok(&project, &["stack", "delete", &giver, "--yes"]);
}

#[test]
fn what_someone_changed_by_hand_has_drifted() {
    let project = ministack();
    let stack = unique("drift");
    let name = format!("/{stack}/p");
    project.sandbox.write("t.yaml", template(&name, "one"));
    ok(&project, &["deploy", &stack, "--template", "t.yaml", "--yes"]);
    assert_eq!(ok(&project, &["stack", "drift", &stack, "--exit-code"]).stdout, "");
    project.ok(&["param", "put", &name, "by-hand", "--overwrite"]);
    let drifted = formwork(&project, &["stack", "drift", &stack, "--exit-code"]);
    assert_eq!(drifted.code, 3, "{}", drifted.stderr);
    has(&drifted.stdout, &["P", "one", "by-hand"]);
}

#[test]
fn an_instance_starts_from_the_latest_ami() {
    const AMI: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";
    let project = Project::moto("eu-west-1");
    let stack = unique("ami");
    let image = format!("<<resolve:ssm:{AMI}>>");
    project.sandbox.write(
        "t.yaml",
        format!(
            "Resources:\n  Template:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n        \
             ImageId: {image}\n        InstanceType: t3.micro\n  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      \
             ImageId: {image}\n      InstanceType: t3.micro\n"
        ),
    );
    let latest = project.ok(&["param", "get", AMI]);
    let plan = ok(&project, &["plan", &stack, "--template", "t.yaml"]);
    has(&plan.stdout, &["Web", "AWS::EC2::Instance", "Template"]);
    let deployed = ok(&project, &["deploy", &stack, "--template", "t.yaml", "--yes", "--output", "json"]).json();
    assert_eq!(deployed["status"], "CREATE_COMPLETE");
    has(&project.lock(), &[latest.trim(), AMI]);
    let resources = ok(&project, &["stack", "resources", &stack]).stdout;
    has(&resources, &["AWS::EC2::LaunchTemplate"]);
    let instance = resources.split_whitespace().find(|word| word.starts_with("i-")).unwrap();
    let described = describe_instance(&project.url, instance);
    has(&described, &[instance, &format!("<imageId>{}</imageId>", latest.trim())]);
}

/// What EC2 says of an instance, XML.
fn describe_instance(url: &str, id: &str) -> String {
    let host = url.trim_start_matches("http://");
    let body = format!("Action=DescribeInstances&Version=2016-11-15&InstanceId.1={id}");
    let scope = "AKIAIOSFODNN7EXAMPLE/20261124/eu-west-1/ec2/aws4_request";
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
