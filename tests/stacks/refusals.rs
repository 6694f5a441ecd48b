//! Change sets that fail: why, and where in the template.

use serde_json::{Value, json};

use crate::fake::{ChangeSetScript, StackScript};
use crate::ground::{Ground, TOPIC, has, has_none};

fn validation(id: &str, path: &str, reason: &str, mode: &str) -> Value {
    json!({
        "EventId": format!("v-{id}"), "StackId": "arn", "EventType": "VALIDATION_ERROR", "LogicalResourceId": id,
        "ResourceType": "AWS::SNS::Topic", "ValidationFailureMode": mode, "ValidationName": "PROPERTY_VALIDATION",
        "ValidationStatus": "FAILED", "ValidationStatusReason": reason, "ValidationPath": path,
        "Timestamp": "2026-11-24T10:00:00.000Z",
    })
}

const INVALID: &str = "The following hook(s)/validation failed: [AWS::EarlyValidation::PropertyValidation]. To troubleshoot, call DescribeEvents.";

#[test]
fn early_validation_is_shown_where_it_stands() {
    let ground = Ground::new(TOPIC);
    ground.fake.stack(StackScript::new("web")).change_set(
        "web",
        ChangeSetScript::new()
            .pending(1)
            .failed(INVALID)
            .page_size(1)
            .failed_event(validation("Topic", "/Resources/Topic/Properties/DisplayName", "is too long", "FAIL"))
            .failed_event(validation("Topic", "/Resources/Topic/Properties/Colour", "is not a property", "FAIL")),
    );
    let run = ground.plan(&[]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    // The second property is not in the template: what is nearest to it is.
    has(&run.stderr, &["is too long", "t.yaml:5:7", "is not a property", "t.yaml:4:5"]);
    assert_eq!(ground.fake.count("DescribeEvents"), 2, "both pages");
    let call = &ground.fake.calls().into_iter().find(|call| call.action == "DescribeEvents").unwrap();
    assert_eq!(call.get("Filters.FailedEvents"), "true");
    assert_eq!(ground.fake.change_sets(), [""; 0], "the change set is deleted again");
    assert_eq!(ground.fake.now("web", "StackStatus"), "CREATE_COMPLETE", "the stack was there before");
}

#[test]
fn hooks_are_shown_with_what_they_found() {
    let ground = Ground::new(TOPIC);
    ground
        .fake
        .stack(StackScript::new("web"))
        .change_set(
            "web",
            ChangeSetScript::new().failed("The following hook(s) failed: [Acme::Topics::Guard]").failed_event(json!({
                "EventId": "h-1", "StackId": "arn", "EventType": "HOOK_INVOCATION_ERROR", "LogicalResourceId": "Topic",
                "ResourceType": "AWS::SNS::Topic", "HookType": "Acme::Topics::Guard", "HookStatus": "HOOK_COMPLETE_FAILED",
                "HookStatusReason": "topics need a key", "HookFailureMode": "FAIL", "HookInvocationPoint": "PRE_PROVISION",
                "Timestamp": "2026-11-24T10:00:00.000Z",
            })),
        )
        .hook_result(json!({
            "HookResultId": "result-1", "TypeName": "Acme::Topics::Guard", "Status": "HOOK_COMPLETE_FAILED",
            "HookStatusReason": "topics need a key", "Annotations": [
                { "AnnotationName": "encryption", "Status": "FAILED", "StatusMessage": "KmsMasterKeyId is missing",
                    "RemediationMessage": "Set KmsMasterKeyId." },
                { "AnnotationName": "naming", "Status": "PASSED", "StatusMessage": "the name is fine" },
            ],
        }));
    let run = ground.plan(&[]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    has(&run.stderr, &["Acme::Topics::Guard", "topics need a key", "t.yaml:2:3"]);
    has(&run.stderr, &["KmsMasterKeyId is missing", "Set KmsMasterKeyId."]);
    has_none(&run.stderr, &["the name is fine"]);
}

#[test]
fn a_failed_first_change_set_leaves_nothing() {
    let ground = Ground::new(TOPIC);
    ground.fake.change_set("web", ChangeSetScript::new().failed("Template error: no such thing"));
    let run = ground.plan(&[]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    has(&run.stderr, &["no such thing"]);
    assert_eq!(ground.fake.change_sets(), [""; 0]);
    assert_eq!(ground.fake.now("web", "StackStatus"), json!(null), "the stack that only this change set made is gone");
}

#[test]
fn a_stack_that_was_in_review_before_stays() {
    let ground = Ground::new(TOPIC);
    ground
        .fake
        .stack(StackScript::new("web").status("REVIEW_IN_PROGRESS"))
        .change_set("web", ChangeSetScript::new().failed("Template error: no such thing"));
    assert_eq!(ground.plan(&[]).code, 1);
    assert_eq!(ground.fake.change_sets(), [""; 0]);
    assert_eq!(ground.fake.now("web", "StackStatus"), "REVIEW_IN_PROGRESS");
}

#[test]
fn a_status_that_nobody_knows_is_shown() {
    let ground = Ground::new(TOPIC);
    ground.fake.stack(StackScript::new("web").status("HIBERNATION_COMPLETE"));
    let run = ground.plan(&[]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    has(&run.stderr, &["HIBERNATION_COMPLETE"]);
}
