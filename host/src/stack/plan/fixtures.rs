//! What the tests of plans start from: the API's own JSON.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Plan, PlanInput, PlanPlace, PlannedPin, PlannedResource, Shown, TemplateRef, build};
use crate::cloud::stacks::{ChangeSet, Stack, TemplateSummary};

pub(super) const ARN: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/web/0f7e";

/// Everything a plan is made from, owned.
pub(super) struct Case {
    pub(super) stack: Option<Stack>,
    pub(super) change_set: Option<ChangeSet>,
    pub(super) summary: Option<TemplateSummary>,
    pub(super) given: BTreeSet<String>,
    pub(super) pins: Vec<PlannedPin>,
    pub(super) old: Option<Value>,
    pub(super) new: Option<Value>,
    pub(super) notes: Vec<String>,
    pub(super) known_after_deploy: Vec<String>,
}

impl Case {
    /// An update of a stack that exists, with these changes.
    pub(super) fn changes(changes: Value) -> Self {
        Self {
            stack: Some(from(json!({
                "StackId": ARN, "StackName": "web", "StackStatus": "UPDATE_COMPLETE",
                "CreationTime": "2026-01-01T00:00:00Z", "LastUpdatedTime": "2026-02-01T00:00:00Z",
            }))),
            change_set: Some(from(json!({
                "ChangeSetId": format!("{ARN}/cs"), "ChangeSetName": "cs", "StackId": ARN, "Status": "CREATE_COMPLETE",
                "Changes": changes,
            }))),
            summary: None,
            given: BTreeSet::new(),
            pins: Vec::new(),
            old: None,
            new: None,
            notes: Vec::new(),
            known_after_deploy: Vec::new(),
        }
    }

    /// With parameters before and after, and what the template declares.
    pub(super) fn parameters(mut self, before: Value, after: Value, declared: Value) -> Self {
        if let Some(stack) = &mut self.stack {
            stack.parameters = from_list(before);
        }
        if let Some(change_set) = &mut self.change_set {
            change_set.parameters = from_list(after);
        }
        self.summary = Some(from(json!({ "Parameters": declared })));
        self
    }

    /// With the resources of the templates before and after.
    pub(super) fn templates(mut self, old: Value, new: Value) -> Self {
        self.old = Some(json!({ "Resources": old }));
        self.new = Some(json!({ "Resources": new }));
        self
    }

    pub(super) fn pin(mut self, reference: &str, value: (&str, &str), previous: Option<(&str, &str)>) -> Self {
        self.pins.push(PlannedPin {
            reference: reference.to_owned(),
            value: Some(value.0.to_owned()),
            version: Some(value.1.to_owned()),
            modified: None,
            previous_value: previous.map(|previous| previous.0.to_owned()),
            previous_version: previous.map(|previous| previous.1.to_owned()),
            pinned: true,
        });
        self
    }

    pub(super) fn given(mut self, names: &[&str]) -> Self {
        self.given = names.iter().map(|name| (*name).to_owned()).collect();
        self
    }

    pub(super) fn plan(&self) -> Plan {
        let place = |pointer: &str| {
            let line = u32::try_from(pointer.len()).unwrap_or_default();
            Some(PlanPlace { file: "template.yaml".to_owned(), line, column: 3 })
        };
        build(&PlanInput {
            stack_name: "web",
            region: "eu-west-1",
            stack: self.stack.as_ref(),
            operation: if self.stack.is_some() { "UPDATE" } else { "CREATE" },
            change_set: self.change_set.as_ref(),
            summary: self.summary.as_ref(),
            given: &self.given,
            pins: self.pins.clone(),
            template: Some(TemplateRef {
                file: "template.yaml".to_owned(),
                sha256: "00".repeat(32),
                rendered_sha256: "11".repeat(32),
            }),
            new_template: self.new.as_ref(),
            old_template: self.old.as_ref(),
            places: &place,
            refers_to: &|name| if name == "WebServer" { vec!["Role".to_owned()] } else { Vec::new() },
            capabilities: Vec::new(),
            settings: json!({}),
            notes: self.notes.clone(),
            known_after_deploy: self.known_after_deploy.clone(),
            created: "2026-03-01T00:00:00Z".to_owned(),
        })
    }

    /// The only resource of the plan.
    pub(super) fn resource(&self) -> PlannedResource {
        let [resource] = <[PlannedResource; 1]>::try_from(self.plan().resources).unwrap();
        resource
    }
}

pub(super) fn from<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn from_list<T: serde::de::DeserializeOwned>(value: Value) -> Vec<T> {
    from(value)
}

/// One change of the only kind that there is.
pub(super) fn change(resource: Value) -> Value {
    json!({ "Type": "Resource", "ResourceChange": resource })
}

/// `Modify` of an SSM parameter `Foo`, as AWS tells it.
pub(super) fn modify(details: Value) -> Value {
    change(json!({
        "Action": "Modify", "LogicalResourceId": "Foo", "PhysicalResourceId": "foo", "Replacement": "False",
        "ResourceType": "AWS::SSM::Parameter", "Scope": ["Properties"], "Details": details,
    }))
}

/// A detail of the property `Value`, as AWS tells it.
pub(super) fn detail(source: &str, evaluation: &str, entity: Option<&str>, before: &str, after: &str) -> Value {
    json!({
        "ChangeSource": source, "Evaluation": evaluation, "CausingEntity": entity,
        "Target": {
            "Attribute": "Properties", "Name": "Value", "Path": "/Properties/Value", "RequiresRecreation": "Never",
            "BeforeValue": before, "AfterValue": after, "AttributeChangeType": "Modify",
        },
    })
}

pub(super) fn text(text: &str) -> Shown {
    Shown::Text(text.to_owned())
}
