//! The transcripts about stacks in the README and in `examples/stacks` are true: their commands are run, and must print
//! what stands there.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::common::transcript::{check, transcript};
use crate::fake::{ChangeSetScript, Operation, StackScript, event};
use crate::ground::{Ground, ministack, quick, unique_account};
use crate::project::Project;

const AMI: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";
const OLD: &str = "ami-0a1b2c3d4e5f60718";
const NEW: &str = "ami-0f9e8d7c6b5a43210";

fn document(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(name)).unwrap()
}

/// With the region in formwork.toml and the endpoint in the environment, so that commands are as a reader writes them.
fn environment(project: &Project) -> Command {
    let mut command = quick(project.bare_command(&[]));
    command.env("AWS_ENDPOINT_URL", &project.url);
    command
}

/// What CloudFormation says of an instance whose AMI has moved.
fn moved() -> Value {
    json!({
        "Action": "Modify", "PolicyAction": "ReplaceAndDelete", "LogicalResourceId": "WebServer",
        "PhysicalResourceId": "i-0123456789abcdef0", "ResourceType": "AWS::EC2::Instance", "Replacement": "True",
        "Scope": ["Properties"],
        "Details": [{
            "Target": {
                "Attribute": "Properties", "Name": "ImageId", "RequiresRecreation": "Always",
                "Path": "/Properties/ImageId", "BeforeValue": OLD, "AfterValue": NEW, "AttributeChangeType": "Modify",
            },
            "Evaluation": "Static", "ChangeSource": "DirectModification",
        }],
        "BeforeContext": json!({ "Properties": { "ImageId": OLD } }).to_string(),
        "AfterContext": json!({ "Properties": { "ImageId": NEW } }).to_string(),
    })
}

fn server(status: &str) -> crate::fake::Event {
    event("WebServer", "AWS::EC2::Instance", status)
}

/// The stack of the README: deployed with version 71 of the AMI, which is pinned; version 74 is out.
fn web() -> Ground {
    let template = format!(
        "Resources:\n  WebServer:\n    Type: AWS::EC2::Instance\n    Properties:\n      ImageId: <<resolve:ssm:{AMI}>>\n      \
         InstanceType: t3.micro\nOutputs:\n  Address:\n    Value: !GetAtt WebServer.PrivateIp\n"
    );
    let ground = Ground::new(&template);
    ground.write("web.yaml", &template);
    ground.write("formwork.toml", "cloud = \"aws\"\nregion = \"eu-west-1\"\n\n[stacks.web]\ntemplate = \"web.yaml\"\n");
    ground.fake.parameter(AMI, OLD, 71);
    let old = ground.project.ok(&["render", "web.yaml"]);
    ground.fake.parameter(AMI, NEW, 74);
    ground.fake.stack(StackScript::new("web").template(&old).output("Address", "10.0.0.17"));
    ground
}

#[test]
fn the_way_of_a_newer_ami_is_true() {
    let ground = web();
    let replaced = Operation::new("UPDATE")
        .then([
            server("UPDATE_IN_PROGRESS").because("Requested update requires the creation of a new physical resource"),
            server("UPDATE_COMPLETE"),
        ])
        .turn("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        .then([server("DELETE_IN_PROGRESS"), server("DELETE_COMPLETE")])
        .turn("UPDATE_COMPLETE")
        .output("Address", "10.0.0.42");
    ground.fake.change_set("web", ChangeSetScript::new().change(moved()).execute(replaced));
    ground.fake.change_set("web", ChangeSetScript::new().no_changes());
    let steps = transcript(&document("README.md"), "<!-- A test runs these commands: tests/stacks/readme.rs. -->");
    assert!(steps.len() >= 5, "{steps:?}");
    check(&steps, &environment(&ground.project));
}

#[test]
fn the_way_of_a_failure_is_true() {
    let ground = web();
    let reason = "The image id '[ami-0f9e8d7c6b5a43210]' does not exist (Service: Ec2, Status Code: 400)";
    let failed = Operation::new("UPDATE")
        .then([server("UPDATE_IN_PROGRESS"), server("UPDATE_FAILED").because(reason)])
        .turn_because("UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed to update: [WebServer].")
        .turn("UPDATE_ROLLBACK_COMPLETE");
    ground.fake.change_set("web", ChangeSetScript::new().change(moved()).execute(failed));
    let steps = transcript(&document("README.md"), "<!-- The same test, of a change that fails. -->");
    assert!(!steps.is_empty(), "{steps:?}");
    check(&steps, &environment(&ground.project));
}

/// The folder of the example, and an account of its own in ministack.
fn example() -> (Project, Command) {
    let project = ministack();
    for name in ["formwork.toml", "network.yaml", "web.yaml", "alarms.yaml"] {
        project.sandbox.write(name, document(&format!("examples/stacks/{name}")));
    }
    let mut environment = environment(&project);
    environment.env("AWS_ACCESS_KEY_ID", unique_account());
    (project, environment)
}

#[test]
fn the_project_of_the_readme_is_true() {
    let (_project, environment) = example();
    let steps = transcript(&document("README.md"), "<!-- A test runs these commands in examples/stacks. -->");
    assert!(steps.len() >= 3, "{steps:?}");
    check(&steps, &environment);
}

#[test]
fn the_example_is_true() {
    let (_project, environment) = example();
    let steps = transcript(&document("examples/stacks/README.md"), "<!-- A test runs these commands. -->");
    assert!(steps.len() >= 5, "{steps:?}");
    check(&steps, &environment);
}
