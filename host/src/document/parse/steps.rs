//! `mainSteps` and `runtimeConfig`.

use super::fields::{Reader, unknown_field};
use crate::document::model::{
    Condition, Content, DocumentFinding, Member, Node, Origin, PluginConfig, Precondition, Step, Text,
};
use crate::stack::template::place::excerpt;

/// The fields of a step that the agent knows.
const STEP: [&str; 8] =
    ["action", "name", "inputs", "settings", "precondition", "maxAttempts", "timeoutSeconds", "onFailure"];

/// The fields of a plugin in `runtimeConfig`.
const PLUGIN: [&str; 3] = ["settings", "properties", "description"];

/// Read `mainSteps`. What is no step is left out.
pub(super) fn steps(reader: &mut Reader, node: &Node) -> Vec<Step> {
    let Content::List(elements) = &node.content else {
        if !node.is_null() {
            reader.wrong_type(node, "`mainSteps`", "a list");
        }
        return Vec::new();
    };
    elements.iter().filter_map(|element| step(reader, element)).collect()
}

fn step(reader: &mut Reader, node: &Node) -> Option<Step> {
    let Some(fields) = reader.fields(node, "a step", &STEP) else {
        reader.wrong_type(node, "a step", "a map");
        return None;
    };
    let mut string = |field: &str| reader.string(fields.get(field)?, &format!("`{field}` of a step"));
    let (action, name, _) = (string("action"), string("name"), string("onFailure"));
    for field in ["maxAttempts", "timeoutSeconds"] {
        if let Some(node) = fields.get(field) {
            reader.integer(node, &format!("`{field}` of a step"));
        }
    }
    let ignored = fields.members(&["maxAttempts", "timeoutSeconds", "onFailure"]);
    let mut extra: Vec<Member> = ignored.chain(fields.unknown.iter().copied()).cloned().collect();
    extra.sort_by_key(|member| member.key_at.start);
    Some(Step {
        at: node.at,
        action,
        name,
        inputs: fields.get("inputs").filter(|node| !node.is_null()).cloned(),
        settings: fields.get("settings").filter(|node| !node.is_null()).cloned(),
        precondition: fields.get("precondition").and_then(|node| precondition(reader, node)),
        extra,
    })
}

fn precondition(reader: &mut Reader, node: &Node) -> Option<Precondition> {
    let Content::Map(members) = &node.content else {
        if !node.is_null() {
            reader.wrong_type(node, "`precondition` of a step", "a map");
        }
        return None;
    };
    let mut conditions = Vec::with_capacity(members.len());
    for member in members {
        let what = format!("`{}` of a precondition", excerpt(&member.key));
        let arguments = reader.strings(&member.value, &what);
        let operator = Text { value: member.key.clone(), at: member.key_at };
        conditions.push(Condition { operator, arguments });
    }
    Some(Precondition { at: node.at, conditions })
}

/// Read `runtimeConfig`. What is no plugin is left out.
pub(super) fn plugins(reader: &mut Reader, node: &Node) -> Vec<PluginConfig> {
    let Content::Map(members) = &node.content else {
        if !node.is_null() {
            reader.wrong_type(node, "`runtimeConfig`", "a map");
        }
        return Vec::new();
    };
    let mut plugins = Vec::with_capacity(members.len());
    for member in members {
        let what = format!("the plugin `{}`", excerpt(&member.key));
        let Some(fields) = reader.fields(&member.value, &what, &PLUGIN) else {
            reader.wrong_type(&member.value, &what, "a map");
            continue;
        };
        for member in &fields.unknown {
            if !reader.findings.skips(Origin::Advice) {
                reader.findings.push(unknown_field(member, "a plugin of `runtimeConfig`", &PLUGIN));
            }
        }
        if let Some(node) = fields.get("description") {
            reader.string(node, "`description` of a plugin");
        }
        if fields.get("properties").is_none_or(Node::is_null) {
            let message = format!("{what} has no `properties`");
            reader.findings.push(DocumentFinding::error(Origin::Service, "missing-field", member.key_at, message));
        }
        plugins.push(PluginConfig {
            name: Text { value: member.key.clone(), at: member.key_at },
            settings: fields.get("settings").filter(|node| !node.is_null()).cloned(),
            properties: fields.get("properties").filter(|node| !node.is_null()).cloned(),
            extra: fields.unknown.iter().map(|member| (*member).clone()).collect(),
        });
    }
    plugins
}
