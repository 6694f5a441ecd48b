//! The resources of a plan: those of the stack, and those of the stacks nested in it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::build::PlanInput;
use super::changes::changes;
use super::context::Context;
use super::intrinsics::{Side, mentions};
use super::model::{PlannedAction, PlannedResource, Widening};
use super::parameters::masked;
use super::pointer::escaped;
use super::security::widened;
use super::values::has_secret_reference;
use crate::cloud::stacks::{Change, ChangeSet, ResourceChange};

/// What a walk through a change set and those nested in it finds.
pub(super) struct Found<'a> {
    input: &'a PlanInput<'a>,
    pub(super) resources: Vec<PlannedResource>,
    pub(super) security: Vec<Widening>,
}

impl<'a> Found<'a> {
    pub(super) fn new(input: &'a PlanInput<'a>) -> Self {
        Self { input, resources: Vec::new(), security: Vec::new() }
    }

    /// Add what a change set changes; `prefix` is `Nested.` inside a nested stack.
    pub(super) fn add(&mut self, change_set: &ChangeSet, context: &Context<'_>, prefix: &str) {
        let mut seen = BTreeSet::new();
        for Change { resource_change: change, .. } in &change_set.changes {
            let logical_id = change.logical_resource_id.as_str();
            if logical_id.is_empty() {
                continue;
            }
            self.resource(change, context, prefix);
            if let Some(nested) = change_set.nested.get(logical_id).filter(|_| seen.insert(logical_id)) {
                self.nested(nested, logical_id, context, prefix);
            }
        }
        for (logical_id, nested) in &change_set.nested {
            if !seen.contains(logical_id.as_str()) {
                self.nested(nested, logical_id, context, prefix);
            }
        }
    }

    fn nested(&mut self, change_set: &ChangeSet, logical_id: &str, outer: &Context<'_>, prefix: &str) {
        let mut secrets: BTreeSet<String> = masked(&change_set.parameters).collect();
        secrets.extend(handed_down(logical_id, outer));
        let context = Context { secrets, parameters: &[], pins: outer.pins, old: None, new: None };
        self.add(change_set, &context, &format!("{prefix}{logical_id}."));
    }

    fn resource(&mut self, change: &ResourceChange, context: &Context<'_>, prefix: &str) {
        let logical_id = &change.logical_resource_id;
        let is_nested = !prefix.is_empty();
        let action = action(change);
        let policy = policy(change, &action, context);
        let full_id = format!("{prefix}{logical_id}");
        let is_kept = policy.as_deref() == Some("Retain");
        let added = if is_kept { Vec::new() } else { widened(change, context) };
        if !added.is_empty() {
            let resource_type = change.resource_type.clone();
            self.security.push(Widening { logical_id: full_id.clone(), resource_type, added });
        }
        let pointer = format!("/Resources/{}", escaped(logical_id));
        self.resources.push(PlannedResource {
            logical_id: full_id,
            resource_type: change.resource_type.clone(),
            physical_id: change.physical_resource_id.clone().filter(|id| !id.is_empty()),
            changes: changes(change, context),
            action,
            policy,
            drift: change.resource_drift_status.clone().filter(|status| status != "IN_SYNC"),
            refers_to: if is_nested { Vec::new() } else { (self.input.refers_to)(logical_id) },
            place: if is_nested { None } else { (self.input.places)(&pointer) },
        });
    }
}

fn action(change: &ResourceChange) -> PlannedAction {
    match (change.action.as_str(), change.replacement.as_deref()) {
        ("Add", _) => PlannedAction::Add,
        ("Modify", Some("True")) => PlannedAction::Replace,
        ("Modify", Some("Conditional")) => PlannedAction::MayReplace,
        ("Modify", _) => PlannedAction::Modify,
        ("Remove", _) => PlannedAction::Remove,
        ("Import", _) => PlannedAction::Import,
        ("SyncWithActual", _) => PlannedAction::SyncWithActual,
        ("Dynamic", _) => PlannedAction::Dynamic,
        (other, _) => PlannedAction::Other(other.to_owned()),
    }
}

/// What happens to the old resource, where it is not simply deleted: as CloudFormation says, else as the template does.
fn policy(change: &ResourceChange, action: &PlannedAction, context: &Context<'_>) -> Option<String> {
    if let Some(policy) = change.policy_action.as_deref().filter(|policy| !policy.is_empty()) {
        let is_plain = match action {
            PlannedAction::Replace | PlannedAction::MayReplace => matches!(policy, "ReplaceAndDelete" | "Delete"),
            _ => policy == "Delete",
        };
        return (!is_plain).then(|| policy.to_owned());
    }
    let attribute = |side, name| {
        let resource = context.resource(side, &change.logical_resource_id)?;
        resource.get(name).and_then(Value::as_str).filter(|policy| !policy.is_empty())
    };
    match action {
        PlannedAction::Remove => match attribute(Side::Before, "DeletionPolicy")? {
            "Delete" => None,
            "RetainExceptOnCreate" => Some("Retain".to_owned()),
            policy => Some(policy.to_owned()),
        },
        PlannedAction::Replace | PlannedAction::MayReplace => match attribute(Side::After, "UpdateReplacePolicy")? {
            "Delete" => None,
            policy => Some(format!("ReplaceAnd{policy}")),
        },
        _ => None,
    }
}

/// The parameters of a nested stack that are given a secret.
fn handed_down(logical_id: &str, outer: &Context<'_>) -> Vec<String> {
    let mut names = Vec::new();
    for side in [Side::Before, Side::After] {
        let resource = outer.resource(side, logical_id);
        let given = resource.and_then(|resource| resource.get("Properties")?.get("Parameters")?.as_object());
        let is_secret = |value: &Value| {
            has_secret_reference(&value.to_string())
                || mentions(value).iter().any(|mention| outer.secrets.contains(&mention.name))
        };
        names.extend(given.into_iter().flatten().filter(|(_, value)| is_secret(value)).map(|(name, _)| name.clone()));
    }
    names
}
