//! Plans in a file: exactly that is executed, or nothing.

use serde_json::{Value, json};

use crate::fake::{ChangeSetScript, StackScript};
use crate::ground::{Ground, TOPIC, has};

/// A stack with a plan in `plan.json`, and the ARN of its change set.
fn planned() -> (Ground, String) {
    let ground = Ground::new(TOPIC);
    let change = json!({
        "Action": "Modify", "LogicalResourceId": "Topic", "PhysicalResourceId": "arn:t", "ResourceType": "AWS::SNS::Topic",
        "Replacement": "False", "Scope": ["Properties"], "Details": [],
    });
    ground.fake.stack(StackScript::new("web")).change_set("web", ChangeSetScript::new().change(change));
    let run = ground.plan(&["--out", "plan.json", "--exit-code"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    let change_sets = ground.fake.change_sets();
    assert_eq!(change_sets.len(), 1);
    ground.fake.forget();
    (ground, change_sets[0].clone())
}

const DEPLOY: [&str; 4] = ["deploy", "--plan", "plan.json", "--yes"];

#[track_caller]
fn stale(ground: &Ground, why: &str) {
    let run = ground.run(&DEPLOY);
    assert_eq!(run.code, 4, "{}", run.stderr);
    has(&run.stderr, &["stale", why]);
    assert_eq!(ground.fake.count("ExecuteChangeSet"), 0);
}

#[test]
fn exactly_the_plan_is_executed() {
    let (ground, change_set) = planned();
    let run = ground.run(&DEPLOY);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(ground.fake.call("ExecuteChangeSet").get("ChangeSetName"), change_set);
    assert_eq!(ground.fake.count("CreateChangeSet"), 0);
    assert_eq!(ground.fake.now("web", "StackStatus"), "UPDATE_COMPLETE");
}

#[test]
fn the_second_time_it_is_stale() {
    let (ground, _) = planned();
    assert_eq!(ground.run(&DEPLOY).code, 0);
    ground.fake.forget();
    stale(&ground, "changed since");
}

#[test]
fn a_stack_that_was_changed_elsewhere_makes_it_stale() {
    let (ground, _) = planned();
    ground.fake.changed_elsewhere("web");
    stale(&ground, "changed since");
}

#[test]
fn a_template_that_was_edited_makes_it_stale() {
    let (ground, _) = planned();
    ground.write("t.yaml", TOPIC.replace("hello", "bye"));
    stale(&ground, "t.yaml");
}

#[test]
fn a_change_set_that_is_gone_makes_it_stale() {
    let (ground, _) = planned();
    let mut plan: Value = serde_json::from_str(&ground.project.sandbox.read("plan.json")).unwrap();
    let id = &mut plan["plans"][0]["changeSet"]["id"];
    *id = json!(id.as_str().unwrap().replace("changeSet/", "changeSet/gone-"));
    ground.write("plan.json", plan.to_string());
    stale(&ground, "change set is gone");
}

#[test]
fn a_pin_that_moved_makes_it_stale() {
    let name = "/app/ami";
    let ground = Ground::new(
        "Resources:\n  T:\n    Type: AWS::SNS::Topic\n    Properties:\n      DisplayName: <<resolve:ssm:/app/ami>>\n",
    );
    ground.fake.parameter(name, "ami-1", 1).stack(StackScript::new("web")).change_set("web", ChangeSetScript::new());
    assert_eq!(ground.plan(&["--out", "plan.json"]).code, 0);
    ground.fake.parameter(name, "ami-2", 2);
    ground.project.ok(&["upgrade"]);
    ground.fake.forget();
    stale(&ground, name);
}

#[test]
fn another_file_is_not_taken_for_a_plan() {
    let (ground, _) = planned();
    for text in ["{}", "[]", "not json", "{\"format\": \"formwork-plan\", \"version\": 999, \"plans\": []}"] {
        ground.write("plan.json", text);
        let run = ground.run(&DEPLOY);
        assert_eq!(run.code, 2, "{text}: {}", run.stderr);
        has(&run.stderr, &["plan.json"]);
    }
    assert_eq!(ground.fake.actions(), [""; 0]);
}

#[test]
fn a_plan_of_a_new_stack_creates_it() {
    let ground = Ground::new(TOPIC);
    assert_eq!(ground.plan(&["--out", "plan.json"]).code, 0);
    let run = ground.run(&DEPLOY);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(ground.fake.now("web", "StackStatus"), "CREATE_COMPLETE");
    assert_eq!(ground.fake.count("CreateChangeSet"), 1);
}

#[test]
fn a_plan_that_was_looked_at_needs_no_yes() {
    let (ground, _) = planned();
    let run = ground.run(&["deploy", "--plan", "plan.json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(ground.fake.count("ExecuteChangeSet"), 1);
}
