//! What goes wrong on the way: throttling, the network, credentials; and how often CloudFormation is asked.

use std::time::Duration;

use crate::fake::{ChangeSetScript, Fault, Operation, StackScript, event, stack_event};
use crate::ground::{Ground, TOPIC, has};

fn updating(quiet: usize) -> Ground {
    let ground = Ground::new(TOPIC);
    let operation = Operation::new("UPDATE")
        .then([event("Topic", "AWS::SNS::Topic", "UPDATE_IN_PROGRESS")])
        .quiet(quiet)
        .then([event("Topic", "AWS::SNS::Topic", "UPDATE_COMPLETE")])
        .turn("UPDATE_COMPLETE");
    ground.fake.stack(StackScript::new("web").events([stack_event("web", "CREATE_COMPLETE")]));
    ground.fake.change_set("web", ChangeSetScript::new().execute(operation));
    ground
}

#[test]
fn throttling_while_watching_is_waited_out() {
    let ground = updating(0);
    // More often than the SDK tries again by itself.
    ground.fake.fail("DescribeStackEvents", 2, 7, Fault::throttled());
    let run = ground.deploy(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(ground.fake.now("web", "StackStatus"), "UPDATE_COMPLETE");
}

#[test]
fn throttling_while_the_change_set_is_made_is_waited_out() {
    let ground = updating(0);
    ground.fake.fail("DescribeChangeSet", 0, 4, Fault::throttled());
    let run = ground.deploy(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn a_broken_connection_is_tried_again() {
    for fault in [Fault::Hangup, Fault::CutOff, Fault::Error(503, "ServiceUnavailable", "come back later".into())] {
        let ground = updating(1);
        ground.fake.fail("DescribeStackEvents", 2, 4, fault.clone());
        ground.fake.fail("DescribeStacks", 2, 4, fault.clone());
        let run = ground.deploy(&[]);
        assert_eq!(run.code, 0, "{fault:?}: {}", run.stderr);
    }
}

#[test]
fn the_answer_to_execute_may_get_lost() {
    let ground = updating(0);
    ground.fake.fail("ExecuteChangeSet", 0, 1, Fault::Hangup);
    let run = ground.deploy(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let calls = ground.fake.calls();
    let tokens: Vec<&str> = calls
        .iter()
        .filter(|call| call.action == "ExecuteChangeSet")
        .map(|call| call.get("ClientRequestToken"))
        .collect();
    assert_eq!(tokens.len(), 2);
    assert!(tokens[0] == tokens[1] && !tokens[0].is_empty(), "the second request does no harm: {tokens:?}");
}

#[test]
fn expired_credentials_are_told_and_survived() {
    let ground = updating(0);
    ground.fake.fail("DescribeStackEvents", 2, 3, Fault::expired());
    let run = ground.deploy(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    has(&run.stderr.to_lowercase(), &["expired"]);
    assert_eq!(ground.fake.now("web", "StackStatus"), "UPDATE_COMPLETE");
}

#[test]
fn expired_credentials_before_the_start_are_an_error() {
    let ground = updating(0);
    ground.fake.fail("*", 0, usize::MAX, Fault::expired());
    let run = ground.deploy(&[]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    has(&run.stderr, &["ExpiredToken", "hint:"]);
}

#[test]
fn a_refusal_names_the_action() {
    let ground = updating(0);
    ground.fake.fail("CreateChangeSet", 0, usize::MAX, Fault::denied("cloudformation:CreateChangeSet"));
    let run = ground.deploy(&[]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    has(&run.stderr, &["cloudformation:CreateChangeSet"]);
    assert_eq!(ground.fake.count("CreateChangeSet"), 1);
}

#[test]
fn there_is_one_chain_of_events_an_interval() {
    let ground = updating(4);
    let mut command = ground.command(&["deploy", "web", "--template", "t.yaml", "--yes"]);
    command.env("FORMWORK_POLL_MS", "200");
    let run = crate::project::run(command);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let calls = ground.fake.calls();
    let started = calls.iter().position(|call| call.action == "ExecuteChangeSet").unwrap();
    let after = &calls[started..];
    let polls: Vec<_> =
        after.iter().filter(|call| call.action == "DescribeStackEvents" && call.get("NextToken").is_empty()).collect();
    let looks = after.iter().filter(|call| call.action == "DescribeStacks").count();
    assert!(polls.len() >= 5, "{}", polls.len());
    for pair in polls.windows(2) {
        let apart = pair[1].at - pair[0].at;
        assert!(apart >= Duration::from_millis(190), "{apart:?} apart");
    }
    assert!(looks <= polls.len() + 1, "{looks} DescribeStacks in {} polls", polls.len());
}
