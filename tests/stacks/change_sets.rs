//! Which change set is asked for, and how.

use serde_json::json;

use crate::fake::{ChangeSetScript, Fault, StackScript};
use crate::ground::{Ground, TOPIC, has};

/// The kind of change set that a stack in this status gets.
#[track_caller]
fn kind(status: Option<&str>, args: &[&str]) -> String {
    let ground = Ground::new(TOPIC);
    if let Some(status) = status {
        ground.fake.stack(StackScript::new("web").status(status));
    }
    ground.fake.change_set("web", ChangeSetScript::new());
    let run = ground.plan(args);
    assert_eq!(run.code, 0, "{status:?}: {}", run.stderr);
    ground.fake.call("CreateChangeSet").get("ChangeSetType").to_owned()
}

#[test]
fn the_kind_follows_the_status_of_the_stack() {
    for status in [None, Some("REVIEW_IN_PROGRESS")] {
        assert_eq!(kind(status, &[]), "CREATE", "{status:?}");
    }
    for status in [
        "CREATE_COMPLETE",
        "UPDATE_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE",
        "IMPORT_COMPLETE",
        "IMPORT_ROLLBACK_COMPLETE",
        "UPDATE_FAILED",
        "CREATE_FAILED",
    ] {
        assert_eq!(kind(Some(status), &[]), "UPDATE", "{status}");
    }
}

#[test]
fn names_are_unique() {
    let ground = Ground::new(TOPIC);
    ground.fake.stack(StackScript::new("web")).change_set("web", ChangeSetScript::new());
    for _ in 0..2 {
        assert_eq!(ground.plan(&[]).code, 0);
    }
    let calls = ground.fake.calls();
    let mut names: Vec<&str> =
        calls.iter().filter(|call| call.action == "CreateChangeSet").map(|call| call.get("ChangeSetName")).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn a_first_plan_that_is_saved_leaves_the_stack_in_review_and_a_second_one_goes_on() {
    let ground = Ground::new(TOPIC);
    for _ in 0..2 {
        let plan = ground.plan_json(&["--out", "plan.json"]);
        assert_eq!(plan["operation"], "CREATE");
        assert_eq!(plan["resources"][0]["action"], "add");
        assert_eq!(ground.fake.now("web", "StackStatus"), "REVIEW_IN_PROGRESS");
    }
    let run = ground.deploy(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(ground.fake.now("web", "StackStatus"), "CREATE_COMPLETE");
}

#[test]
fn a_plan_that_is_not_saved_leaves_nothing_behind() {
    let ground = Ground::new(TOPIC);
    assert_eq!(ground.plan_json(&[])["operation"], "CREATE");
    assert!(ground.fake.change_sets().is_empty());
    assert_eq!(ground.fake.count("DeleteStack"), 1, "the stack was there for the change set only");
}

#[test]
fn resources_to_import_make_an_import() {
    let ground = Ground::new(TOPIC);
    ground.fake.stack(StackScript::new("web")).change_set("web", ChangeSetScript::new());
    let list = json!([{
        "ResourceType": "AWS::SNS::Topic", "LogicalResourceId": "Topic", "ResourceIdentifier": { "TopicArn": "arn:aws:sns:eu-west-1:1:t" },
    }]);
    ground.write("import.json", list.to_string());
    let run = ground.plan(&["--import", "import.json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let call = ground.fake.call("CreateChangeSet");
    assert_eq!(call.get("ChangeSetType"), "IMPORT");
    let import = &call.records("ResourcesToImport")[0];
    assert_eq!(import["LogicalResourceId"], "Topic");
    assert_eq!(import["ResourceIdentifier.entry.1.key"], "TopicArn");
    assert_eq!(import["ResourceIdentifier.entry.1.value"], "arn:aws:sns:eu-west-1:1:t");
}

#[test]
fn settings_reach_cloudformation() {
    let ground = Ground::new(TOPIC);
    ground.fake.stack(StackScript::new("web")).change_set("web", ChangeSetScript::new());
    let run = ground.plan(&[
        "--role-arn",
        "arn:aws:iam::123456789012:role/deploy",
        "--notification-arn",
        "arn:aws:sns:eu-west-1:1:a",
        "--notification-arn",
        "arn:aws:sns:eu-west-1:1:b",
        "--on-failure",
        "do-nothing",
        "--express",
        "--revert-drift",
        "--import-existing",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let call = ground.fake.call("CreateChangeSet");
    assert_eq!(call.get("RoleARN"), "arn:aws:iam::123456789012:role/deploy");
    assert_eq!(call.texts("NotificationARNs"), ["arn:aws:sns:eu-west-1:1:a", "arn:aws:sns:eu-west-1:1:b"]);
    assert_eq!(call.get("OnStackFailure"), "DO_NOTHING");
    assert_eq!(call.get("DeploymentConfig.Mode"), "EXPRESS");
    assert_eq!(call.get("DeploymentMode"), "REVERT_DRIFT");
    assert!(call.is("ImportExistingResources"));
}

#[test]
fn what_is_not_asked_for_is_not_sent() {
    let ground = Ground::new(TOPIC);
    ground.fake.stack(StackScript::new("web").tag("team", "a")).change_set("web", ChangeSetScript::new());
    assert_eq!(ground.plan(&[]).code, 0);
    let call = ground.fake.call("CreateChangeSet");
    for name in ["RoleARN", "OnStackFailure", "DeploymentMode", "DeploymentConfig.Mode", "ImportExistingResources"] {
        assert!(call.get(name).is_empty() || call.get(name) == "false", "{name}: {}", call.get(name));
    }
    assert!(!call.form.keys().any(|key| key.starts_with("Tags.")), "CloudFormation keeps the tags: {:?}", call.form);
}

#[test]
fn what_cloudformation_refuses_at_once_is_told() {
    let ground = Ground::new(TOPIC);
    ground.fake.stack(StackScript::new("web"));
    let quota = Fault::Error(400, "LimitExceededException", "ChangeSet limit exceeded for stack".into());
    ground.fake.change_set("web", ChangeSetScript::new().refused(quota));
    let run = ground.plan(&[]);
    assert_ne!(run.code, 0, "{}", run.stderr);
    has(&run.stderr, &["LimitExceededException", "hint:"]);
}
