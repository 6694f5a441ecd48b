//! Endpoints that tell less than AWS: the templates say the rest.

use serde_json::{Value, json};

use super::super::fixtures::{Case, change, text};
use super::super::{Cause, PlannedAction, Shown};

fn bare(details: Value) -> Value {
    change(json!({
        "Action": "Modify", "LogicalResourceId": "Foo", "ResourceType": "AWS::SSM::Parameter", "Replacement": "True",
        "Details": details,
    }))
}

fn named(source: &str, entity: Option<&str>) -> Value {
    json!([{"ChangeSource": source, "CausingEntity": entity, "Evaluation": "Static",
        "Target": {"Attribute": "Properties", "Name": "Value", "RequiresRecreation": "Always"}}])
}

fn foo(value: Value) -> Value {
    json!({"Foo": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}})
}

#[test]
fn a_changed_template() {
    for details in [json!([]), named("DirectModification", None)] {
        let case =
            Case::changes(json!([bare(details)])).templates(foo(json!("a")), foo(json!({"Fn::GetAtt": ["B", "Arn"]})));
        let resource = case.resource();
        let [change] = resource.changes.as_slice() else { panic!("{resource:?}") };
        assert_eq!(
            (change.path.as_str(), &change.before, &change.after),
            ("Properties.Value", &text("a"), &text("!GetAtt B.Arn"))
        );
        assert_eq!(change.causes, [Cause::Template]);
    }
}

#[test]
fn a_changed_parameter() {
    let side = |value: &str| json!([{"ParameterKey": "P", "ParameterValue": value}]);
    let declared = json!([{"ParameterKey": "P", "ParameterType": "String"}]);
    for details in [json!([]), named("ParameterReference", Some("P")), named("DirectModification", None)] {
        let node = foo(json!({"Fn::Sub": "x-${P}"}));
        let case = Case::changes(json!([bare(details)]))
            .parameters(side("a"), side("b"), declared.clone())
            .templates(node.clone(), node);
        let resource = case.resource();
        let [change] = resource.changes.as_slice() else { panic!("{resource:?}") };
        assert_eq!((&change.before, &change.after), (&text("x-a"), &text("x-b")));
        assert_eq!(change.causes, [Cause::Parameter { name: "P".to_owned() }]);
    }
}

#[test]
fn a_resource_that_is_made_anew() {
    let node = foo(json!({"Ref": "Topic"}));
    let case = Case::changes(json!([bare(named("ResourceReference", Some("Topic")))])).templates(node.clone(), node);
    let change = &case.resource().changes[0];
    assert_eq!((&change.before, &change.after), (&Shown::Unknown, &Shown::KnownAfterApply));
    assert_eq!(change.causes, [Cause::Resource { name: "Topic".to_owned() }]);
}

#[test]
fn nothing_is_known() {
    let resource = Case::changes(json!([bare(json!([]))])).resource();
    assert_eq!(resource.action, PlannedAction::Replace);
    assert!(resource.changes.is_empty());
    let change = &Case::changes(json!([bare(named("DirectModification", None))])).resource().changes[0];
    assert_eq!(
        (change.path.as_str(), &change.before, &change.after),
        ("Properties.Value", &Shown::Unknown, &Shown::Unknown)
    );
}

#[test]
fn a_dynamic_reference_that_is_read_again() {
    let node = foo(json!("{{resolve:ssm:/ami}}"));
    let case = Case::changes(json!([bare(named("DirectModification", None))])).templates(node.clone(), node);
    assert_eq!(case.resource().changes[0].causes, [Cause::Other { name: "{{resolve:ssm:/ami}}".to_owned() }]);
}

#[test]
fn the_template_says_what_happens_to_the_old_one() {
    let with = |name: &str, policy: &str| {
        let mut node = foo(json!("a"));
        node["Foo"][name] = json!(policy);
        node
    };
    let policy = |action: &str, old: Value, new: Value| {
        let mut change = bare(json!([]));
        change["ResourceChange"]["Action"] = json!(action);
        Case::changes(json!([change])).templates(old, new).resource().policy
    };
    assert_eq!(policy("Remove", with("DeletionPolicy", "Retain"), json!({})).as_deref(), Some("Retain"));
    assert_eq!(policy("Remove", with("DeletionPolicy", "RetainExceptOnCreate"), json!({})).as_deref(), Some("Retain"));
    assert_eq!(policy("Remove", with("DeletionPolicy", "Delete"), json!({})), None);
    let replaced = policy("Modify", foo(json!("a")), with("UpdateReplacePolicy", "Snapshot"));
    assert_eq!(replaced.as_deref(), Some("ReplaceAndSnapshot"));
    assert_eq!(policy("Modify", foo(json!("a")), with("DeletionPolicy", "Retain")), None);
}
