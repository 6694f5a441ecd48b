//! Deploying: events as they come, and the end.

use serde_json::json;

use crate::fake::{ChangeSetScript, Event, Operation, StackScript, event, nested_event, stack_event};
use crate::ground::{Ground, TOPIC, has, has_none, lines};

fn updating(operation: Operation) -> Ground {
    let ground = Ground::new(TOPIC);
    ground.fake.stack(StackScript::new("web").events([stack_event("web", "CREATE_COMPLETE")]));
    ground.fake.change_set("web", ChangeSetScript::new().execute(operation));
    ground
}

fn simple() -> Operation {
    Operation::new("UPDATE")
        .then([event("Topic", "AWS::SNS::Topic", "UPDATE_IN_PROGRESS")])
        .then([event("Topic", "AWS::SNS::Topic", "UPDATE_COMPLETE").physical("arn:aws:sns:eu-west-1:1:topic")])
        .turn("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        .turn("UPDATE_COMPLETE")
        .output("Arn", "arn:aws:sns:eu-west-1:1:topic")
        .output("Ünïcode", "grün")
}

#[test]
fn a_deployment_shows_plan_and_events_and_prints_outputs() {
    let ground = updating(simple());
    let run = ground.deploy(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    has(&run.stderr, &["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", "Topic"]);
    has(&run.stdout, &["Arn", "arn:aws:sns:eu-west-1:1:topic", "Ünïcode", "grün"]);
    has_none(&run.stdout, &["UPDATE_"]);
    has_none(&run.stderr, &["CREATE_COMPLETE", "\u{1b}"]);
    assert_eq!(ground.fake.count("ExecuteChangeSet"), 1);
}

#[test]
fn programs_get_the_outcome() {
    let outcome = updating(simple()).deploy(&["--output", "json"]).json();
    assert_eq!(outcome["stack"], "web");
    assert_eq!(outcome["status"], "UPDATE_COMPLETE");
    assert_eq!(outcome["changed"], true);
    assert_eq!(outcome["outputs"]["Arn"], "arn:aws:sns:eu-west-1:1:topic");
    assert_eq!(outcome["causes"], json!([]));
    assert!(outcome["stackId"].as_str().unwrap().starts_with("arn:aws:cloudformation:"));
    assert!(outcome["seconds"].is_number());
}

#[test]
fn programs_get_the_stream() {
    let run = updating(simple()).deploy(&["--output", "jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let lines = lines(&run.stdout);
    let types: Vec<&str> = lines.iter().map(|line| line["type"].as_str().unwrap()).collect();
    assert_eq!((types[0], *types.last().unwrap()), ("plan", "outcome"));
    assert_eq!(types.iter().filter(|kind| **kind == "event").count(), 5, "{types:?}");
}

#[test]
fn nobody_is_asked_off_a_terminal() {
    let ground = updating(simple());
    let run = ground.run(&["deploy", "web", "--template", "t.yaml"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    has(&run.stderr, &["--yes"]);
    assert_eq!(ground.fake.count("ExecuteChangeSet"), 0);
    assert_eq!(ground.fake.change_sets(), [""; 0], "what will not be executed is deleted again");
}

/// Events that tell each other apart.
fn many(from: usize, to: usize) -> Vec<Event> {
    (from..to).map(|n| event(&format!("Topic{n:03}"), "AWS::SNS::Topic", "UPDATE_COMPLETE")).collect()
}

#[test]
fn three_hundred_events_come_once_each_and_in_order() {
    let operation = Operation::new("UPDATE").then(many(0, 250)).quiet(2).then(many(250, 300)).turn("UPDATE_COMPLETE");
    let ground = updating(operation);
    ground.fake.page_size(100);
    let run = ground.deploy(&["--output", "jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let lines = lines(&run.stdout);
    let text = run.stdout.as_str();
    for n in 0..300 {
        assert_eq!(text.matches(&format!("\"Topic{n:03}\"")).count(), 1, "Topic{n:03}");
    }
    let at = |n: usize| lines.iter().position(|line| line.to_string().contains(&format!("\"Topic{n:03}\""))).unwrap();
    assert!((1..300).all(|n| at(n - 1) < at(n)), "oldest first");
    // Before it starts one page is read; then only pages with something new.
    let pages = ground.fake.calls().iter().filter(|call| !call.get("NextToken").is_empty()).count();
    assert!(pages <= 5, "{pages} further pages");
}

#[test]
fn events_of_nested_stacks_are_shown_in_their_place() {
    let nested = "web-Net-1ABC";
    let operation = Operation::new("UPDATE")
        .then([nested_event("Net", nested, "UPDATE_IN_PROGRESS"), stack_event(nested, "UPDATE_IN_PROGRESS")])
        .then([event("Subnet", "AWS::EC2::Subnet", "UPDATE_IN_PROGRESS").of(nested)])
        .then([
            event("Subnet", "AWS::EC2::Subnet", "UPDATE_COMPLETE").of(nested),
            stack_event(nested, "UPDATE_COMPLETE"),
            nested_event("Net", nested, "UPDATE_COMPLETE"),
        ])
        .turn("UPDATE_COMPLETE");
    let ground = updating(operation);
    let before = [event("Before", "AWS::EC2::VPC", "CREATE_COMPLETE"), stack_event(nested, "CREATE_COMPLETE")];
    ground.fake.stack(StackScript::new(nested).events(before));
    let run = ground.deploy(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let of_subnet: Vec<&str> = run.stderr.lines().filter(|line| line.contains("Subnet")).collect();
    assert_eq!(of_subnet.len(), 2, "{}", run.stderr);
    has_none(&run.stderr, &["Before"]);
}

#[test]
fn a_first_deployment_creates_the_stack() {
    let ground = Ground::new(TOPIC);
    let run = ground.deploy(&["--tag", "team=a", "--termination-protection", "true"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(ground.fake.now("web", "StackStatus"), "CREATE_COMPLETE");
    assert_eq!(ground.fake.now("web", "EnableTerminationProtection"), true);
    assert_eq!(ground.fake.now("web", "Tags"), json!([{ "Key": "team", "Value": "a" }]));
    assert!(!ground.fake.call("ExecuteChangeSet").get("ClientRequestToken").is_empty());
}

const OPEN: &str = r#"{"Statement":[{"Effect":"Allow","Action":"Update:*","Principal":"*","Resource":"*"}]}"#;
const CLOSED: &str = r#"{"Statement":[{"Effect":"Deny","Action":"Update:*","Principal":"*","Resource":"*"}]}"#;

#[test]
fn a_temporary_stack_policy_is_taken_back() {
    for operation in
        [simple(), Operation::new("UPDATE").turn("UPDATE_ROLLBACK_IN_PROGRESS").turn("UPDATE_ROLLBACK_COMPLETE")]
    {
        let ground = Ground::new(TOPIC);
        ground.fake.stack(StackScript::new("web").policy(CLOSED));
        ground.fake.change_set("web", ChangeSetScript::new().execute(operation));
        ground.write("open.json", OPEN);
        ground.deploy(&["--stack-policy-during-update", "open.json"]);
        let calls = ground.fake.calls();
        let set: Vec<&str> = calls
            .iter()
            .filter(|call| call.action == "SetStackPolicy")
            .map(|call| call.get("StackPolicyBody"))
            .collect();
        assert_eq!(set, [OPEN, CLOSED]);
        assert_eq!(ground.fake.policy("web").as_deref(), Some(CLOSED));
    }
}

#[test]
fn a_stack_policy_is_set() {
    let ground = updating(simple());
    ground.write("closed.json", CLOSED);
    let run = ground.deploy(&["--stack-policy", "closed.json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(ground.fake.policy("web").as_deref(), Some(CLOSED));
}

#[test]
fn rollback_can_be_disabled() {
    let operation = Operation::new("UPDATE")
        .then([event("Topic", "AWS::SNS::Topic", "UPDATE_FAILED").because("no luck")])
        .turn_because("UPDATE_FAILED", "The following resource(s) failed to update: [Topic]. ");
    let ground = updating(operation);
    let run = ground.deploy(&["--disable-rollback"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    has(&run.stderr, &["no luck", "UPDATE_FAILED"]);
    assert_eq!(ground.fake.now("web", "DisableRollback"), true);
}

#[test]
fn what_takes_too_long_is_left_alone() {
    let ground = updating(Operation::new("UPDATE"));
    let run = ground.deploy(&["--timeout", "1s"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    has(&run.stderr, &["formwork stack watch"]);
    assert_eq!(ground.fake.count("CancelUpdateStack"), 0);
}
