//! Executing a change set, and what is set on the stack around it.

use formwork_plugin::deployer::{ChangeSet, Outcome};
use formwork_plugin::{Failure, FailureKind};
use serde_json::{Value, json};

use crate::fake::{CHANGE_SET, Fake, STACK, cause, deployment, first, json_of};

fn planned(stack: Option<&str>) -> ChangeSet {
    let changes = json!({ "ChangeSetId": CHANGE_SET, "ChangeSetName": "formwork-1", "StackId": STACK });
    ChangeSet {
        id: Some(CHANGE_SET.into()),
        change_set_type: if stack.is_some() { "UPDATE" } else { "CREATE" }.into(),
        stack: stack.map(|status| json!({ "StackId": STACK, "StackStatus": status }).to_string()),
        changes: Some(changes.to_string()),
        made_stack: stack.is_none(),
    }
}

fn nothing(stack: Value) -> ChangeSet {
    ChangeSet {
        id: None,
        change_set_type: "UPDATE".into(),
        stack: Some(stack.to_string()),
        changes: None,
        made_stack: false,
    }
}

fn update(fake: &Fake, settings: Value) -> Outcome {
    fake.apply(&deployment(settings), &planned(Some("UPDATE_COMPLETE"))).unwrap()
}

fn allow(action: &str) -> Value {
    json!({ "Statement": [{ "Effect": "Allow", "Action": action, "Principal": "*", "Resource": "*" }] })
}

#[test]
fn an_update_takes_three_calls() {
    let mut fake = Fake::with(Some("UPDATE_COMPLETE"));
    fake.events = vec!["e7", "e6"];
    let outcome = update(&fake, json!({}));
    assert_eq!(
        *fake.calls.borrow(),
        [format!("events {STACK}"), format!("execute-change-set {CHANGE_SET}"), format!("wait {STACK} e7")]
    );
    assert_eq!(fake.requests.borrow()[0], json!({ "ChangeSetId": CHANGE_SET, "ClientRequestToken": "formwork-1" }));
    assert!(outcome.problems.is_empty());
    assert_eq!(json_of(&outcome.stack)["StackStatus"], "UPDATE_COMPLETE");
}

#[test]
fn a_new_stack_may_have_no_events() {
    let none = Failure::new(FailureKind::NotFound, "there is no such stack");
    for fake in
        [Fake::with(None).ending("CREATE_COMPLETE"), Fake::with(None).ending("CREATE_COMPLETE").fail("events", none)]
    {
        let outcome = fake.apply(&deployment(json!({})), &planned(None)).unwrap();
        assert!(outcome.problems.is_empty());
        assert_eq!(fake.calls.borrow().last().unwrap(), &format!("wait {STACK} -"));
    }
}

#[test]
fn a_stack_without_arn_goes_by_its_name() {
    let fake = Fake::with(None);
    let mut bare = planned(None);
    bare.changes = None;
    fake.apply(&deployment(json!({})), &bare).unwrap();
    assert_eq!(fake.calls.borrow()[0], "events web");
    assert_eq!(fake.requests.borrow()[0], json!({ "ChangeSetId": CHANGE_SET }));
}

#[test]
fn rollback_is_disabled_where_nothing_else_is_said_of_failure() {
    for (settings, expected) in [
        (json!({ "disableRollback": true }), Some(true)),
        (json!({ "disableRollback": false }), Some(false)),
        (json!({ "disableRollback": false, "onFailure": "DELETE" }), None),
        (json!({}), None),
    ] {
        let fake = Fake::with(None);
        update(&fake, settings);
        assert_eq!(fake.requests.borrow()[0].get("DisableRollback").and_then(Value::as_bool), expected);
    }
}

#[test]
fn what_failed_is_an_outcome() {
    let fake = Fake::with(None);
    fake.ends.borrow_mut().push_back((
        "UPDATE_ROLLBACK_COMPLETE",
        vec![cause(Some("Web"), "the AMI is not there"), cause(None, "No export named x found.")],
    ));
    let outcome = update(&fake, json!({ "terminationProtection": true, "stackPolicy": allow("Update:*") }));
    assert_eq!(outcome.problems.len(), 2);
    assert_eq!(outcome.problems[0].logical_id.as_deref(), Some("Web"));
    assert!(outcome.problems[1].failure.hint.is_some());
    assert!(!fake.called().contains(&"protect".into()) && !fake.called().contains(&"set-policy".into()));
}

#[test]
fn a_failed_end_without_a_cause_is_a_problem() {
    for status in ["ROLLBACK_COMPLETE", "UPDATE_FAILED", "DELETE_COMPLETE", "UPDATE_ROLLBACK_FAILED"] {
        let mut fake = Fake::with(None).ending(status);
        fake.members = json!({ "StackStatusReason": "who knows." });
        let outcome = update(&fake, json!({}));
        assert_eq!(outcome.problems[0].failure.message, format!("the stack ended in {status}: who knows"));
        assert_eq!(outcome.problems.len(), 1);
    }
    let gone = Fake::with(None);
    gone.ends.borrow_mut().push_back(("DELETE_COMPLETE", vec![cause(Some("Web"), "no")]));
    let outcome = gone.apply(&deployment(json!({ "onFailure": "DELETE" })), &planned(None)).unwrap();
    assert_eq!(outcome.problems.len(), 1);
    assert_eq!(json_of(&outcome.stack)["StackStatus"], "DELETE_COMPLETE");
}

#[test]
fn a_change_that_was_not_started_is_an_error() {
    let failure =
        Failure { code: Some("InvalidChangeSetStatus".into()), ..Failure::new(FailureKind::Conflict, "obsolete") };
    let stale = Fake::with(None).fail("execute-change-set", failure);
    let failure = first(stale.apply(&deployment(json!({})), &planned(Some("UPDATE_COMPLETE")))).failure;
    assert!(failure.hint.unwrap().contains("plan again"));
    assert!(!stale.called().contains(&"wait".into()));

    let broken = Fake::with(None).fail("execute-change-set", Failure::new(FailureKind::Unavailable, "no answer"));
    let failure = first(broken.apply(&deployment(json!({})), &planned(Some("UPDATE_COMPLETE")))).failure;
    assert!(failure.hint.unwrap().contains("formwork stack watch web"));

    let unread = Fake::with(None).fail("events", Failure::new(FailureKind::AccessDenied, "not allowed"));
    first(unread.apply(&deployment(json!({})), &planned(Some("UPDATE_COMPLETE"))));
    assert_eq!(unread.called(), ["events"]);
}

#[test]
fn a_wait_that_ends_early_is_an_outcome() {
    let late = Failure::new(FailureKind::TimedOut, "10 minutes are over");
    let fake = Fake::with(Some("UPDATE_IN_PROGRESS")).fail("wait", late.clone());
    let outcome = update(&fake, json!({}));
    assert_eq!(outcome.problems[0].failure.message, "10 minutes are over");
    assert_eq!(json_of(&outcome.stack)["StackStatus"], "UPDATE_IN_PROGRESS");

    let gone = Fake::with(None).fail("wait", late);
    let outcome = gone.apply(&deployment(json!({})), &planned(None)).unwrap();
    assert_eq!(json_of(&outcome.stack), json!({ "StackName": "web", "StackId": STACK }));
}

#[test]
fn protection_and_policy_are_set_where_they_differ() {
    let fake = Fake::with(None);
    let outcome = update(&fake, json!({ "terminationProtection": true, "stackPolicy": allow("Update:Modify") }));
    assert_eq!(fake.called(), ["events", "execute-change-set", "wait", "protect", "policy", "set-policy"]);
    assert_eq!(json_of(&outcome.stack)["EnableTerminationProtection"], true);
    assert_eq!(*fake.policy.borrow(), Some(allow("Update:Modify")));

    let same = Fake::with(None);
    *same.policy.borrow_mut() = Some(allow("Update:Modify"));
    update(&same, json!({ "terminationProtection": false, "stackPolicy": allow("Update:Modify").to_string() }));
    assert_eq!(same.called(), ["events", "execute-change-set", "wait", "policy"]);

    let denied = || Failure::new(FailureKind::AccessDenied, "not allowed");
    let refused = Fake::with(None).fail("protect", denied()).fail("set-policy", denied());
    let outcome = update(&refused, json!({ "terminationProtection": true, "stackPolicy": allow("Update:*") }));
    assert_eq!(outcome.problems.len(), 2);
    assert_eq!(json_of(&outcome.stack).get("EnableTerminationProtection"), None);
}

#[test]
fn nothing_to_do_still_sets_protection_and_policy() {
    let stack =
        json!({ "StackId": STACK, "StackStatus": "UPDATE_ROLLBACK_COMPLETE", "EnableTerminationProtection": true });
    let fake = Fake::with(None);
    let outcome = fake.apply(&deployment(json!({})), &nothing(stack.clone())).unwrap();
    assert!(fake.called().is_empty() && outcome.problems.is_empty());
    assert_eq!(json_of(&outcome.stack), stack);

    let settings = json!({ "terminationProtection": false, "stackPolicy": allow("Update:*") });
    let outcome = fake.apply(&deployment(settings), &nothing(stack)).unwrap();
    assert_eq!(fake.called(), ["protect", "policy", "set-policy"]);
    assert_eq!(fake.calls.borrow()[0], format!("protect {STACK} false"));
    assert_eq!(json_of(&outcome.stack)["EnableTerminationProtection"], false);

    let unknown = Fake::with(Some("UPDATE_COMPLETE"));
    let mut without = nothing(json!({}));
    without.stack = None;
    assert_eq!(
        json_of(&unknown.apply(&deployment(json!({})), &without).unwrap().stack)["StackStatus"],
        "UPDATE_COMPLETE"
    );
    assert!(matches!(
        first(Fake::with(None).apply(&deployment(json!({})), &without)).failure.kind,
        FailureKind::NotFound
    ));
}

#[test]
fn a_temporary_policy_is_put_back_in_every_case() {
    let during = json!({ "stackPolicyDuringUpdate": allow("Update:*") });
    let broken = || Failure::new(FailureKind::Unavailable, "no answer");
    for fake in [
        Fake::with(None),
        Fake::with(None).ending("UPDATE_ROLLBACK_COMPLETE"),
        Fake::with(None).fail("execute-change-set", broken()),
        Fake::with(None).fail("wait", broken()),
    ] {
        *fake.policy.borrow_mut() = Some(allow("Update:Modify"));
        let _ = fake.apply(&deployment(during.clone()), &planned(Some("UPDATE_COMPLETE")));
        assert_eq!(fake.called().iter().filter(|call| *call == "set-policy").count(), 2, "{:?}", fake.called());
        assert!(fake.calls.borrow()[2].ends_with(&allow("Update:*").to_string()));
        assert_eq!(*fake.policy.borrow(), Some(allow("Update:Modify")));
    }
    let none = Fake::with(None);
    update(&none, during);
    assert_eq!(none.called(), ["events", "policy", "set-policy", "execute-change-set", "wait", "set-policy"]);
    assert_eq!(*none.policy.borrow(), Some(allow("Update:*")));
}

#[test]
fn a_temporary_policy_goes_with_one_that_stays() {
    let fake = Fake::with(None);
    let settings = json!({ "stackPolicyDuringUpdate": allow("Update:*"), "stackPolicy": allow("Update:Modify") });
    update(&fake, settings);
    let called = fake.called();
    assert_eq!(called.iter().filter(|call| *call == "policy").count(), 1, "what it is now is known");
    assert_eq!(*fake.policy.borrow(), Some(allow("Update:Modify")));

    let same = Fake::with(None);
    *same.policy.borrow_mut() = Some(allow("Update:*"));
    update(&same, json!({ "stackPolicyDuringUpdate": allow("Update:*") }));
    assert_eq!(same.called(), ["events", "policy", "execute-change-set", "wait"]);
}

#[test]
fn a_new_stack_needs_no_temporary_policy() {
    let fake = Fake::with(None).ending("CREATE_COMPLETE");
    fake.apply(&deployment(json!({ "stackPolicyDuringUpdate": allow("Update:*") })), &planned(None)).unwrap();
    assert_eq!(fake.called(), ["events", "execute-change-set", "wait"]);
}

#[test]
fn a_temporary_policy_that_cannot_be_set_stops_the_update() {
    let fake = Fake::with(None).fail("set-policy", Failure::new(FailureKind::AccessDenied, "not allowed"));
    let settings = json!({ "stackPolicyDuringUpdate": allow("Update:*") });
    let failure = first(fake.apply(&deployment(settings), &planned(Some("UPDATE_COMPLETE")))).failure;
    assert!(failure.message.contains("stack policy for the update could not be set"));
    assert!(!fake.called().contains(&"execute-change-set".into()));
}

#[test]
fn a_plan_that_is_no_json_is_refused() {
    let fake = Fake::with(None);
    let mut torn = planned(Some("UPDATE_COMPLETE"));
    torn.changes = Some("{".into());
    assert!(matches!(first(fake.apply(&deployment(json!({})), &torn)).failure.kind, FailureKind::InvalidInput));
    assert!(fake.called().is_empty());
}
