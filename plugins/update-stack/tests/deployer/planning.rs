//! Which change set is asked for, by the state of the stack.

use formwork_plugin::FailureKind;
use formwork_plugin::deployer::TemplateSource;
use serde_json::json;

use crate::fake::{CHANGE_SET, Fake, STACK, cause, deployment, first, json_of};

const NO_CHANGES: &str =
    "The submitted information didn't contain changes. Submit different information to create a change set.";

#[test]
fn a_stack_that_is_there_is_updated() {
    for status in [
        "CREATE_COMPLETE",
        "CREATE_FAILED",
        "UPDATE_COMPLETE",
        "UPDATE_FAILED",
        "UPDATE_ROLLBACK_COMPLETE",
        "IMPORT_COMPLETE",
        "IMPORT_ROLLBACK_COMPLETE",
    ] {
        let fake = Fake::with(Some(status));
        let plan = fake.plan(&deployment(json!({}))).unwrap();
        assert_eq!(
            *fake.calls.borrow(),
            ["describe web", "create-change-set UPDATE", &format!("wait-for-change-set {CHANGE_SET}")],
            "{status}"
        );
        assert_eq!((plan.id.as_deref(), plan.change_set_type.as_str()), (Some(CHANGE_SET), "UPDATE"));
        assert_eq!(json_of(&plan.stack.unwrap())["StackStatus"], status);
        assert_eq!(json_of(&plan.changes.unwrap()), fake.change_set, "handed on as it came");
    }
}

#[test]
fn a_stack_that_is_not_there_is_created() {
    for status in [None, Some("REVIEW_IN_PROGRESS"), Some("DELETE_COMPLETE")] {
        let fake = Fake::with(status);
        let plan = fake.plan(&deployment(json!({}))).unwrap();
        assert_eq!(
            plan.made_stack,
            status != Some("REVIEW_IN_PROGRESS"),
            "a stack in review was there before: {status:?}"
        );
        assert_eq!((plan.change_set_type.as_str(), plan.stack), ("CREATE", None), "{status:?}");
        assert_eq!(fake.called(), ["describe", "create-change-set", "wait-for-change-set"]);
    }
}

#[test]
fn an_import_is_one_with_and_without_a_stack() {
    let bucket = json!({
        "ResourceType": "AWS::S3::Bucket", "LogicalResourceId": "Logs", "ResourceIdentifier": { "BucketName": "logs" },
    });
    for status in [None, Some("REVIEW_IN_PROGRESS"), Some("UPDATE_COMPLETE")] {
        let fake = Fake::with(status);
        let plan = fake.plan(&deployment(json!({ "resourcesToImport": [bucket] }))).unwrap();
        assert_eq!(plan.change_set_type, "IMPORT");
        assert_eq!(fake.asked()["ResourcesToImport"], json!([bucket]));
    }
}

#[test]
fn a_stack_in_another_state_is_refused_before_anything_is_asked_for() {
    for status in [
        "CREATE_IN_PROGRESS",
        "DELETE_FAILED",
        "DELETE_IN_PROGRESS",
        "IMPORT_IN_PROGRESS",
        "IMPORT_ROLLBACK_FAILED",
        "IMPORT_ROLLBACK_IN_PROGRESS",
        "ROLLBACK_COMPLETE",
        "ROLLBACK_FAILED",
        "ROLLBACK_IN_PROGRESS",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_FAILED",
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "SOMETHING_NEW",
    ] {
        let mut fake = Fake::with(Some(status));
        fake.members = json!({ "StackStatusReason": "User Initiated." });
        let failure = first(fake.plan(&deployment(json!({})))).failure;
        assert!(matches!(failure.kind, FailureKind::Conflict), "{status}");
        assert!(
            failure.message.contains(status) && failure.message.contains("(User Initiated)"),
            "{}",
            failure.message
        );
        assert_eq!(fake.called(), ["describe"], "{status}");
    }
}

#[test]
fn what_is_under_way_is_waited_for() {
    let mut fake = Fake::with(Some("UPDATE_IN_PROGRESS")).then(Some("UPDATE_COMPLETE"));
    fake.events = vec!["e9", "e8"];
    fake.plan(&deployment(json!({ "wait": true }))).unwrap();
    assert_eq!(fake.called(), ["describe", "events", "wait", "describe", "create-change-set", "wait-for-change-set"]);
    assert_eq!(fake.calls.borrow()[2], format!("wait {STACK} e9"));

    let deleting = Fake::with(Some("DELETE_IN_PROGRESS")).then(None);
    assert_eq!(deleting.plan(&deployment(json!({ "wait": true }))).unwrap().change_set_type, "CREATE");

    let rolling_back = Fake::with(Some("ROLLBACK_IN_PROGRESS")).then(Some("ROLLBACK_COMPLETE"));
    let failure = first(rolling_back.plan(&deployment(json!({ "wait": true })))).failure;
    assert!(failure.hint.unwrap().contains("--replace-failed"));

    let replaced = Fake::with(Some("ROLLBACK_IN_PROGRESS")).then(Some("ROLLBACK_COMPLETE"));
    let replaced = replaced.ending("ROLLBACK_COMPLETE").ending("DELETE_COMPLETE");
    assert_eq!(
        replaced.plan(&deployment(json!({ "wait": true, "replaceFailed": true }))).unwrap().change_set_type,
        "CREATE"
    );
    assert_eq!(replaced.called().iter().filter(|call| *call == "delete").count(), 1);

    let never = Fake::with(Some("UPDATE_IN_PROGRESS"));
    assert!(first(never.plan(&deployment(json!({ "wait": true })))).failure.message.contains("UPDATE_IN_PROGRESS"));
    assert_eq!(never.called().iter().filter(|call| *call == "wait").count(), 5, "someone starts one after another");
}

#[test]
fn what_a_failure_left_is_replaced() {
    for status in ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED", "REVIEW_IN_PROGRESS"] {
        let mut fake = Fake::with(Some(status)).ending("DELETE_COMPLETE");
        fake.events = vec!["e1"];
        let plan = fake.plan(&deployment(json!({ "replaceFailed": true, "roleArn": "arn:role" }))).unwrap();
        assert_eq!((plan.change_set_type.as_str(), plan.stack), ("CREATE", None));
        assert_eq!(
            *fake.calls.borrow(),
            [
                "describe web".into(),
                format!("events {STACK}"),
                format!("delete {STACK}"),
                format!("wait {STACK} e1"),
                "create-change-set CREATE".into(),
                format!("wait-for-change-set {CHANGE_SET}"),
            ]
        );
        assert_eq!(fake.requests.borrow()[0], json!({ "StackName": STACK, "RoleARN": "arn:role" }));
    }
    let live = Fake::with(Some("UPDATE_COMPLETE"));
    live.plan(&deployment(json!({ "replaceFailed": true }))).unwrap();
    assert!(!live.called().contains(&"delete".into()), "nothing has failed");
}

#[test]
fn what_cannot_be_deleted_is_not_replaced() {
    let mut fake = Fake::with(Some("ROLLBACK_COMPLETE"));
    fake.members = json!({ "EnableTerminationProtection": true });
    let failure = first(fake.plan(&deployment(json!({ "replaceFailed": true })))).failure;
    assert!(failure.message.contains("termination protection"));
    assert!(failure.hint.unwrap().contains("formwork stack protect web --off"));
    assert_eq!(fake.called(), ["describe"]);

    let fake = Fake::with(Some("DELETE_FAILED"));
    fake.ends.borrow_mut().push_back(("DELETE_FAILED", vec![cause(Some("Logs"), "the bucket is not empty")]));
    let problems = fake.plan(&deployment(json!({ "replaceFailed": true }))).unwrap_err();
    assert!(problems[0].failure.hint.as_deref().unwrap().contains("--retain"));
    assert_eq!(problems[1].logical_id.as_deref(), Some("Logs"));
    assert!(!fake.called().contains(&"create-change-set".into()));
}

#[test]
fn the_previous_template_needs_a_stack_that_has_one() {
    for status in [None, Some("REVIEW_IN_PROGRESS"), Some("ROLLBACK_COMPLETE")] {
        let fake = Fake::with(status);
        let mut previous = deployment(json!({ "replaceFailed": true }));
        previous.template = TemplateSource::Previous;
        let failure = first(fake.plan(&previous)).failure;
        assert!(matches!(failure.kind, FailureKind::NotFound) && failure.hint.unwrap().contains("--template"));
        assert_eq!(fake.called(), ["describe"], "nothing is deleted for it");
    }
    let fake = Fake::with(Some("UPDATE_COMPLETE"));
    let mut previous = deployment(json!({}));
    previous.template = TemplateSource::Previous;
    fake.plan(&previous).unwrap();
    assert_eq!(fake.asked()["Template"], json!({ "Previous": "web" }));
}

#[test]
fn nothing_to_do_takes_four_calls() {
    for reason in
        [NO_CHANGES, "No updates are to be performed.", "The submitted information didn\u{2019}t contain changes."]
    {
        let fake = Fake::with(Some("UPDATE_COMPLETE")).failed_change_set(reason);
        let plan = fake.plan(&deployment(json!({}))).unwrap();
        assert_eq!(fake.called(), ["describe", "create-change-set", "wait-for-change-set", "delete-change-set"]);
        assert!(plan.id.is_none() && plan.changes.is_none() && plan.stack.is_some());
        assert_eq!(plan.change_set_type, "UPDATE");
    }
}

#[test]
fn nothing_to_do_may_be_said_at_once() {
    let said = formwork_plugin::Failure::new(FailureKind::InvalidInput, "No updates are to be performed.");
    let fake = Fake::with(Some("UPDATE_COMPLETE")).fail("create-change-set", said);
    assert!(fake.plan(&deployment(json!({}))).unwrap().id.is_none());
    assert_eq!(fake.called(), ["describe", "create-change-set"]);

    let said = formwork_plugin::Failure::new(FailureKind::InvalidInput, "No updates are to be performed.");
    let new = Fake::with(None).fail("create-change-set", said);
    first(new.plan(&deployment(json!({}))));
}

#[test]
fn a_new_stack_without_anything_to_do_is_deleted_again() {
    let fake = Fake::with(None).then(Some("REVIEW_IN_PROGRESS")).failed_change_set(NO_CHANGES);
    let plan = fake.plan(&deployment(json!({}))).unwrap();
    assert!(plan.id.is_none() && plan.stack.is_none());
    assert_eq!(fake.calls.borrow().last().unwrap(), &format!("delete {STACK}"));
}

#[test]
fn leftovers_of_nothing_to_do_are_only_warned_of() {
    let denied = formwork_plugin::Failure::new(FailureKind::AccessDenied, "not allowed");
    let fake = Fake::with(Some("UPDATE_COMPLETE")).failed_change_set(NO_CHANGES).fail("delete-change-set", denied);
    assert!(fake.plan(&deployment(json!({}))).unwrap().id.is_none());
    assert!(fake.warnings.borrow()[0].contains("could not be deleted: not allowed"));
}

#[test]
fn a_change_set_without_resources_is_a_plan() {
    let mut fake = Fake::with(Some("UPDATE_COMPLETE"));
    fake.change_set = json!({ "ChangeSetId": CHANGE_SET, "Status": "CREATE_COMPLETE", "Changes": [] });
    assert_eq!(fake.plan(&deployment(json!({}))).unwrap().id.as_deref(), Some(CHANGE_SET));
}
