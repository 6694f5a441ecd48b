//! What is known about a stack while its plan is made: parameters, pins, templates, and where secrets flow to.

use std::collections::BTreeSet;

use serde_json::Value;

use super::intrinsics::{Mention, Side, function, mentions, with_parameters};
use super::model::{PlannedParameter, PlannedPin};
use super::pointer::child;
use super::values::has_secret_reference;

/// What is known of one stack; of a nested one, without templates.
pub(super) struct Context<'a> {
    /// The parameters whose values are never shown.
    pub(super) secrets: BTreeSet<String>,
    pub(super) parameters: &'a [PlannedParameter],
    pub(super) pins: &'a [PlannedPin],
    /// The templates, intrinsic functions in the long form.
    pub(super) old: Option<&'a Value>,
    pub(super) new: Option<&'a Value>,
}

impl<'a> Context<'a> {
    fn template(&self, side: Side) -> Option<&'a Value> {
        match side {
            Side::Before => self.old,
            Side::After => self.new,
        }
    }

    /// A resource as the template has it; none when there is no template, or no such resource in it.
    pub(super) fn resource(&self, side: Side, logical_id: &str) -> Option<&'a Value> {
        self.template(side)?.get("Resources")?.get(logical_id)
    }

    /// The same with the parameters put in whose values may be shown. Where the template has no such resource there is
    /// an empty one; none when there is no template.
    pub(super) fn resolved(&self, side: Side, logical_id: &str) -> Option<Value> {
        self.template(side)?;
        let resource = self.resource(side, logical_id);
        Some(resource.map_or_else(|| serde_json::json!({}), |node| with_parameters(node, side, self.parameters)))
    }

    /// What the template says at a path of a resource: the value there, or the intrinsic function that stands above it.
    pub(super) fn node(&self, side: Side, logical_id: &str, path: &[String]) -> Option<&'a Value> {
        let mut node = self.resource(side, logical_id)?;
        for segment in path {
            if function(node).is_some() {
                break;
            }
            node = child(node, segment)?;
        }
        Some(node)
    }

    /// Whether a secret is a part of the value at a path of a resource, before or after.
    pub(super) fn hides(&self, logical_id: &str, path: &[String]) -> bool {
        [self.old, self.new].into_iter().flatten().any(|template| self.flows(template, logical_id, path))
    }

    /// Whether a change is caused by a secret: the entity is a parameter, or `Resource.Attribute`.
    pub(super) fn is_secret(&self, entity: &str) -> bool {
        let (name, attribute) = entity.split_once('.').map_or((entity, None), |(name, rest)| (name, Some(rest)));
        let mention = Mention { name: name.to_owned(), attribute: attribute.map(str::to_owned) };
        self.secrets.contains(entity)
            || [self.old, self.new].into_iter().flatten().any(|template| self.reveals(template, &mention))
    }

    fn flows(&self, template: &Value, logical_id: &str, path: &[String]) -> bool {
        let Some(resources) = template.get("Resources") else { return false };
        // A resource that a transform makes may be made of anything.
        let Some(mut node) = resources.get(logical_id) else { return self.has_secret(template, resources) };
        for segment in path {
            if is_opaque(node) {
                break;
            }
            match child(node, segment) {
                Some(below) => node = below,
                None if template.get("Transform").is_some() => break,
                None => return false,
            }
        }
        self.has_secret(template, node)
    }

    fn has_secret(&self, template: &Value, value: &Value) -> bool {
        holds_secret_reference(value) || mentions(value).iter().any(|mention| self.reveals(template, mention))
    }

    /// A parameter that is secret, or an attribute that repeats a property with a secret in it, as the attribute
    /// `Value` of an SSM parameter does.
    fn reveals(&self, template: &Value, mention: &Mention) -> bool {
        let Some(attribute) = &mention.attribute else { return self.secrets.contains(&mention.name) };
        let property = attribute.split('.').next().unwrap_or(attribute);
        let resource = template.get("Resources").and_then(|resources| resources.get(&mention.name));
        resource.and_then(|resource| resource.get("Properties")?.get(property)).is_some_and(|value| {
            holds_secret_reference(value)
                || mentions(value).iter().any(|m| m.attribute.is_none() && self.secrets.contains(&m.name))
        })
    }
}

/// Whether what stands below is not where it will be: a function, a list of which entries may drop out, a loop.
fn is_opaque(node: &Value) -> bool {
    match node {
        Value::Array(items) => items.iter().any(|item| function(item).is_some_and(|(name, _)| name != "Ref")),
        Value::Object(map) => map.keys().any(|key| key == "Ref" || key.starts_with("Fn::")),
        _ => false,
    }
}

fn holds_secret_reference(value: &Value) -> bool {
    match value {
        Value::String(text) => has_secret_reference(text),
        Value::Array(items) => items.iter().any(holds_secret_reference),
        Value::Object(map) => map.values().any(holds_secret_reference),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::pointer::segments;
    use super::*;

    fn template() -> Value {
        json!({
            "Resources": {
                "Db": {"Properties": {"MasterUserPassword": {"Ref": "Password"}, "Engine": "postgres"}},
                "Holder": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/x", "Value": {"Ref": "Password"}}},
                "App": {"Properties": {
                    "Url": {"Fn::Sub": "postgres://u:${Password}@h"},
                    "Host": {"Fn::GetAtt": ["Db", "Endpoint.Address"]},
                    "Copy": {"Fn::GetAtt": ["Holder", "Value"]},
                    "Key": "{{resolve:secretsmanager:k}}",
                    "List": [{"Fn::If": ["C", {"Ref": "AWS::NoValue"}, "a"]}, {"Ref": "Password"}],
                    "Env": {"Plain": "a", "Secret": {"Fn::Join": ["", ["x", {"Ref": "Password"}]]}},
                    "Kept": {"Fn::Sub": "${!Password}"},
                }},
            },
        })
    }

    fn context(template: &Value) -> Context<'_> {
        let secrets = BTreeSet::from(["Password".to_owned()]);
        Context { secrets, parameters: &[], pins: &[], old: None, new: Some(template) }
    }

    #[test]
    fn secrets_are_followed() {
        let template = template();
        let context = context(&template);
        for (logical_id, pointer, is_hidden) in [
            ("Db", "/Properties/MasterUserPassword", true),
            ("Db", "/Properties/Engine", false),
            ("Db", "/Properties/Port", false),
            ("Db", "/Properties", true),
            ("App", "/Properties/Url", true),
            ("App", "/Properties/Host", false),
            ("App", "/Properties/Copy", true),
            ("App", "/Properties/Key", true),
            ("App", "/Properties/List/0", true),
            ("App", "/Properties/Env/Plain", false),
            ("App", "/Properties/Env/Secret", true),
            ("App", "/Properties/Env", true),
            ("App", "/Properties/Kept", false),
            ("Generated", "/Properties/Any", true),
        ] {
            assert_eq!(context.hides(logical_id, &segments(pointer)), is_hidden, "{logical_id} {pointer}");
        }
        for (entity, is_secret) in [("Password", true), ("Holder.Value", true), ("Db.Endpoint.Address", false)] {
            assert_eq!(context.is_secret(entity), is_secret, "{entity}");
        }
    }

    #[test]
    fn a_transform_makes_missing_properties_doubtful() {
        let mut template = template();
        template.as_object_mut().unwrap().insert("Transform".to_owned(), json!("AWS::Serverless-2016-10-31"));
        assert!(context(&template).hides("Db", &segments("/Properties/Port")));
    }
}
