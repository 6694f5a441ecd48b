//! Root causes.

use super::super::{Cause, WatchedEvent, causes};
use super::world::{ROOT, arn, event, nested, own_of};
use crate::cloud::stacks::StackEvent;
use crate::cloud::{Failure, FailureKind};

fn root(event: StackEvent) -> WatchedEvent {
    inside(&[], event)
}

fn inside(path: &[&str], event: StackEvent) -> WatchedEvent {
    WatchedEvent { event, depth: path.len(), path: path.iter().map(|&id| id.to_owned()).collect() }
}

fn failed(at: usize, logical: &str, status: &str, reason: &str) -> WatchedEvent {
    root(event(ROOT, at, logical, "AWS::SNS::Topic", status, reason))
}

fn stack(at: usize, status: &str, reason: &str) -> WatchedEvent {
    root(own_of(ROOT, at, status, reason))
}

/// `Path STATUS` of each.
fn told(events: &[WatchedEvent]) -> Vec<String> {
    let line = |cause: Cause| format!("{} {}", cause.logical_id.unwrap_or_else(|| "*".to_owned()), cause.status);
    causes(events).into_iter().map(line).collect()
}

#[test]
fn the_first_real_failure_and_not_what_follows() {
    let events = [
        stack(0, "CREATE_IN_PROGRESS", "User Initiated"),
        failed(1, "Bucket", "CREATE_IN_PROGRESS", ""),
        failed(5, "Bucket", "CREATE_FAILED", "logs already exists"),
        failed(5, "Topic", "CREATE_FAILED", "Resource creation cancelled"),
        failed(5, "Queue", "UPDATE_FAILED", "Resource update cancelled"),
        failed(5, "Table", "DELETE_FAILED", "Resource deletion canceled"),
        stack(
            6,
            "ROLLBACK_IN_PROGRESS",
            "The following resource(s) failed to create: [Bucket, Topic]. Rollback requested by user.",
        ),
        stack(7, "ROLLBACK_COMPLETE", ""),
    ];
    let found = causes(&events);
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0],
        Cause {
            logical_id: Some("Bucket".to_owned()),
            resource_type: "AWS::SNS::Topic".to_owned(),
            physical_id: Some("Bucket-physical".to_owned()),
            status: "CREATE_FAILED".to_owned(),
            reason: "logs already exists".to_owned(),
            hint: found[0].hint.clone(),
            time: "2026-03-01T10:00:05Z".to_owned(),
        }
    );
    assert!(found[0].hint.as_deref().unwrap().contains("--import-existing-resources"));
    let failure = Failure::from(found[0].clone());
    assert_eq!((failure.kind, failure.code.as_deref()), (FailureKind::Other, Some("CREATE_FAILED")));
    assert_eq!((failure.message.as_str(), failure.hint), ("logs already exists", found[0].hint.clone()));
}

#[test]
fn several_failures_are_told_in_the_order_of_time() {
    let events = [
        failed(9, "Late", "CREATE_FAILED", "b"),
        failed(3, "Early", "CREATE_FAILED", "a"),
        failed(9, "Same", "CREATE_FAILED", "c"),
        // CloudFormation says some things again.
        failed(10, "Same", "CREATE_FAILED", "c"),
    ];
    assert_eq!(told(&events), ["Early CREATE_FAILED", "Late CREATE_FAILED", "Same CREATE_FAILED"]);
}

#[test]
fn nothing_failed_means_no_cause() {
    assert_eq!(told(&[]), Vec::<String>::new());
    let events = [stack(0, "UPDATE_IN_PROGRESS", "User Initiated"), stack(1, "UPDATE_COMPLETE", "")];
    assert_eq!(told(&events), Vec::<String>::new());
    let cancelled = [
        stack(0, "UPDATE_IN_PROGRESS", "User Initiated"),
        stack(1, "UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated"),
        failed(2, "Topic", "UPDATE_FAILED", "Resource update cancelled"),
    ];
    assert_eq!(told(&cancelled), Vec::<String>::new());
}

#[test]
fn a_nested_failure_is_told_where_it_is() {
    let (app, data) = (arn("App"), arn("Data"));
    let embedded = |inner: &str| {
        format!("Embedded stack {inner} was not successfully created: The following resource(s) failed to create: [X].")
    };
    let events = [
        inside(&["App", "Data"], event(&data, 3, "Table", "AWS::DynamoDB::Table", "CREATE_FAILED", "quota")),
        inside(
            &["App", "Data"],
            own_of(&data, 4, "CREATE_FAILED", "The following resource(s) failed to create: [Table]. "),
        ),
        inside(&["App"], nested(&app, 5, "Data", &data, "CREATE_FAILED", &embedded(&data))),
        inside(&["App"], own_of(&app, 6, "CREATE_FAILED", "The following resource(s) failed to create: [Data]. ")),
        root(nested(ROOT, 7, "App", &app, "CREATE_FAILED", &embedded(&app))),
        root(nested(ROOT, 7, "Other", &arn("Other"), "CREATE_FAILED", "Resource creation cancelled")),
        stack(8, "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [App, Other]. "),
    ];
    assert_eq!(told(&events), ["App.Data.Table CREATE_FAILED"]);
    // Its own events could not be read.
    assert_eq!(told(&events[4..]), ["App CREATE_FAILED"]);
    // A nested stack may fail by itself.
    let denied = [
        root(nested(ROOT, 7, "App", "", "CREATE_FAILED", "S3 error: Access Denied")),
        stack(8, "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [App]. "),
    ];
    assert_eq!(told(&denied), ["App CREATE_FAILED"]);
    assert_eq!(causes(&denied)[0].physical_id, None);
}

#[test]
fn a_failure_of_the_stack_itself_is_in_the_event_that_begins_the_rollback() {
    let reason = "Export net-Vpc cannot be deleted as it is in use by web";
    let events = [
        stack(0, "UPDATE_IN_PROGRESS", "User Initiated"),
        stack(1, "UPDATE_ROLLBACK_IN_PROGRESS", reason),
        stack(2, "UPDATE_ROLLBACK_COMPLETE", ""),
    ];
    assert_eq!(told(&events), ["* UPDATE_ROLLBACK_IN_PROGRESS"]);
    assert!(causes(&events)[0].hint.as_deref().unwrap().contains("`net-Vpc`"));
    let nested = [inside(&["Net"], own_of(&arn("Net"), 1, "UPDATE_FAILED", reason))];
    assert_eq!(told(&nested), ["Net UPDATE_FAILED"]);
}

#[test]
fn a_rollback_that_failed_has_causes_of_its_own() {
    let mut events = vec![
        stack(0, "UPDATE_IN_PROGRESS", "User Initiated"),
        failed(1, "Topic", "UPDATE_FAILED", "no"),
        stack(2, "UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed to update: [Topic]. "),
        failed(3, "Queue", "UPDATE_FAILED", "the queue was deleted by hand"),
        stack(4, "UPDATE_ROLLBACK_FAILED", "The following resource(s) failed to update: [Queue]. "),
    ];
    assert_eq!(told(&events), ["Topic UPDATE_FAILED", "Queue UPDATE_FAILED"]);
    // It worked in the end, so what failed on the way mended itself.
    events[4] = stack(4, "UPDATE_ROLLBACK_COMPLETE", "");
    assert_eq!(told(&events), ["Topic UPDATE_FAILED"]);
}

#[test]
fn deletions_are_tried_again_and_told_once() {
    let mut events = vec![
        stack(0, "DELETE_IN_PROGRESS", "User Initiated"),
        failed(1, "Bucket", "DELETE_FAILED", "The bucket you tried to delete is not empty"),
        failed(2, "Bucket", "DELETE_FAILED", "The bucket you tried to delete is not empty"),
        stack(3, "DELETE_FAILED", "The following resource(s) failed to delete: [Bucket]. "),
    ];
    assert_eq!(told(&events), ["Bucket DELETE_FAILED"]);
    events[3] = stack(3, "DELETE_COMPLETE", "");
    assert_eq!(told(&events), Vec::<String>::new());
}

fn hook(at: usize, logical: &str, hook_status: &str, said: &str) -> WatchedEvent {
    let mut event = event(ROOT, at, logical, "AWS::S3::Bucket", "CREATE_IN_PROGRESS", "");
    event.hook_status = Some(hook_status.to_owned());
    event.hook_type = Some("Private::Guard::S3".to_owned());
    event.hook_status_reason = Some(said.to_owned()).filter(|said| !said.is_empty());
    root(event)
}

#[test]
fn a_hook_that_refused_is_the_cause_and_one_that_warned_is_not() {
    let said = "Hook failed with message: encryption is off";
    let refused = failed(3, "Bucket", "CREATE_FAILED", "The following hook(s) failed: [Private::Guard::S3]");
    let end = stack(4, "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [Bucket]. ");
    let events = [hook(2, "Bucket", "HOOK_COMPLETE_FAILED", said), refused.clone(), end.clone()];
    let found = causes(&events);
    assert_eq!(told(&events), ["Bucket HOOK_COMPLETE_FAILED"]);
    assert_eq!(found[0].reason, "Private::Guard::S3: Hook failed with message: encryption is off");
    assert!(found[0].hint.as_deref().unwrap().contains("hook"));
    // The resource's word counts where the hook's is not there.
    assert_eq!(told(&[refused, end.clone()]), ["Bucket CREATE_FAILED"]);
    // It warned: another resource failed.
    let other = failed(3, "Topic", "CREATE_FAILED", "no");
    assert_eq!(told(&[hook(2, "Bucket", "HOOK_FAILED", ""), other, end]), ["Topic CREATE_FAILED"]);
    // Passed or at work is nothing.
    let passed = [hook(1, "A", "HOOK_IN_PROGRESS", ""), hook(2, "A", "HOOK_COMPLETE_SUCCEEDED", "fine")];
    assert_eq!(told(&passed), Vec::<String>::new());
}

#[test]
fn a_hook_on_the_stack_itself_is_told() {
    let mut hook = own_of(ROOT, 1, "UPDATE_IN_PROGRESS", "");
    hook.hook_status = Some("HOOK_COMPLETE_FAILED".to_owned());
    hook.hook_type = Some("Private::Guard::Stack".to_owned());
    hook.hook_status_reason = Some("no public buckets".to_owned());
    let end = stack(2, "UPDATE_ROLLBACK_IN_PROGRESS", "The following hook(s) failed: [Private::Guard::Stack]");
    let found = causes(&[root(hook), end.clone()]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].reason, "Private::Guard::Stack: no public buckets");
    assert_eq!(told(&[end]), ["* UPDATE_ROLLBACK_IN_PROGRESS"]);
}

#[test]
fn a_failure_without_words_is_better_than_none() {
    let silent = [failed(1, "Topic", "CREATE_FAILED", ""), stack(2, "CREATE_FAILED", "")];
    assert_eq!(told(&silent), ["Topic CREATE_FAILED"]);
    assert_eq!(causes(&silent)[0].reason, "CloudFormation gives no reason");
    let spoken = [failed(1, "Topic", "CREATE_FAILED", ""), failed(2, "Queue", "MIGRATE_FAILED", "no")];
    assert_eq!(told(&spoken), ["Queue MIGRATE_FAILED"]);
}

#[test]
fn times_that_cannot_be_read_keep_their_order() {
    let mut events = vec![failed(2, "A", "CREATE_FAILED", "a"), failed(1, "B", "CREATE_FAILED", "b")];
    for watched in &mut events {
        watched.event.timestamp = "yesterday".to_owned();
    }
    assert_eq!(told(&events), ["A CREATE_FAILED", "B CREATE_FAILED"]);
}
