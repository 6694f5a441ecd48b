//! What AWS's change sets show, by situation.

use serde_json::{Value, json};

use super::super::fixtures::{ARN, Case, change, detail, from, modify, text};
use super::super::{Cause, PlannedAction, Shown};

fn parameter(value: &str, resolved: Option<&str>) -> Value {
    match resolved {
        Some(resolved) => json!([{"ParameterKey": "P", "ParameterValue": value, "ResolvedValue": resolved}]),
        None => json!([{"ParameterKey": "P", "ParameterValue": value}]),
    }
}

fn declared(kind: &str) -> Value {
    json!([{"ParameterKey": "P", "ParameterType": kind}])
}

const SSM: &str = "AWS::SSM::Parameter::Value<String>";

#[test]
fn an_ssm_parameter_with_a_new_value() {
    let detail = detail("DirectModification", "Static", None, "old", "new");
    let case = Case::changes(json!([modify(json!([detail]))])).parameters(
        parameter("/p", Some("old")),
        parameter("/p", Some("new")),
        declared(SSM),
    );
    let expected = Cause::Parameter { name: "P".to_owned() };
    // The change set calls it direct; the value says where it is from, and so does the template.
    let node = json!({"Foo": {"Properties": {"Value": {"Ref": "P"}}}});
    for case in [Case { new: None, ..clone(&case) }, clone(&case).templates(node.clone(), node)] {
        let resource = case.resource();
        assert_eq!(resource.action, PlannedAction::Modify);
        let [change] = resource.changes.as_slice() else { panic!("{resource:?}") };
        assert_eq!(
            (change.path.as_str(), &change.before, &change.after),
            ("Properties.Value", &text("old"), &text("new"))
        );
        assert_eq!(change.causes, std::slice::from_ref(&expected));
        assert!(!change.conditional);
        assert_eq!(change.recreation, None);
    }
    let plan = case.plan();
    assert_eq!((&plan.parameters[0].before, &plan.parameters[0].after), (&text("old"), &text("new")));
    assert_eq!(plan.parameters[0].ssm.as_ref().unwrap().after.as_deref(), Some("/p"));
    assert!(plan.parameters[0].changed);
}

fn clone(case: &Case) -> Case {
    Case {
        stack: case.stack.clone(),
        change_set: case.change_set.clone(),
        summary: case.summary.clone(),
        given: case.given.clone(),
        pins: case.pins.clone(),
        old: case.old.clone(),
        new: case.new.clone(),
        notes: case.notes.clone(),
        known_after_deploy: case.known_after_deploy.clone(),
    }
}

#[test]
fn an_ssm_parameter_with_the_same_value() {
    let add = change(json!({"Action": "Add", "LogicalResourceId": "Bar", "ResourceType": "AWS::SNS::Topic",
        "AfterContext": "{\"Properties\":{\"TopicName\":\"t\"}}"}));
    let case = Case::changes(json!([add])).parameters(
        parameter("/p", Some("same")),
        parameter("/p", Some("same")),
        declared(SSM),
    );
    assert_eq!(case.resource().action, PlannedAction::Add);
    assert!(case.resource().changes.is_empty());
    assert!(!case.plan().parameters[0].changed);
}

#[test]
fn an_ordinary_parameter_is_one_change() {
    let details = json!([
        detail("DirectModification", "Dynamic", None, "a", "b"),
        detail("ParameterReference", "Static", Some("P"), "a", "b"),
    ]);
    let case = Case::changes(json!([modify(details)])).parameters(
        parameter("a", None),
        parameter("b", None),
        declared("String"),
    );
    let resource = case.resource();
    let [change] = resource.changes.as_slice() else { panic!("{resource:?}") };
    assert_eq!(change.causes, [Cause::Parameter { name: "P".to_owned() }]);
    assert_eq!((&change.before, &change.after), (&text("a"), &text("b")));
    assert!(!change.conditional);
}

#[test]
fn an_attribute_of_a_resource_that_is_made_anew() {
    let after = "{{changeSet:KNOWN_AFTER_APPLY}}";
    let details = json!([
        detail("ResourceAttribute", "Static", Some("Topic.TopicName"), "t-1", after),
        detail("DirectModification", "Dynamic", None, "t-1", after),
    ]);
    let resource = Case::changes(json!([modify(details)])).resource();
    assert_eq!(resource.changes[0].after, Shown::KnownAfterApply);
    assert_eq!(resource.changes[0].causes, [Cause::Resource { name: "Topic.TopicName".to_owned() }]);
}

#[test]
fn an_attribute_of_a_deployed_resource_is_a_value() {
    let details = json!([detail("ResourceAttribute", "Static", Some("Topic.TopicName"), "t-1", "t-2")]);
    assert_eq!(Case::changes(json!([modify(details)])).resource().changes[0].after, text("t-2"));
}

#[test]
fn added_and_removed_resources_have_no_properties() {
    let case = Case::changes(json!([
        change(json!({"Action": "Add", "LogicalResourceId": "A", "ResourceType": "AWS::S3::Bucket",
            "AfterContext": "{\"Properties\":{\"BucketName\":\"b\"}}"})),
        change(json!({"Action": "Remove", "LogicalResourceId": "B", "ResourceType": "AWS::SQS::Queue",
            "PolicyAction": "Delete", "PhysicalResourceId": "q", "BeforeContext": "{\"Properties\":{}}"})),
        change(json!({"Action": "Remove", "LogicalResourceId": "C", "ResourceType": "AWS::SQS::Queue",
            "PolicyAction": "Retain"})),
    ]));
    let resources = case.plan().resources;
    assert!(resources.iter().all(|resource| resource.changes.is_empty()));
    let policies: Vec<Option<&str>> = resources.iter().map(|resource| resource.policy.as_deref()).collect();
    assert_eq!(policies, [None, None, Some("Retain")]);
    assert_eq!(resources[1].action, PlannedAction::Remove);
}

#[test]
fn nothing_changed() {
    let mut case = Case::changes(json!([]));
    case.change_set = None;
    let plan = case.plan();
    assert!(plan.is_empty());
    assert_eq!(plan.stack_id.as_deref(), Some(ARN));
    assert_eq!(plan.account.as_deref(), Some("123456789012"));
    assert_eq!(plan.stack_updated.as_deref(), Some("2026-02-01T00:00:00Z"));
}

#[test]
fn a_moved_pin_is_the_cause() {
    let change = |before: &str, after: &str| {
        change(json!({
            "Action": "Modify", "LogicalResourceId": "WebServer", "ResourceType": "AWS::EC2::Instance",
            "PhysicalResourceId": "i-0abc", "Replacement": "True", "PolicyAction": "ReplaceAndDelete",
            "Details": [{"ChangeSource": "DirectModification", "Evaluation": "Static", "Target": {
                "Attribute": "Properties", "Name": "ImageId", "Path": "/Properties/ImageId",
                "RequiresRecreation": "Always", "BeforeValue": before, "AfterValue": after,
            }}],
        }))
    };
    let case = |before: &str, after: &str, previous| {
        Case::changes(json!([change(before, after)])).pin("ssm:/ami", ("ami-2", "74"), previous).resource()
    };
    let moved = case("ami-1", "ami-2", Some(("ami-1", "71")));
    assert_eq!(moved.action, PlannedAction::Replace);
    assert_eq!(moved.policy, None);
    assert_eq!(moved.refers_to, ["Role"]);
    assert_eq!(moved.changes[0].recreation.as_deref(), Some("Always"));
    assert_eq!(moved.changes[0].causes, [Cause::Pin { pin: 0 }]);
    // The stack is older than the last upgrade.
    assert_eq!(case("ami-0", "ami-2", Some(("ami-1", "71"))).changes[0].causes, [Cause::Pin { pin: 0 }]);
    assert_eq!(case("ami-0", "ami-2", None).changes[0].causes, [Cause::Pin { pin: 0 }]);
    assert_eq!(case("ami-2", "ami-3", None).changes[0].causes, [Cause::Template]);
    assert_eq!(
        case("ami-1 a", "ami-2 b", Some(("ami-1", "1"))).changes[0].causes,
        [Cause::Pin { pin: 0 }, Cause::Template]
    );
}

#[test]
fn nested_stacks_are_followed() {
    let stack = |id: &str, evaluation: &str| {
        change(json!({
            "Action": "Modify", "LogicalResourceId": id, "ResourceType": "AWS::CloudFormation::Stack",
            "Replacement": "False", "ChangeSetId": "arn:nested", "Details": [{
                "ChangeSource": "Automatic", "Evaluation": evaluation,
                "Target": {"Attribute": "Properties", "RequiresRecreation": "Never"},
            }],
        }))
    };
    let mut case = Case::changes(json!([stack("Network", "Dynamic"), stack("Other", "Static")]));
    let mut inner: crate::cloud::stacks::ChangeSet = from(json!({"Changes": [modify(json!([
        detail("ParameterReference", "Static", Some("Secret"), "plain-1", "plain-2")])) ]}));
    inner.parameters = from(json!([{"ParameterKey": "Secret", "ParameterValue": "****"}]));
    inner.nested.insert("Deep".to_owned(), from(json!({"Changes": [modify(json!([]))]})));
    case.change_set.as_mut().unwrap().nested.insert("Network".to_owned(), inner);
    let plan = case.plan();
    let names: Vec<&str> = plan.resources.iter().map(|resource| resource.logical_id.as_str()).collect();
    assert_eq!(names, ["Network", "Network.Foo", "Network.Deep.Foo", "Other"]);
    assert_eq!(plan.resources[0].changes[0].causes, [Cause::Automatic]);
    assert!(plan.resources[0].changes[0].conditional);
    assert!(!plan.resources[3].changes[0].conditional);
    assert_eq!(plan.resources[1].changes[0].after, Shown::Hidden);
    assert_eq!(plan.resources[1].place, None);
    assert_eq!(plan.resources[3].place.as_ref().unwrap().file, "template.yaml");
    assert!(!serde_json::to_string(&plan).unwrap().contains("plain-"));
}

#[test]
fn drift_is_shown() {
    let mut change = modify(json!([{
        "ChangeSource": "DirectModification", "Evaluation": "Static", "Target": {
            "Attribute": "Properties", "Name": "Value", "Path": "/Properties/Value", "BeforeValue": "by hand",
            "AfterValue": "a", "BeforeValueFrom": "ACTUAL_STATE", "AfterValueFrom": "TEMPLATE",
            "Drift": {"PreviousValue": "a", "ActualValue": "by hand"},
        },
    }]));
    change["ResourceChange"]["ResourceDriftStatus"] = json!("MODIFIED");
    let resource = Case::changes(json!([change])).resource();
    assert_eq!(resource.drift.as_deref(), Some("MODIFIED"));
    assert_eq!(resource.changes[0].before, text("by hand"));
    assert!(resource.changes[0].causes.contains(&Cause::Drift));
}

#[test]
fn a_template_that_follows_the_resource_changes_nothing() {
    let no_modification = detail("NoModification", "Static", None, "a", "a");
    assert!(Case::changes(json!([modify(json!([no_modification]))])).resource().changes.is_empty());
    let mut sync = modify(json!([no_modification]));
    sync["ResourceChange"]["Action"] = json!("SyncWithActual");
    let resource = Case::changes(json!([sync])).resource();
    assert_eq!(resource.action, PlannedAction::SyncWithActual);
    assert_eq!(resource.changes.len(), 1);
}

#[test]
fn unknown_words_are_shown_as_they_are() {
    let mut odd = modify(json!([{
        "ChangeSource": "Telepathy", "CausingEntity": "Moon", "Evaluation": "Lunar",
        "Target": {"Attribute": "Aura", "RequiresRecreation": "Sometimes", "AfterValue": "blue"},
    }]));
    odd["ResourceChange"]["Action"] = json!("Transmute");
    odd["ResourceChange"]["PolicyAction"] = json!("ReplaceAndPray");
    let resource = Case::changes(json!([odd])).resource();
    assert_eq!(resource.action, PlannedAction::Other("Transmute".to_owned()));
    assert_eq!(resource.policy.as_deref(), Some("ReplaceAndPray"));
    assert_eq!(resource.changes[0].path, "Aura");
    assert_eq!(resource.changes[0].recreation.as_deref(), Some("Sometimes"));
    assert_eq!(resource.changes[0].causes, [Cause::Other { name: "Telepathy Moon".to_owned() }]);
}

#[test]
fn values_that_are_not_told_are_read_from_the_contexts() {
    let mut older = modify(json!([
        {"ChangeSource": "DirectModification", "Evaluation": "Static",
         "Target": {"Attribute": "Properties", "Name": "Value", "RequiresRecreation": "Never"}},
        {"ChangeSource": "DirectModification", "Evaluation": "Static", "Target": {"Attribute": "Tags"}},
        {"ChangeSource": "DirectModification", "Evaluation": "Static", "Target": {"Attribute": "Metadata"}},
    ]));
    older["ResourceChange"]["BeforeContext"] =
        json!(r#"{"Properties":{"Value":"a","Tags":{"x":"1","y":"2"}},"Metadata":{"V":1}}"#);
    older["ResourceChange"]["AfterContext"] = json!(r#"{"Properties":{"Value":"b","Tags":{"x":"1","y":"3","z":"4"}}}"#);
    let resource = Case::changes(json!([older])).resource();
    let lines: Vec<(&str, &Shown, &Shown)> =
        resource.changes.iter().map(|change| (change.path.as_str(), &change.before, &change.after)).collect();
    assert_eq!(
        lines,
        [
            ("Properties.Value", &text("a"), &text("b")),
            ("Properties.Tags.y", &text("2"), &text("3")),
            ("Properties.Tags.z", &Shown::Absent, &text("4")),
            ("Metadata", &text(r#"{"V":1}"#), &Shown::Absent),
        ]
    );
}

#[test]
fn details_without_a_path_belong_to_those_with_one() {
    let mut coarse = detail("ParameterReference", "Static", Some("P"), "", "");
    coarse["Target"] = json!({"Attribute": "Properties", "Name": "Value", "RequiresRecreation": "Always"});
    let resource =
        Case::changes(json!([modify(json!([coarse, detail("DirectModification", "Dynamic", None, "a", "b"),]))]))
            .resource();
    let [change] = resource.changes.as_slice() else { panic!("{resource:?}") };
    assert_eq!(change.causes, [Cause::Parameter { name: "P".to_owned() }]);
    assert_eq!(change.recreation.as_deref(), Some("Always"));
}

#[test]
fn tags_are_compared() {
    let mut case = Case::changes(json!([]));
    let tags = |list: &[(&str, &str)]| list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    case.stack.as_mut().unwrap().tags = tags(&[("a", "1"), ("b", "2")]);
    assert!(case.plan().tags.is_empty(), "a change set without tags tells nothing");
    case.change_set.as_mut().unwrap().tags = tags(&[("a", "1"), ("b", ""), ("c", "3")]);
    let changed: Vec<_> = case.plan().tags.into_iter().map(|tag| (tag.key, tag.before, tag.after)).collect();
    let owned = |text: &str| Some(text.to_owned());
    assert_eq!(changed, [("b".to_owned(), owned("2"), owned("")), ("c".to_owned(), None, owned("3"))]);
}
