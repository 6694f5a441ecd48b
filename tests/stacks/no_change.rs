//! Nothing to do: how it is told, and what it costs.

use serde_json::json;

use crate::fake::{ChangeSetScript, StackScript};
use crate::ground::{Ground, TOPIC, has};

/// What a deployment that changes nothing asks of CloudFormation; the README says so too.
const CALLS: [&str; 5] =
    ["CreateChangeSet", "DeleteChangeSet", "DescribeChangeSet", "DescribeStacks", "GetTemplateSummary"];

fn unchanged() -> Ground {
    let ground = Ground::new(TOPIC);
    ground.fake.stack(StackScript::new("web").template(TOPIC).output("Url", "https://example.com"));
    ground
}

fn sorted_calls(ground: &Ground) -> Vec<String> {
    let mut actions = ground.fake.actions();
    actions.sort();
    actions
}

#[test]
fn a_deployment_without_changes_costs_five_calls() {
    let ground = unchanged();
    let run = ground.deploy(&[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    has(&run.stderr, &["nothing to do"]);
    assert_eq!(sorted_calls(&ground), CALLS);
    assert_eq!(ground.fake.change_sets(), [""; 0], "the change set is deleted again");
}

#[test]
fn a_plan_without_changes_costs_the_same() {
    let ground = unchanged();
    let run = ground.plan(&["--exit-code"]);
    assert_eq!(run.code, 0, "nothing is pending: {}{}", run.stdout, run.stderr);
    has(&run.stdout, &["nothing to do"]);
    assert_eq!(sorted_calls(&ground), CALLS);
    let plan = ground.plan_json(&[]);
    assert_eq!(plan["changeSet"], json!(null));
    assert_eq!(plan["resources"], json!([]));
}

#[test]
fn programs_are_told_that_nothing_changed() {
    let ground = unchanged();
    let outcome = ground.deploy(&["--output", "json"]).json();
    assert_eq!(outcome["stack"], "web");
    assert_eq!(outcome["changed"], false);
    assert_eq!(outcome["outputs"], json!({ "Url": "https://example.com" }));
}

#[test]
fn both_wordings_of_cloudformation_are_known() {
    for reason in [
        "The submitted information didn't contain changes. Submit different information to create a change set.",
        "No updates are to be performed.",
    ] {
        let ground = unchanged();
        ground.fake.change_set("web", ChangeSetScript::new().pending(2).failed(reason));
        let run = ground.deploy(&[]);
        assert_eq!(run.code, 0, "{reason}: {}", run.stderr);
        assert_eq!(ground.fake.count("DescribeChangeSet"), 3, "two looks while it is made, and the last one");
        assert_eq!(ground.fake.change_sets(), [""; 0]);
    }
}

#[test]
fn a_change_of_outputs_only_is_a_change() {
    let ground = unchanged();
    ground.fake.change_set("web", ChangeSetScript::new());
    let run = ground.plan(&["--exit-code"]);
    assert_eq!(run.code, 3, "{}{}", run.stdout, run.stderr);
    let run = ground.deploy(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(ground.fake.now("web", "StackStatus"), "UPDATE_COMPLETE");
}
