//! JSON and YAML twins, and texts that nobody wrote.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{GOOD, findings, parse};
use crate::document::model::{
    Condition, Document, Format, Node, Parameter, ParameterType, PluginConfig, SchemaVersion, Step, Text,
};

/// A document without its places.
fn model(document: &Document) -> Value {
    let text = |text: &Option<Text>| text.as_ref().map(|text| text.value.clone());
    let value = |node: &Option<Node>| node.as_ref().map(Node::value);
    let parameter = |it: &Parameter| {
        json!({
            "name": it.name.value, "type": it.kind.as_ref().map(ParameterType::name), "description": text(&it.description),
            "default": it.default_value(), "pattern": text(&it.allowed_pattern), "display": text(&it.display_type),
            "values": it.allowed_values.iter().map(|text| &text.value).collect::<Vec<_>>(),
            "limits": [text(&it.min_items), text(&it.max_items), text(&it.min_chars), text(&it.max_chars)],
            "interpolation": text(&it.interpolation),
        })
    };
    let step = |it: &Step| {
        let conditions = it.precondition.as_ref().map(|it| {
            let arguments = |it: &Condition| {
                json!([it.operator.value, it.arguments.iter().map(|text| &text.value).collect::<Vec<_>>()])
            };
            it.conditions.iter().map(arguments).collect::<Vec<_>>()
        });
        let extra: Vec<_> = it.extra.iter().map(|it| json!([it.key, it.value.value()])).collect();
        json!({
            "action": text(&it.action), "name": text(&it.name), "inputs": value(&it.inputs),
            "settings": value(&it.settings), "precondition": conditions, "extra": extra,
        })
    };
    let plugin = |it: &PluginConfig| {
        let instances: Vec<_> = it.instances().iter().map(Node::value).collect();
        json!([it.name.value, value(&it.settings), instances])
    };
    json!({
        "version": document.schema_version.name(), "description": text(&document.description),
        "parameters": document.parameters.iter().map(parameter).collect::<Vec<_>>(),
        "steps": document.steps().iter().map(step).collect::<Vec<_>>(),
        "plugins": document.plugins().iter().map(plugin).collect::<Vec<_>>(),
        "substitutes": document.substitutes,
    })
}

/// YAML in blocks, with each text in double quotes.
fn yaml(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (key, value) in members {
                out.push('\n');
                out.push_str(&" ".repeat(indent));
                out.push_str(&format!("{}:", Value::String(key.clone())));
                yaml(value, indent + 2, out);
            }
        }
        Value::Array(values) if !values.is_empty() => {
            for value in values {
                out.push('\n');
                out.push_str(&" ".repeat(indent));
                out.push('-');
                yaml(value, indent + 2, out);
            }
        }
        scalar => out.push_str(&format!(" {scalar}")),
    }
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z0-9]{0,8}", "\\PC{0,12}", Just("{{ Name }}".to_owned()), Just("a\nb\t\"'\\ #: -".to_owned())]
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any_text().prop_map(Value::String),
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        Just(json!([])),
        Just(json!({})),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(any_text(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn any_document() -> impl Strategy<Value = Value> {
    let parameter = (any_value(), any_text(), prop::collection::vec(any_text(), 0..3), 0u32..9).prop_map(
        |(default, text, values, limit)| {
            json!({"type": "String", "default": default, "description": text, "allowedValues": values, "minChars": limit})
        },
    );
    let parameters = prop::collection::btree_map("[a-zA-Z0-9]{1,6}", parameter, 0..3);
    let step = (any_text(), any_text(), any_value(), prop::collection::vec(any_text(), 0..3), any_value()).prop_map(
        |(action, name, inputs, arguments, extra)| {
            json!({"action": action, "name": name, "inputs": inputs, "precondition": {"StringEquals": arguments},
                "settings": extra, "extra": extra})
        },
    );
    let version = prop::sample::select(SchemaVersion::ALL.map(SchemaVersion::name).to_vec());
    (version, parameters, prop::collection::vec(step, 0..3), any_value()).prop_map(
        |(version, parameters, steps, properties)| {
            json!({"schemaVersion": version, "description": "x", "parameters": parameters, "mainSteps": steps,
                "runtimeConfig": {"aws:runShellScript": {"properties": properties}}})
        },
    )
}

proptest! {
    #[test]
    fn json_and_yaml_are_the_same(document in any_document()) {
        let json = document.to_string();
        let mut text = String::new();
        yaml(&document, 0, &mut text);
        let (json, yaml) = (parse(&json).unwrap(), parse(&text).unwrap());
        prop_assert_eq!(model(&json), model(&yaml), "{}", text);
        let codes = |document: &Document| {
            let mut codes: Vec<_> = document.problems().iter().map(|it| (it.code, it.message.clone())).collect();
            codes.sort();
            codes
        };
        prop_assert_eq!(codes(&json), codes(&yaml));
        prop_assert_eq!(json.format, Format::Json);
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,200}") {
        let _ = parse(&text);
    }

    #[test]
    fn no_faulty_document_panics(at in 0..GOOD.len(), length in 0usize..20, put in "[\\[\\]{}:\\-&*!\"' \na-z\t|>#]{0,6}") {
        let end = (at + length).min(GOOD.len());
        let text = format!("{}{put}{}", &GOOD[..at], &GOOD[end..]);
        for finding in findings(&text) {
            prop_assert!(finding.place.start <= finding.place.end && finding.place.end <= text.len());
            prop_assert!(!finding.message.contains('\n') && !finding.message.ends_with('.'));
        }
    }
}
