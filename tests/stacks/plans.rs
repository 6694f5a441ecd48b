//! What a plan shows.

use serde_json::{Value, json};

use crate::fake::{ChangeSetScript, StackScript};
use crate::ground::{Ground, TOPIC, has, has_none};

const AMI: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";
const OLD: &str = "ami-0aaaaaaaaaaaaaaaa";
const NEW: &str = "ami-0bbbbbbbbbbbbbbbb";

/// The change of a property of the instance, as CloudFormation shows it.
fn moved(details: Value) -> Value {
    json!({
        "Action": "Modify", "PolicyAction": "ReplaceAndDelete", "LogicalResourceId": "WebServer",
        "PhysicalResourceId": "i-0123456789abcdef0", "ResourceType": "AWS::EC2::Instance", "Replacement": "True",
        "Scope": ["Properties"], "Details": details,
        "BeforeContext": json!({ "Properties": { "ImageId": OLD } }).to_string(),
        "AfterContext": json!({ "Properties": { "ImageId": NEW } }).to_string(),
    })
}

fn image_target() -> Value {
    json!({
        "Attribute": "Properties", "Name": "ImageId", "RequiresRecreation": "Always", "Path": "/Properties/ImageId",
        "BeforeValue": OLD, "AfterValue": NEW, "AttributeChangeType": "Modify",
    })
}

/// A template whose AMI is pinned, deployed with version 71; version 74 is pinned now.
fn pinned() -> Ground {
    let template = format!(
        "Resources:\n  WebServer:\n    Type: AWS::EC2::Instance\n    Properties:\n      ImageId: <<resolve:ssm:{AMI}>>\n"
    );
    let ground = Ground::new(&template);
    ground.fake.parameter(AMI, OLD, 71);
    let old = ground.project.ok(&["render", "t.yaml"]);
    ground.fake.parameter(AMI, NEW, 74);
    ground.project.ok(&["upgrade"]);
    ground.fake.stack(StackScript::new("web").template(&old));
    let details = json!([{ "Target": image_target(), "Evaluation": "Static", "ChangeSource": "DirectModification" }]);
    ground.fake.change_set("web", ChangeSetScript::new().change(moved(details)));
    ground.fake.forget();
    ground
}

#[test]
fn a_pin_that_moved_replaces_the_instance_and_the_plan_says_why() {
    let ground = pinned();
    let run = ground.plan(&["--exit-code"]);
    assert_eq!(run.code, 3, "{}{}", run.stdout, run.stderr);
    has(&run.stdout, &["WebServer", "AWS::EC2::Instance", OLD, NEW, "71", "74", "1 to replace"]);
    let body = ground.fake.call("CreateChangeSet").get("TemplateBody").to_owned();
    has(&body, &[NEW]);
    has_none(&body, &["<<resolve"]);
    assert!(ground.fake.change_sets().is_empty(), "nobody can execute it");
}

#[test]
fn programs_see_the_pin_too() {
    let plan = pinned().plan_json(&[]);
    assert_eq!(plan["resources"][0]["action"], "replace");
    assert_eq!(plan["resources"][0]["place"], json!({ "file": "t.yaml", "line": 2, "column": 3 }));
    let change = &plan["resources"][0]["changes"][0];
    assert_eq!(change["before"], json!({ "state": "text", "value": OLD }));
    assert_eq!(change["after"], json!({ "state": "text", "value": NEW }));
    let pin = &plan["pins"][0];
    assert_eq!((&pin["previousValue"], &pin["value"]), (&json!(OLD), &json!(NEW)));
    assert_eq!((&pin["previousVersion"], &pin["version"]), (&json!("71"), &json!("74")));
    assert!(change["causes"].as_array().unwrap().iter().any(|cause| cause["kind"] == "pin"), "{change}");
}

#[test]
fn an_ssm_parameter_is_compared_by_its_value() {
    let template = format!(
        "Parameters:\n  Image:\n    Type: AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>\n    Default: {AMI}\n\
         Resources:\n  WebServer:\n    Type: AWS::EC2::Instance\n    Properties:\n      ImageId: !Ref Image\n"
    );
    let ground = Ground::new(&template);
    ground
        .fake
        .parameter(AMI, NEW, 74)
        .stack(StackScript::new("web").template(&template).ssm_parameter("Image", AMI, OLD));
    let details = json!([
        { "Target": image_target(), "Evaluation": "Dynamic", "ChangeSource": "DirectModification" },
        { "Target": image_target(), "Evaluation": "Static", "ChangeSource": "ParameterReference", "CausingEntity": "Image" },
    ]);
    ground.fake.change_set("web", ChangeSetScript::new().change(moved(details)));
    let run = ground.plan(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    has(&run.stdout, &["Image", OLD, NEW, AMI]);
    let plan = ground.plan_json(&[]);
    let parameter = &plan["parameters"][0];
    assert_eq!(parameter["changed"], true, "the name is the same, the value is not: {parameter}");
    assert_eq!(parameter["before"], json!({ "state": "text", "value": OLD }));
    assert_eq!(parameter["after"], json!({ "state": "text", "value": NEW }));
    let causes = plan["resources"][0]["changes"][0]["causes"].as_array().unwrap().clone();
    assert!(causes.contains(&json!({ "kind": "parameter", "name": "Image" })), "{causes:?}");

    // The same by the stack's own template: `--refresh` reads the parameter again.
    ground.fake.forget();
    let run = ground.run(&["plan", "web", "--refresh"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let call = ground.fake.call("CreateChangeSet");
    assert!(call.is("UsePreviousTemplate"), "{:?}", call.form);
    assert_eq!(call.records("Parameters")[0]["UsePreviousValue"], "true");
    has(&run.stdout, &[OLD, NEW]);
}

#[test]
fn a_refresh_is_deployed_with_the_previous_template_and_values() {
    let template = String::from(
        "Parameters:\n  Image:\n    Type: AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>\n  Size:\n    Type: String\n\
         Resources:\n  WebServer:\n    Type: AWS::EC2::Instance\n    Properties:\n      ImageId: !Ref Image\n",
    );
    let ground = Ground::new(TOPIC);
    let stack = StackScript::new("web").template(&template).ssm_parameter("Image", AMI, OLD).parameter("Size", "large");
    let details = json!([
        { "Target": image_target(), "Evaluation": "Static", "ChangeSource": "ParameterReference", "CausingEntity": "Image" },
    ]);
    ground.fake.parameter(AMI, NEW, 74).stack(stack).change_set("web", ChangeSetScript::new().change(moved(details)));
    let run = ground.run(&["deploy", "web", "--refresh", "--yes"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    has(&run.stderr, &["1 to replace", OLD, NEW]);
    let call = ground.fake.call("CreateChangeSet");
    assert!(call.is("UsePreviousTemplate") && call.get("TemplateBody").is_empty());
    assert!(call.records("Parameters").iter().all(|parameter| parameter["UsePreviousValue"] == "true"));
    assert_eq!(ground.fake.now("web", "Parameters")[0]["ResolvedValue"], NEW);
}

/// A stack, and a change set with one of everything.
fn everything() -> Ground {
    let ground = Ground::new(TOPIC);
    let change = |action: &str, id: &str, more: Value| {
        let mut change = json!({
            "Action": action, "LogicalResourceId": id, "ResourceType": "AWS::SNS::Topic", "Scope": [], "Details": [],
        });
        change.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        change
    };
    let conditional = json!({
        "Target": {
            "Attribute": "Properties", "Name": "TopicName", "RequiresRecreation": "Conditionally",
            "Path": "/Properties/TopicName", "BeforeValue": "a", "AfterValue": "{{changeSet:KNOWN_AFTER_APPLY}}",
        },
        "Evaluation": "Dynamic", "ChangeSource": "ResourceAttribute", "CausingEntity": "Added.TopicName",
    });
    let script = ChangeSetScript::new()
        .with("StackDriftStatus", json!("DRIFTED"))
        .page_size(2)
        .change(change("Add", "Added", json!({})))
        .change(change("Modify", "Changed", json!({ "Replacement": "False", "PhysicalResourceId": "arn:t:1" })))
        .change(change("Modify", "Perhaps", json!({ "Replacement": "Conditional", "Details": [conditional] })))
        .change(change("Remove", "Gone", json!({ "PolicyAction": "Delete", "PhysicalResourceId": "arn:t:2" })))
        .change(change("Remove", "Kept", json!({ "PolicyAction": "Retain", "PhysicalResourceId": "arn:t:3" })))
        .change(change("Import", "Found", json!({ "PhysicalResourceId": "arn:t:4" })))
        .change(change("SyncWithActual", "Drifted", json!({ "ResourceDriftStatus": "MODIFIED" })))
        .change(change("Teleport", "Strange", json!({})));
    ground.fake.stack(StackScript::new("web").template("Resources: {}\n")).change_set("web", script);
    ground
}

#[test]
fn every_action_is_shown_from_every_page() {
    let ground = everything();
    let run = ground.plan(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    has(
        &run.stdout,
        &["Added", "Changed", "Perhaps", "may be replaced", "Gone", "Kept", "Found", "Drifted", "Strange"],
    );
    has(&run.stdout.to_lowercase(), &["retain", "teleport", "is recorded so"]);
    assert_eq!(ground.fake.count("DescribeChangeSet"), 4, "eight changes on pages of two");
    assert!(
        ground
            .fake
            .calls()
            .iter()
            .filter(|call| call.action == "DescribeChangeSet")
            .all(|call| call.is("IncludePropertyValues"))
    );

    let plan = ground.plan_json(&[]);
    let actions: Vec<&Value> =
        plan["resources"].as_array().unwrap().iter().map(|resource| &resource["action"]).collect();
    let expected = json!(["add", "modify", "may-replace", "remove", "remove", "import", "sync-with-actual", { "other": "Teleport" }]);
    assert_eq!(json!(actions), expected);
    let perhaps = &plan["resources"][2]["changes"][0];
    assert_eq!(perhaps["after"], json!({ "state": "knownAfterApply" }), "{perhaps}");
    assert_eq!(perhaps["causes"], json!([{ "kind": "resource", "name": "Added.TopicName" }]));
}

#[test]
fn nested_change_sets_are_followed() {
    let ground = Ground::new(
        "Resources:\n  Net:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: https://s3.amazonaws.com/b/k\n",
    );
    let inner = json!({
        "Action": "Modify", "LogicalResourceId": "Subnet", "PhysicalResourceId": "subnet-1", "ResourceType": "AWS::EC2::Subnet",
        "Replacement": "True", "Scope": ["Properties"], "Details": [],
    });
    let outer = json!({
        "Action": "Modify", "LogicalResourceId": "Net", "PhysicalResourceId": "arn:aws:cloudformation:eu-west-1:1:stack/n/1",
        "ResourceType": "AWS::CloudFormation::Stack", "Replacement": "False", "Scope": [], "Details": [],
    });
    let script = ChangeSetScript::new().change(outer).nested("Net", ChangeSetScript::new().change(inner));
    ground.fake.stack(StackScript::new("web")).change_set("web", script);
    let run = ground.plan(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    has(&run.stdout, &["Net.Subnet", "1 to replace"]);
    assert!(ground.fake.call("CreateChangeSet").is("IncludeNestedStacks"));
}

#[test]
fn a_default_that_is_not_used_is_pointed_out() {
    let template =
        "Parameters:\n  Size:\n    Type: String\n    Default: large\nResources:\n  T:\n    Type: AWS::SNS::Topic\n";
    let ground = Ground::new(template);
    ground.fake.stack(StackScript::new("web").parameter("Size", "small")).change_set("web", ChangeSetScript::new());
    let plan = ground.plan_json(&[]);
    assert_eq!(plan["parameters"][0]["ignoredDefault"], "large", "{plan}");
    let run = ground.plan(&[]);
    has(&run.stdout, &["Size", "large", "small"]);
}

#[test]
fn wider_access_has_a_section_of_its_own() {
    let ground = Ground::new(TOPIC);
    let group = |cidr: &str| {
        json!({ "Properties": { "GroupDescription": "x", "SecurityGroupIngress": [
            { "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": cidr },
        ] } })
        .to_string()
    };
    let change = json!({
        "Action": "Modify", "LogicalResourceId": "Door", "PhysicalResourceId": "sg-1", "ResourceType": "AWS::EC2::SecurityGroup",
        "Replacement": "False", "Scope": ["Properties"], "BeforeContext": group("10.0.0.0/8"), "AfterContext": group("0.0.0.0/0"),
        "Details": [{ "Target": {
            "Attribute": "Properties", "Name": "SecurityGroupIngress", "RequiresRecreation": "Never",
            "Path": "/Properties/SecurityGroupIngress/0/CidrIp", "BeforeValue": "10.0.0.0/8", "AfterValue": "0.0.0.0/0",
        }, "Evaluation": "Static", "ChangeSource": "DirectModification" }],
    });
    ground.fake.stack(StackScript::new("web")).change_set("web", ChangeSetScript::new().change(change));
    let plan = ground.plan_json(&[]);
    assert_eq!(plan["security"][0]["logicalId"], "Door", "{plan}");
    let added = plan["security"][0]["added"].to_string();
    has(&added, &["0.0.0.0/0", "22"]);
    has_none(&added, &["10.0.0.0/8"]);
}

#[test]
fn the_page_needs_no_network() {
    let ground = everything();
    let run = ground.plan(&["--html", "plan.html"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let page = ground.project.sandbox.read("plan.html");
    has(&page, &["<!doctype html>", "Perhaps", "Teleport", "<svg"]);
    has_none(&page, &["<script src", "<link", "@import", "url(http"]);
}

#[test]
fn texts_of_aws_do_nothing_to_the_terminal_or_the_page() {
    let ground = Ground::new(TOPIC);
    let evil = "\u{9b}31m<script>alert(1)</script>";
    let change = json!({
        "Action": "Modify", "LogicalResourceId": "Topic", "PhysicalResourceId": evil, "ResourceType": evil, "Replacement": evil,
        "Scope": [evil], "Details": [{ "Target": {
            "Attribute": "Properties", "Name": "DisplayName", "Path": "/Properties/DisplayName", "BeforeValue": evil, "AfterValue": "x",
        }, "ChangeSource": evil, "CausingEntity": evil }],
    });
    ground.fake.stack(StackScript::new("web")).change_set("web", ChangeSetScript::new().change(change));
    let run = ground.plan(&["--html", "plan.html"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    has_none(&run.stdout, &["\u{9b}"]);
    has_none(&ground.project.sandbox.read("plan.html"), &["<script>alert", "\u{9b}"]);
}
