//! Change sets that failed: what is said of them, and what is left of them.

use formwork_plugin::deployer::Problem;
use formwork_plugin::{Failure, FailureKind};
use serde_json::{Value, json};

use crate::fake::{CHANGE_SET, Fake, STACK, deployment, first};

fn problems(fake: &Fake) -> Vec<Problem> {
    fake.plan(&deployment(json!({}))).unwrap_err()
}

fn with_events(events: Value) -> Fake {
    let mut fake =
        Fake::with(Some("UPDATE_COMPLETE")).failed_change_set("The following hook(s)/validation failed: [x].");
    fake.failed.insert(CHANGE_SET.into(), events);
    fake
}

#[test]
fn early_validation_says_where() {
    let fake = with_events(json!([
        { "EventType": "VALIDATION_ERROR", "LogicalResourceId": "Bucket", "ValidationName": "NAME_CONFLICT_VALIDATION",
          "ValidationFailureMode": "FAIL", "ValidationStatusReason": "Resource of type 'AWS::S3::Bucket' already exists.",
          "ValidationPath": "/Resources/Bucket/Properties/BucketName" },
        { "EventType": "VALIDATION_ERROR", "LogicalResourceId": "Repo", "ValidationName": "ECR", "ValidationFailureMode": "WARN",
          "ValidationStatusReason": "not empty" },
        { "EventType": "VALIDATION_ERROR", "ValidationName": "NEW_VALIDATION", "ValidationFailureMode": "EXPLODE" },
    ]));
    let problems = problems(&fake);
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert_eq!(problems[0].failure.message, "the change set failed: The following hook(s)/validation failed: [x]");
    let [_, conflict, unknown] = problems.as_slice() else { panic!() };
    assert_eq!(conflict.failure.code.as_deref(), Some("NAME_CONFLICT_VALIDATION"));
    assert_eq!(conflict.failure.message, "Resource of type 'AWS::S3::Bucket' already exists");
    assert_eq!(conflict.logical_id.as_deref(), Some("Bucket"));
    assert_eq!(conflict.path.as_deref(), Some("/Resources/Bucket/Properties/BucketName"));
    assert_eq!((unknown.failure.message.as_str(), &unknown.logical_id), ("NEW_VALIDATION failed", &None));
    assert_eq!(
        fake.called(),
        ["describe", "create-change-set", "wait-for-change-set", "failed-events", "delete-change-set"]
    );
}

#[test]
fn a_warning_counts_where_nothing_else_is_said() {
    let mut fake = with_events(json!([{ "EventType": "VALIDATION_ERROR", "ValidationFailureMode": "WARN",
        "ValidationStatusReason": "the bucket is not empty" }]));
    fake.change_set["StatusReason"] = "  ".into();
    assert_eq!(problems(&fake)[0].failure.message, "the bucket is not empty");
}

#[test]
fn a_hook_says_what_it_found() {
    let event = json!([{ "EventType": "HOOK_INVOCATION_ERROR", "LogicalResourceId": "Bucket", "HookType": "Acme::Guard::Hook",
        "HookStatusReason": "2 rules failed.", "HookInvocationId": "h1", "HookFailureMode": "FAIL" }]);
    let mut fake = with_events(event.clone());
    fake.hooks.insert("h1".into(), json!({ "Annotations": [
        { "AnnotationName": "encryption", "Status": "FAILED", "StatusMessage": "no encryption.", "RemediationMessage": "Set SSE." },
        { "AnnotationName": "public", "Status": "PASSED", "StatusMessage": "fine" },
        { "AnnotationName": "logging", "Status": "FAILED" },
    ] }));
    let said: Vec<_> = problems(&fake).into_iter().skip(1).collect();
    let messages: Vec<&str> = said.iter().map(|p| p.failure.message.as_str()).collect();
    assert_eq!(
        messages,
        ["the hook `Acme::Guard::Hook` refused it: 2 rules failed", "encryption: no encryption", "logging: failed"]
    );
    assert_eq!(said[1].failure.hint.as_deref(), Some("Set SSE."));
    assert!(said.iter().all(|p| matches!(p.failure.kind, FailureKind::AccessDenied)));
    assert!(said.iter().all(|p| p.logical_id.as_deref() == Some("Bucket")));

    let without = with_events(event);
    assert_eq!(problems(&without).len(), 2, "the result cannot be read, and the event says enough");
}

#[test]
fn other_events_are_shown_as_they_are() {
    let fake = with_events(json!([
        { "EventType": "PROVISIONING_ERROR", "LogicalResourceId": "Db", "ResourceStatus": "CREATE_FAILED",
          "ResourceStatusReason": "No export named net-Vpc found." },
        { "EventType": "PROVISIONING_ERROR", "LogicalResourceId": "Db", "ResourceStatus": "CREATE_FAILED",
          "ResourceStatusReason": "No export named net-Vpc found." },
        { "EventType": "SOMETHING_NEW" },
    ]));
    let problems = problems(&fake);
    assert_eq!(problems.len(), 3, "one of two equal ones");
    assert_eq!(problems[1].failure.message, "No export named net-Vpc found");
    assert_eq!(problems[1].failure.code.as_deref(), Some("CREATE_FAILED"));
    assert!(problems[1].failure.hint.is_some());
    assert!(problems[2].failure.message.contains("SOMETHING_NEW"));
}

#[test]
fn nested_change_sets_say_why_too() {
    let mut fake =
        Fake::with(Some("UPDATE_COMPLETE")).failed_change_set("Nested change set arn was not successfully created");
    fake.change_set["Nested"] = json!({
        "Net": { "ChangeSetId": "arn:net", "Status": "FAILED", "StatusReason": "Parameters: [Cidr] must have values", "Nested": {
            "Deep": { "ChangeSetId": "arn:deep", "Status": "FAILED" },
        } },
        "Same": { "ChangeSetId": "arn:same", "Status": "FAILED", "StatusReason": "The submitted information didn't contain changes." },
        "Fine": { "ChangeSetId": "arn:fine", "Status": "CREATE_COMPLETE" },
    });
    fake.failed.insert(
        "arn:deep".into(),
        json!([{ "EventType": "VALIDATION_ERROR", "LogicalResourceId": "Vpc",
        "ValidationStatusReason": "wrong", "ValidationPath": "/Resources/Vpc" }]),
    );
    let problems = problems(&fake);
    let ids: Vec<_> = problems.iter().map(|p| p.logical_id.as_deref()).collect();
    assert_eq!(ids, [None, Some("Net"), Some("Net.Deep.Vpc")]);
    assert!(problems[1].failure.hint.as_deref().unwrap().contains("--parameter Cidr=VALUE"));
    assert_eq!(fake.called().iter().filter(|call| *call == "failed-events").count(), 3);
}

#[test]
fn events_that_cannot_be_read_hide_nothing() {
    let unsupported = Failure::new(FailureKind::Unsupported, "there is no DescribeEvents here");
    let fake = Fake::with(Some("UPDATE_COMPLETE"))
        .failed_change_set("Template error: x.")
        .fail("failed-events", unsupported.clone());
    let said = problems(&fake);
    assert_eq!((said.len(), said[0].failure.message.as_str()), (1, "the change set failed: Template error: x"));
    assert!(said[0].failure.hint.as_deref().unwrap().contains("no DescribeEvents here"));

    let silent = Fake::with(Some("UPDATE_COMPLETE")).failed_change_set("").fail("failed-events", unsupported);
    assert_eq!(problems(&silent)[0].failure.message, "there is no DescribeEvents here");

    let nothing = Fake::with(Some("UPDATE_COMPLETE")).failed_change_set("");
    assert!(problems(&nothing)[0].failure.message.contains("does not say why"));
}

#[test]
fn a_stack_that_only_the_failed_change_set_made_is_deleted() {
    let fake = Fake::with(None).then(Some("REVIEW_IN_PROGRESS")).failed_change_set("no");
    problems(&fake);
    let calls = fake.calls.borrow();
    assert_eq!(
        calls[calls.len() - 3..],
        [format!("delete-change-set {CHANGE_SET}"), format!("describe {STACK}"), format!("delete {STACK}"),]
    );
}

#[test]
fn a_stack_that_others_made_or_use_is_left_alone() {
    let leftover = Fake::with(Some("REVIEW_IN_PROGRESS")).failed_change_set("no");
    problems(&leftover);
    assert!(!leftover.called().contains(&"delete".into()), "other change sets may be in it");

    let started = Fake::with(None).then(Some("CREATE_IN_PROGRESS")).failed_change_set("no");
    problems(&started);
    assert!(!started.called().contains(&"delete".into()), "someone else executed a change set meanwhile");
}

#[test]
fn what_cannot_be_cleaned_up_is_said_last() {
    let denied = || Failure::new(FailureKind::AccessDenied, "not allowed");
    let fake = Fake::with(None)
        .then(Some("REVIEW_IN_PROGRESS"))
        .failed_change_set("the reason")
        .fail("delete-change-set", denied())
        .fail("delete", denied());
    let problems = problems(&fake);
    assert_eq!(problems.len(), 3);
    assert!(problems[0].failure.message.contains("the reason"));
    assert!(problems[1].failure.message.contains("change set that is of no use could not be deleted: not allowed"));
    assert!(problems[2].failure.message.contains("the stack without resources"));
}

#[test]
fn a_change_set_that_cannot_be_waited_for_is_deleted() {
    let fake = Fake::with(Some("UPDATE_COMPLETE"))
        .fail("wait-for-change-set", Failure::new(FailureKind::TimedOut, "30 minutes are over"));
    let failure = first(fake.plan(&deployment(json!({})))).failure;
    assert!(matches!(failure.kind, FailureKind::TimedOut));
    assert_eq!(fake.called().last().unwrap(), "delete-change-set");
}

#[test]
fn a_change_set_that_is_neither_made_nor_failed_is_named() {
    let mut fake = Fake::with(Some("UPDATE_COMPLETE"));
    fake.change_set = json!({ "Status": "DELETE_COMPLETE", "StatusReason": "gone." });
    let problems = problems(&fake);
    assert_eq!(problems[0].failure.message, "the change set is in DELETE_COMPLETE: gone");
}

#[test]
fn a_change_set_that_can_never_be_executed_is_no_plan() {
    let mut fake = Fake::with(Some("UPDATE_COMPLETE"));
    fake.change_set["ExecutionStatus"] = "UNAVAILABLE".into();
    fake.change_set["StatusReason"] = "import is not supported for AWS::X::Y".into();
    assert!(problems(&fake)[0].failure.message.contains("cannot be executed: import is not supported"));
    assert_eq!(fake.called().last().unwrap(), "delete-change-set");
}

#[test]
fn what_is_refused_at_once_leaves_nothing_and_has_a_hint() {
    let failure = Failure {
        code: Some("InsufficientCapabilitiesException".into()),
        ..Failure::new(FailureKind::InvalidInput, "Requires capabilities : [CAPABILITY_NAMED_IAM]")
    };
    let fake = Fake::with(None).fail("create-change-set", failure);
    let failure = first(fake.plan(&deployment(json!({})))).failure;
    assert!(failure.hint.unwrap().contains("--capability CAPABILITY_NAMED_IAM"));
    assert_eq!(fake.called(), ["describe", "create-change-set"]);
}

#[test]
fn a_stack_that_cannot_be_read_stops_everything() {
    let fake = Fake::with(None).fail("describe", Failure::new(FailureKind::AccessDenied, "not allowed"));
    assert!(matches!(first(fake.plan(&deployment(json!({})))).failure.kind, FailureKind::AccessDenied));
    assert_eq!(fake.called(), ["describe"]);
}
