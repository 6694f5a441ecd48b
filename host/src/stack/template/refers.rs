//! What refers to what.

use std::collections::{BTreeSet, HashSet};

use serde_json::{Map, Value};

/// What can be referred to.
pub(super) struct Names<'t> {
    pub(super) resources: HashSet<&'t str>,
    pub(super) parameters: HashSet<&'t str>,
}

/// What is referred to, sorted.
#[derive(Default)]
pub(super) struct Found {
    pub(super) resources: BTreeSet<String>,
    pub(super) parameters: BTreeSet<String>,
}

impl Names<'_> {
    /// What a resource, with all its attributes, or an output refers to.
    pub(super) fn of(&self, body: &Value) -> Found {
        let mut found = Found::default();
        match body.get("DependsOn") {
            Some(Value::String(name)) => self.add(name, &mut found),
            Some(Value::Array(names)) => {
                names.iter().filter_map(Value::as_str).for_each(|name| self.add(name, &mut found))
            }
            _ => {}
        }
        self.collect(body, &mut found);
        found
    }

    /// As deep as a template may be nested, which [`super::document`] limits.
    fn collect(&self, value: &Value, found: &mut Found) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.collect(value, found)),
            Value::Object(map) => {
                // A function stands alone; a property may be called `Ref`.
                if map.len() == 1 {
                    self.function(map, found);
                }
                map.values().for_each(|value| self.collect(value, found));
            }
            _ => {}
        }
    }

    fn function(&self, map: &Map<String, Value>, found: &mut Found) {
        match map.iter().next().map(|(name, argument)| (name.as_str(), argument)) {
            Some(("Ref", Value::String(name))) => self.add(name, found),
            Some(("Fn::GetAtt", Value::String(text))) => self.attribute(text, found),
            Some(("Fn::GetAtt", Value::Array(parts))) => {
                if let Some(resource) = parts.first().and_then(Value::as_str) {
                    self.add(resource, found);
                }
            }
            Some(("Fn::Sub", Value::String(text))) => self.sub(text, None, found),
            Some(("Fn::Sub", Value::Array(parts))) => {
                if let Some(text) = parts.first().and_then(Value::as_str) {
                    self.sub(text, parts.get(1).and_then(Value::as_object), found);
                }
            }
            _ => {}
        }
    }

    /// `Resource.Attribute`
    fn attribute(&self, text: &str, found: &mut Found) {
        self.add(text.split_once('.').map_or(text, |(resource, _)| resource), found);
    }

    /// `${X}` and `${X.Attribute}`, but not `${!X}`, and not what the function's own map binds.
    fn sub(&self, text: &str, bound: Option<&Map<String, Value>>, found: &mut Found) {
        let mut rest = text;
        while let Some((_, behind)) = rest.split_once("${") {
            let Some((name, remaining)) = behind.split_once('}') else { break };
            let name = name.trim();
            if !name.starts_with('!') && !bound.is_some_and(|map| map.contains_key(name)) {
                self.attribute(name, found);
            }
            rest = remaining;
        }
    }

    fn add(&self, name: &str, found: &mut Found) {
        if self.resources.contains(name) {
            found.resources.insert(name.to_owned());
        } else if self.parameters.contains(name) {
            found.parameters.insert(name.to_owned());
        }
    }
}
