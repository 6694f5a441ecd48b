//! `parameters`.

use super::fields::{Reader, unknown_field};
use crate::document::model::{Content, DocumentFinding, Node, Origin, Parameter, ParameterType, Text};
use crate::stack::template::place::excerpt;

/// The fields of a definition. The agent has no `displayType` and reads `interpolationType` since 3.3.2746.0.
const FIELDS: [&str; 11] = [
    "type",
    "description",
    "default",
    "allowedValues",
    "allowedPattern",
    "displayType",
    "minItems",
    "maxItems",
    "minChars",
    "maxChars",
    "interpolationType",
];

/// Read the definitions. Those that are no maps are left out.
pub(super) fn read(reader: &mut Reader, node: &Node) -> Vec<Parameter> {
    let Content::Map(members) = &node.content else {
        if !node.is_null() {
            reader.wrong_type(node, "`parameters`", "a map");
        }
        return Vec::new();
    };
    let mut parameters = Vec::with_capacity(members.len());
    for member in members {
        let name = Text { value: member.key.clone(), at: member.key_at };
        parameters.extend(parameter(reader, name, &member.value));
    }
    parameters
}

fn parameter(reader: &mut Reader, name: Text, node: &Node) -> Option<Parameter> {
    let shown = excerpt(&name.value);
    let owner = format!("the parameter `{shown}`");
    let Some(fields) = reader.fields(node, &owner, &FIELDS) else {
        reader.wrong_type(node, &format!("the definition of the parameter `{shown}`"), "a map");
        return None;
    };
    for member in &fields.unknown {
        if !reader.findings.skips(Origin::Advice) {
            reader.findings.push(unknown_field(member, "a parameter", &FIELDS));
        }
    }
    let what = |field: &str| format!("`{field}` of the parameter `{shown}`");
    let mut string = |field: &str| reader.string(fields.get(field)?, &what(field));
    let kind = string("type");
    let description = string("description");
    let allowed_pattern = string("allowedPattern");
    let display_type = string("displayType");
    let interpolation = string("interpolationType");
    let allowed_values =
        fields.get("allowedValues").map(|node| reader.strings(node, &what("allowedValues"))).unwrap_or_default();
    let mut limit = |field: &str| reader.limit(fields.get(field)?, &what(field));
    let (min_items, max_items) = (limit("minItems"), limit("maxItems"));
    let (min_chars, max_chars) = (limit("minChars"), limit("maxChars"));
    if kind.is_none() {
        let message = format!("the parameter `{shown}` has no `type`");
        let hint = "Write `type: String` or `type: StringList`.";
        reader.findings.push(DocumentFinding::error(Origin::Service, "missing-field", name.at, message).hint(hint));
    }
    Some(Parameter {
        kind_at: kind.as_ref().map_or(name.at, |kind| kind.at),
        kind: kind.map(|kind| ParameterType::from_name(&kind.value)),
        description,
        default: fields.get("default").filter(|node| !node.is_null()).cloned(),
        allowed_values,
        allowed_pattern,
        display_type,
        min_items,
        max_items,
        min_chars,
        max_chars,
        interpolation,
        name,
    })
}
