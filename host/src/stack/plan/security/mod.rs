//! What gets wider access than before: IAM, resource policies, security groups.
//!
//! What is compared are whole resources, before and after, from the change set; where it does not have them, from the
//! templates, in which intrinsic functions are opaque texts. What is new must be covered by what was there: another
//! order, a list instead of one text, or a smaller set is no widening. Where it cannot be told, it counts as wider.

mod glob;
mod network;
mod permission;
mod policy;
mod statement;

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::context::Context;
use super::intrinsics::{Side, compact};
use super::values::{KNOWN_AFTER_APPLY, has_secret_reference};
use crate::cloud::stacks::ResourceChange;

/// The properties of a resource before and after; empty where there is no resource.
struct Sides {
    before: Map<String, Value>,
    after: Map<String, Value>,
}

/// What a resource's change allows that was not allowed before, one line each: `allows s3:* on *`, `no longer denies …`,
/// `lets 0.0.0.0/0 in at tcp 22`, `attaches arn:…`.
pub(super) fn widened(change: &ResourceChange, context: &Context<'_>) -> Vec<String> {
    let kind = change.resource_type.as_str();
    let is_gone = match change.action.as_str() {
        "Add" | "Modify" => false,
        // What a policy denied is allowed when it goes. Whoever owns one inline goes with it.
        "Remove" if kind.ends_with("Policy") => true,
        _ => return Vec::new(),
    };
    let Some(sides) = sides(change, context) else { return Vec::new() };
    let mut lines = policy::widened(&sides);
    if !is_gone {
        lines.extend(permission::widened(kind, &sides));
        lines.extend(network::widened(kind, &sides));
    }
    let mut seen = BTreeSet::new();
    lines.retain(|line| seen.insert(line.clone()));
    lines
}

/// Both sides from the same source: a resolved value is never compared with a function.
fn sides(change: &ResourceChange, context: &Context<'_>) -> Option<Sides> {
    let logical_id = change.logical_resource_id.as_str();
    let properties = |resource: Value| match resource {
        Value::Object(mut map) => match map.shift_remove("Properties") {
            Some(Value::Object(properties)) => properties,
            _ => Map::new(),
        },
        _ => Map::new(),
    };
    let told = |text: &Option<String>| serde_json::from_str::<Value>(text.as_deref()?).ok().map(properties);
    let template = |side| context.resolved(side, logical_id).map(properties);
    let (is_new, is_gone) = (change.action == "Add", change.action == "Remove");
    let both = |source: &dyn Fn(Side) -> Option<Map<String, Value>>| {
        let before = if is_new { Some(Map::new()) } else { source(Side::Before) };
        let after = if is_gone { Some(Map::new()) } else { source(Side::After) };
        Some(Sides { before: before?, after: after? })
    };
    let templates = both(&template);
    let contexts = both(&|side| match side {
        Side::Before => told(&change.before_context),
        Side::After => told(&change.after_context),
    });
    let Some(mut sides) = contexts else { return templates };
    // Where a secret or a value that is not known yet is a part of a property, the templates are compared instead, in
    // which it is a function.
    let is_open = |value: Option<&Value>| value.is_some_and(|value| value.to_string().contains(KNOWN_AFTER_APPLY));
    let names: BTreeSet<String> = sides.before.keys().chain(sides.after.keys()).cloned().collect();
    for name in names {
        let is_secret = context.hides(logical_id, &["Properties".to_owned(), name.clone()]);
        if is_secret || (is_open(sides.after.get(&name)) && templates.is_some()) {
            for (properties, from) in [
                (&mut sides.before, templates.as_ref().map(|sides| &sides.before)),
                (&mut sides.after, templates.as_ref().map(|sides| &sides.after)),
            ] {
                match from.and_then(|from| from.get(&name)) {
                    Some(value) => properties.insert(name.clone(), value.clone()),
                    None => properties.shift_remove(&name),
                };
            }
        }
    }
    Some(sides)
}

/// A value as it stands in a line: a function in its short form, a secret hidden.
fn text(value: &Value) -> String {
    let text = match compact(value) {
        Value::String(text) => text,
        other => other.to_string(),
    };
    if has_secret_reference(&text) {
        "hidden".to_owned()
    } else {
        text.replace(KNOWN_AFTER_APPLY, "(known after deploy)")
    }
}

/// One value or a list of them.
fn list(value: Option<&Value>) -> Vec<String> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items.iter().map(text).collect(),
        Some(one) => vec![text(one)],
    }
}

#[cfg(test)]
mod tests;
