//! Ctrl-C, and a machine that goes away.
#![cfg(unix)]

use crate::fake::{ChangeSetScript, Operation, StackScript, event, stack_event};
use crate::ground::{Ground, TOPIC, has};

fn endless() -> Ground {
    let ground = Ground::new(TOPIC);
    let operation = Operation::new("UPDATE").then([event("Topic", "AWS::SNS::Topic", "UPDATE_IN_PROGRESS")]);
    ground.fake.stack(StackScript::new("web").events([stack_event("web", "CREATE_COMPLETE")]));
    ground.fake.change_set("web", ChangeSetScript::new().execute(operation));
    ground
}

const DEPLOY: [&str; 5] = ["deploy", "web", "--template", "t.yaml", "--yes"];

#[test]
fn ctrl_c_stops_watching_and_aws_goes_on() {
    let ground = endless();
    let started = ground.start(&DEPLOY);
    ground.fake.wait_for("DescribeStackEvents", 4);
    started.interrupt();
    let run = started.end();
    assert_eq!(run.code, 130, "{}", run.stderr);
    has(&run.stderr, &["formwork stack watch web"]);
    assert_eq!(ground.fake.count("CancelUpdateStack"), 0);
    assert_eq!(ground.fake.now("web", "StackStatus"), "UPDATE_IN_PROGRESS");
}

#[test]
fn ctrl_c_cancels_where_that_was_asked_for() {
    let ground = endless();
    let started = ground.start(&[&DEPLOY[..], &["--cancel-on-interrupt"]].concat());
    ground.fake.wait_for("DescribeStackEvents", 4);
    started.interrupt();
    let run = started.end();
    assert_eq!(run.code, 130, "{}", run.stderr);
    assert_eq!(ground.fake.count("CancelUpdateStack"), 1);
}

#[test]
fn what_was_begun_is_watched_from_elsewhere() {
    let ground = Ground::new(TOPIC);
    let operation = Operation::new("UPDATE")
        .then([event("Topic", "AWS::SNS::Topic", "UPDATE_IN_PROGRESS")])
        .quiet(30)
        .then([event("Topic", "AWS::SNS::Topic", "UPDATE_COMPLETE")])
        .turn("UPDATE_COMPLETE")
        .output("Url", "https://example.com");
    ground.fake.stack(
        StackScript::new("web")
            .events([event("Old", "AWS::SNS::Topic", "CREATE_COMPLETE"), stack_event("web", "CREATE_COMPLETE")]),
    );
    ground.fake.change_set("web", ChangeSetScript::new().execute(operation));
    let mut started = ground.start(&DEPLOY);
    ground.fake.wait_for("DescribeStackEvents", 4);
    started.kill();
    let run = ground.run(&["stack", "watch", "web"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let text = format!("{}{}", run.stdout, run.stderr);
    has(&text, &["Topic", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", "https://example.com"]);
    assert!(!text.contains("Old"), "what was before is not shown: {text}");
}

#[test]
fn watching_a_failure_fails() {
    let ground = Ground::new(TOPIC);
    let operation = Operation::new("UPDATE")
        .then([event("Topic", "AWS::SNS::Topic", "UPDATE_FAILED").because("no luck")])
        .turn("UPDATE_ROLLBACK_IN_PROGRESS")
        .turn("UPDATE_ROLLBACK_COMPLETE");
    ground.fake.stack(StackScript::new("web").under_way(operation));
    let run = ground.run(&["stack", "watch", "web"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    has(&run.stderr, &["no luck"]);
}
