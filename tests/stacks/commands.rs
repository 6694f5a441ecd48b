//! `formwork stack …` and `formwork graph`.

use serde_json::{Value, json};

use crate::fake::{Operation, StackScript, event, stack_event};
use crate::ground::{Ground, TOPIC, has, has_none};

fn ground() -> Ground {
    let ground = Ground::new(TOPIC);
    ground.fake.stack(
        StackScript::new("web")
            .status("UPDATE_COMPLETE")
            .parameter("Size", "large")
            .tag("team", "a")
            .output("Url", "https://example.com")
            .export("VpcId", "vpc-1", "net-vpc")
            .resource("Topic", "AWS::SNS::Topic", "arn:aws:sns:eu-west-1:1:topic", "UPDATE_COMPLETE")
            .events([
                stack_event("web", "UPDATE_IN_PROGRESS"),
                event("Topic", "AWS::SNS::Topic", "UPDATE_COMPLETE"),
                stack_event("web", "UPDATE_COMPLETE"),
            ]),
    );
    for n in 0..5 {
        ground.fake.stack(StackScript::new(&format!("other-{n}")));
    }
    ground.fake.page_size(2);
    ground
}

#[track_caller]
fn ok(ground: &Ground, args: &[&str]) -> String {
    let run = ground.run(args);
    assert_eq!(run.code, 0, "{args:?}: {}{}", run.stdout, run.stderr);
    run.stdout
}

#[test]
fn list_has_every_page() {
    let ground = ground();
    let text = ok(&ground, &["stack", "list"]);
    has(&text, &["web", "UPDATE_COMPLETE", "other-0", "other-4"]);
    let json: Value = serde_json::from_str(&ok(&ground, &["stack", "list", "--output", "json"])).unwrap();
    has(&json.to_string(), &["other-4"]);
}

#[test]
fn show_has_what_a_stack_has() {
    let text = ok(&ground(), &["stack", "show", "web"]);
    has(&text, &["web", "UPDATE_COMPLETE", "Size", "large", "team", "https://example.com"]);
}

#[test]
fn outputs_events_and_resources() {
    let ground = ground();
    has(&ok(&ground, &["stack", "outputs", "web"]), &["Url", "https://example.com", "VpcId"]);
    has(&ok(&ground, &["stack", "resources", "web"]), &["Topic", "AWS::SNS::Topic", "arn:aws:sns:eu-west-1:1:topic"]);
    has(&ok(&ground, &["stack", "events", "web"]), &["UPDATE_IN_PROGRESS", "Topic", "UPDATE_COMPLETE"]);
    for command in ["outputs", "resources", "events", "show"] {
        let text = ok(&ground, &["stack", command, "web", "--output", "json"]);
        serde_json::from_str::<Value>(&text).unwrap_or_else(|error| panic!("{command}: {error}: {text}"));
    }
}

#[test]
fn a_stack_that_does_not_exist() {
    let ground = ground();
    for command in ["show", "outputs", "resources", "events", "watch", "drift", "recover", "cancel"] {
        let run = ground.run(&["stack", command, "nowhere"]);
        assert_eq!(run.code, 1, "{command}: {}", run.stderr);
        has(&run.stderr, &["nowhere"]);
    }
}

#[test]
fn drift_shows_what_differs() {
    let ground = Ground::new(TOPIC);
    let drift = |id: &str, status: &str, differences: Value| {
        json!({
            "StackId": "arn", "LogicalResourceId": id, "PhysicalResourceId": "arn:t", "ResourceType": "AWS::SNS::Topic",
            "StackResourceDriftStatus": status, "PropertyDifferences": differences, "Timestamp": "2026-11-24T10:00:00.000Z",
        })
    };
    let differs = json!([{
        "PropertyPath": "/DisplayName", "ExpectedValue": "hello", "ActualValue": "changed by hand", "DifferenceType": "NOT_EQUAL",
    }]);
    ground.fake.drift_takes(2).stack(
        StackScript::new("web")
            .drift(drift("Topic", "MODIFIED", differs))
            .drift(drift("Gone", "DELETED", json!([])))
            .drift(drift("Fine", "IN_SYNC", json!([]))),
    );
    let run = ground.run(&["stack", "drift", "web"]);
    has(&run.stdout, &["Topic", "/DisplayName", "hello", "changed by hand", "Gone", "DELETED"]);
    has_none(&run.stdout, &["Fine"]);
    assert_eq!(ground.fake.count("DescribeStackDriftDetectionStatus"), 3);
}

#[test]
fn protect_on_and_off() {
    let ground = ground();
    ok(&ground, &["stack", "protect", "web"]);
    assert_eq!(ground.fake.now("web", "EnableTerminationProtection"), true);
    let run = ground.run(&["stack", "delete", "web", "--yes"]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    has(&run.stderr, &["formwork stack protect web --off"]);
    ok(&ground, &["stack", "protect", "web", "--off"]);
    assert_eq!(ground.fake.now("web", "EnableTerminationProtection"), false);
}

#[test]
fn delete_shows_what_is_lost_and_asks() {
    let ground = ground();
    let run = ground.run(&["stack", "delete", "web"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    has(&format!("{}{}", run.stdout, run.stderr), &["Topic", "AWS::SNS::Topic", "--yes"]);
    assert_eq!(ground.fake.count("DeleteStack"), 0);
    let run = ground.run(&["stack", "delete", "web", "--yes"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(ground.fake.now("web", "StackStatus"), Value::Null);
}

#[test]
fn delete_names_who_imports() {
    let ground = ground();
    ground.fake.import("net-vpc", "shop").import("net-vpc", "blog").import("net-vpc", "api");
    let run = ground.run(&["stack", "delete", "web", "--yes"]);
    has(&format!("{}{}", run.stdout, run.stderr), &["net-vpc", "shop", "blog", "api"]);
    assert_ne!(run.code, 0, "CloudFormation would refuse it");
    assert_eq!(ground.fake.count("DeleteStack"), 0);
}

#[test]
fn a_deletion_that_failed_can_leave_something_behind() {
    let ground = Ground::new(TOPIC);
    let failed = Operation::new("DELETE")
        .then([
            event("Bucket", "AWS::S3::Bucket", "DELETE_FAILED").because("The bucket you tried to delete is not empty")
        ])
        .turn_because("DELETE_FAILED", "The following resource(s) failed to delete: [Bucket]. ");
    let stack = StackScript::new("web").resource("Bucket", "AWS::S3::Bucket", "data", "CREATE_COMPLETE");
    ground.fake.stack(stack).on("DeleteStack", "web", failed);
    let run = ground.run(&["stack", "delete", "web", "--yes"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    has(&run.stderr, &["Bucket", "not empty", "--retain"]);
    let run = ground.run(&["stack", "delete", "web", "--retain", "Bucket", "--yes"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let calls = ground.fake.calls();
    assert_eq!(calls.iter().rfind(|call| call.action == "DeleteStack").unwrap().texts("RetainResources"), ["Bucket"]);
}

#[test]
fn delete_by_force() {
    let ground = ground();
    ok(&ground, &["stack", "delete", "web", "--force", "--yes"]);
    assert_eq!(ground.fake.call("DeleteStack").get("DeletionMode"), "FORCE_DELETE_STACK");
}

#[test]
fn cancel_takes_an_update_back() {
    let ground = Ground::new(TOPIC);
    ground.fake.stack(StackScript::new("web").under_way(Operation::new("UPDATE")));
    let run = ground.run(&["stack", "cancel", "web", "--yes"]);
    assert_eq!(ground.fake.count("CancelUpdateStack"), 1, "{}", run.stderr);
    let run = self::ground().run(&["stack", "cancel", "web", "--yes"]);
    assert_eq!(run.code, 1, "nothing is under way: {}", run.stderr);
}

#[test]
fn a_template_is_drawn() {
    let template = "\
Resources:
  Topic:
    Type: AWS::SNS::Topic
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
";
    let ground = Ground::new(template);
    for (format, parts) in [
        ("text", &["Policy", "Topic"][..]),
        ("dot", &["digraph", "Policy", "->"]),
        ("mermaid", &["flowchart", "Policy", "-->"]),
        ("svg", &["<svg", "Policy"]),
    ] {
        let run = ground.project.sandbox.run(&["graph", "--template", "t.yaml", "--format", format]);
        assert_eq!(run.code, 0, "{format}: {}", run.stderr);
        has(&run.stdout, parts);
    }
    assert_eq!(ground.fake.actions(), [""; 0], "a picture asks nobody");
}
