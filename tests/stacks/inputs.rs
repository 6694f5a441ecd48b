//! Parameters, tags, capabilities.

use std::collections::BTreeMap;

use serde_json::json;

use crate::fake::{ChangeSetScript, StackScript};
use crate::ground::{Ground, TOPIC, has, has_none};

const TEMPLATE: &str = "\
Parameters:
  Name:
    Type: String
  Size:
    Type: String
    Default: small
  Extra:
    Type: String
    Default: ''
Resources:
  Topic:
    Type: AWS::SNS::Topic
";

fn ground() -> Ground {
    let ground = Ground::new(TEMPLATE);
    let stack = StackScript::new("web").parameter("Name", "a").parameter("Size", "large").parameter("Old", "x");
    ground.fake.stack(stack).change_set("web", ChangeSetScript::new());
    ground
}

/// What is sent for each parameter: a value, or `previous`.
#[track_caller]
fn sent(ground: &Ground, args: &[&str]) -> BTreeMap<String, String> {
    ground.fake.forget();
    let run = ground.plan(args);
    assert_eq!(run.code, 0, "{args:?}: {}", run.stderr);
    let value = |record: BTreeMap<String, String>| {
        let previous = record.get("UsePreviousValue").is_some_and(|value| value == "true");
        let value = if previous { "previous".to_owned() } else { record["ParameterValue"].clone() };
        (record["ParameterKey"].clone(), value)
    };
    ground.fake.call("CreateChangeSet").records("Parameters").into_iter().map(value).collect()
}

fn expected(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn what_is_not_given_stays_and_the_empty_text_is_a_value() {
    let ground = ground();
    // `Extra` has no value yet: its default is taken. `Old` is in no template any more.
    assert_eq!(sent(&ground, &[]), expected(&[("Name", "previous"), ("Size", "previous")]));
    let given = sent(&ground, &["--parameter", "Name=", "--parameter", "Extra=a=b"]);
    assert_eq!(given, expected(&[("Name", ""), ("Size", "previous"), ("Extra", "a=b")]));
}

#[test]
fn files_come_in_every_form() {
    let ground = ground();
    let cli = json!([
        { "ParameterKey": "Name", "ParameterValue": "from-list" }, { "ParameterKey": "Size", "UsePreviousValue": true },
    ]);
    let pipeline = json!({ "Parameters": { "Name": "from-pipeline" }, "Tags": { "team": "b" } });
    ground.write("list.json", cli.to_string());
    ground.write("pipeline.json", pipeline.to_string());
    ground.write("map.yaml", "Name: from-map\nSize: 0123\n");
    assert_eq!(sent(&ground, &["--parameters", "list.json"])["Name"], "from-list");
    assert_eq!(sent(&ground, &["--parameters", "pipeline.json"])["Name"], "from-pipeline");
    assert_eq!(ground.fake.call("CreateChangeSet").map("Tags", "Key", "Value")["team"], "b");
    let map = sent(&ground, &["--parameters", "map.yaml"]);
    assert_eq!((map["Name"].as_str(), map["Size"].as_str()), ("from-map", "0123"), "a leading zero stays");
    let both = sent(&ground, &["--parameters", "map.yaml", "--parameter", "Name=from-the-command-line"]);
    assert_eq!(both["Name"], "from-the-command-line");
}

#[test]
fn a_file_that_is_wrong_is_shown_with_its_place() {
    let ground = ground();
    ground.write("bad.yaml", "Name: a\nSize:\n  deep: {}\n");
    let run = ground.plan(&["--parameters", "bad.yaml"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    has(&run.stderr, &["bad.yaml:"]);
    assert_eq!(ground.fake.count("CreateChangeSet"), 0);
}

#[test]
fn an_unknown_parameter_is_an_error_that_guesses() {
    let ground = ground();
    let run = ground.plan(&["--parameter", "Nmae=secret-value"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    has(&run.stderr, &["Nmae", "Name"]);
    has_none(&run.stderr, &["secret-value"]);
    assert_eq!(ground.fake.count("CreateChangeSet"), 0);
}

#[test]
fn a_parameter_without_a_value_is_named() {
    let ground = Ground::new(TEMPLATE);
    let run = ground.plan(&[]);
    assert_ne!(run.code, 0);
    has(&run.stderr, &["Name", "--parameter"]);
    assert_eq!(ground.fake.now("web", "StackStatus"), json!(null), "no stack is left behind");
}

#[test]
fn tags_are_merged_into_those_of_the_stack() {
    let ground = Ground::new(TOPIC);
    let stack = StackScript::new("web").tag("team", "a").tag("cost", "1");
    ground.fake.stack(stack).change_set("web", ChangeSetScript::new());
    let run = ground.plan(&["--tag", "team=b", "--tag", "empty="]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let tags = ground.fake.call("CreateChangeSet").map("Tags", "Key", "Value");
    assert_eq!(tags, expected(&[("team", "b"), ("cost", "1"), ("empty", "")]));
    let plan = ground.plan_json(&["--tag", "team=b"]);
    assert_eq!(plan["tags"], json!([{ "key": "team", "before": "a", "after": "b" }]));
}

const ROLE: &str =
    "Resources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: {}\n";

#[test]
fn capabilities_must_be_acknowledged() {
    let ground = Ground::new(ROLE);
    let run = ground.plan(&[]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    has(&run.stderr, &["CAPABILITY_IAM", "--capability"]);
    assert_eq!(ground.fake.count("CreateChangeSet"), 0);
    for args in [&["--capability", "CAPABILITY_IAM"][..], &["--capability", "CAPABILITY_NAMED_IAM"], &["--yes"]] {
        ground.fake.forget();
        let run = ground.plan(args);
        assert_eq!(run.code, 0, "{args:?}: {}", run.stderr);
        assert!(!ground.fake.call("CreateChangeSet").texts("Capabilities").is_empty());
    }
}

#[test]
fn a_template_that_needs_none_acknowledges_none() {
    let ground = Ground::new(TOPIC);
    assert_eq!(ground.plan(&["--yes"]).code, 0);
    assert_eq!(ground.fake.call("CreateChangeSet").texts("Capabilities"), [""; 0]);
}

#[test]
fn why_a_capability_is_needed_is_told() {
    let ground = Ground::new(TOPIC);
    ground.fake.summary(json!({
        "Parameters": [], "ResourceTypes": ["AWS::SNS::Topic"], "Capabilities": ["CAPABILITY_AUTO_EXPAND", "CAPABILITY_NEW"],
        "CapabilitiesReason": "The following resource(s) require capabilities: [AWS::Acme::Macro]",
    }));
    let run = ground.plan(&["--capability", "CAPABILITY_AUTO_EXPAND"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    has(&run.stderr, &["CAPABILITY_NEW", "[AWS::Acme::Macro]"]);
    has_none(&run.stderr, &["--capability CAPABILITY_AUTO_EXPAND"]);
}
