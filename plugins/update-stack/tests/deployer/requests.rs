//! What the request for a change set holds.

use formwork_plugin::FailureKind;
use formwork_plugin::deployer::TemplateSource;
use serde_json::{Value, json};

use crate::fake::{Fake, deployment, first};

fn asked(status: Option<&'static str>, settings: Value) -> Value {
    let fake = Fake::with(status);
    fake.plan(&deployment(settings)).unwrap();
    fake.asked()
}

#[test]
fn the_least_request_holds_nothing_that_changes_anything() {
    let request = asked(Some("UPDATE_COMPLETE"), json!({ "changeSetName": "a1", "tags": null }));
    let expected = json!({
        "StackName": "web", "ChangeSetName": "formwork-a1", "ChangeSetType": "UPDATE",
        "Template": { "Body": "Resources: {}" }, "Parameters": {}, "Capabilities": [],
    });
    assert_eq!(request, expected);
}

#[test]
fn a_change_set_has_a_name_of_its_own() {
    assert_eq!(asked(None, json!({ "changeSetName": "formwork-x" }))["ChangeSetName"], "formwork-x");
    let (one, two) = (asked(None, json!({})), asked(None, json!({})));
    assert_ne!(one["ChangeSetName"], two["ChangeSetName"]);
    let name = one["ChangeSetName"].as_str().unwrap();
    assert!(name.starts_with("formwork-") && name.len() < 128, "{name}");
    assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{name}");
}

#[test]
fn parameters_keep_their_values_unless_given() {
    let mut fake = Fake::with(Some("UPDATE_COMPLETE"));
    fake.members = json!({ "Parameters": [
        { "ParameterKey": "Kept", "ParameterValue": "a" },
        { "ParameterKey": "Given", "ParameterValue": "b" },
        { "ParameterKey": "Secret", "ParameterValue": "****" },
        { "ParameterKey": "Dropped", "ParameterValue": "c" },
    ] });
    let mut with = deployment(json!({}));
    with.declared = ["Kept", "Given", "Secret", "New", "Empty", "Count", "On"].map(str::to_owned).into();
    with.parameters = json!({ "Given": "ü \u{1f980}", "Empty": "", "Count": 3, "On": true }).to_string();
    fake.plan(&with).unwrap();
    let expected = json!({
        "Given": { "Value": "ü \u{1f980}" }, "Empty": { "Value": "" }, "Count": { "Value": "3" },
        "On": { "Value": "true" }, "Kept": "Previous", "Secret": "Previous",
    });
    assert_eq!(fake.asked()["Parameters"], expected);
}

#[test]
fn a_new_stack_has_no_previous_values() {
    let mut fake = Fake::with(Some("REVIEW_IN_PROGRESS"));
    fake.members = json!({ "Parameters": [{ "ParameterKey": "A" }] });
    let mut with = deployment(json!({}));
    with.declared = vec!["A".into()];
    fake.plan(&with).unwrap();
    assert_eq!(fake.asked()["Parameters"], json!({}));
}

#[test]
fn tags_are_merged_into_those_of_the_stack() {
    let mut fake = Fake::with(Some("UPDATE_COMPLETE"));
    fake.members = json!({ "Tags": [
        { "Key": "team", "Value": "a" }, { "Key": "stage", "Value": "test" }, { "Key": "aws:x", "Value": "y" },
    ] });
    fake.plan(&deployment(json!({ "tags": { "stage": "prod", "cost": "" } }))).unwrap();
    assert_eq!(fake.asked()["Tags"], json!({ "cost": "", "stage": "prod", "team": "a" }));
    assert_eq!(asked(None, json!({ "tags": { "stage": "prod" } }))["Tags"], json!({ "stage": "prod" }));
    assert_eq!(asked(None, json!({ "tags": {} }))["Tags"], json!({}));
}

#[test]
fn what_was_asked_for_is_in_the_request() {
    let settings = json!({
        "capabilities": ["CAPABILITY_IAM"], "roleArn": "arn:role", "notificationArns": [],
        "importExistingResources": true, "revertDrift": true, "express": true, "onFailure": "DO_NOTHING",
    });
    let request = asked(Some("UPDATE_COMPLETE"), settings);
    assert_eq!(request["Capabilities"], json!(["CAPABILITY_IAM"]));
    assert_eq!(request["RoleARN"], "arn:role");
    assert_eq!(request["NotificationARNs"], json!([]));
    assert_eq!(request["ImportExistingResources"], true);
    assert_eq!(request["DeploymentMode"], "REVERT_DRIFT");
    assert_eq!(request["Express"], true);
    assert_eq!(request["OnStackFailure"], "DO_NOTHING");

    let fake = Fake::with(None);
    let mut with = deployment(json!({ "revertDrift": true }));
    with.template = TemplateSource::Url("https://s3.amazonaws.com/b/k".into());
    fake.plan(&with).unwrap();
    assert_eq!(fake.asked()["Template"], json!({ "Url": "https://s3.amazonaws.com/b/k" }));
    assert_eq!(fake.asked().get("DeploymentMode"), None, "a new stack has no drift");
}

#[test]
fn deleting_on_failure_is_for_new_stacks() {
    let delete = json!({ "onFailure": "DELETE" });
    assert_eq!(asked(None, delete.clone())["OnStackFailure"], "DELETE");
    assert_eq!(asked(Some("UPDATE_COMPLETE"), delete).get("OnStackFailure"), None);
    assert_eq!(asked(Some("UPDATE_COMPLETE"), json!({ "onFailure": "ROLLBACK" }))["OnStackFailure"], "ROLLBACK");
}

#[test]
fn what_cannot_go_together_is_refused_before_any_call() {
    let resources = json!([{ "LogicalResourceId": "A" }]);
    for settings in [
        json!({ "disableRollback": true, "onFailure": "DELETE" }),
        json!({ "resourcesToImport": resources, "revertDrift": true }),
        json!({ "resourcesToImport": resources, "importExistingResources": true }),
        json!({ "stackPolicy": "{" }),
        json!({ "somethingElse": 1 }),
        json!({ "tags": "a=b" }),
        json!([1]),
    ] {
        let fake = Fake::with(None);
        let failure = first(fake.plan(&deployment(settings.clone()))).failure;
        assert!(matches!(failure.kind, FailureKind::InvalidInput), "{settings}");
        assert!(fake.called().is_empty(), "{settings}");
    }
}

#[test]
fn no_value_of_a_parameter_is_in_an_error() {
    for parameters in
        [r#"{"Password": ["s3cret"]}"#, r#"["s3cret"]"#, r#"{"Password": "s3cret""#, r#"{"P": {"a": "s3cret"}}"#]
    {
        let fake = Fake::with(None);
        let mut with = deployment(json!({}));
        with.parameters = parameters.into();
        let problem = first(fake.plan(&with));
        assert!(!format!("{problem:?}").contains("s3cret"), "{problem:?}");
        assert!(fake.called().is_empty());
    }
}
