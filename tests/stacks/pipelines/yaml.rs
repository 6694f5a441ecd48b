//! YAML as JSON values, as far as pipelines need it: no anchors, no tags.

use granit_parser::{Event, Options, Parser, ScalarStyle};
use serde_json::{Map, Value};

/// Scalars are texts, but for plain `true` and `false`.
pub(super) fn yaml(text: &str) -> Value {
    let mut open: Vec<(Value, Option<String>)> = Vec::new();
    let mut root = Value::Null;
    for event in Parser::new_from_str_with_options(text, Options::default()) {
        let value = match event.unwrap().0 {
            Event::Scalar(text, ScalarStyle::Plain, ..) if text == "true" || text == "false" => (text == "true").into(),
            Event::Scalar(text, ..) => text.into_owned().into(),
            Event::SequenceStart(..) => {
                open.push((Value::Array(Vec::new()), None));
                continue;
            }
            Event::MappingStart(..) => {
                open.push((Value::Object(Map::new()), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().unwrap().0,
            Event::Alias(_) => panic!("aliases are not for examples"),
            _ => continue,
        };
        match open.last_mut() {
            None => root = value,
            Some((Value::Array(items), _)) => items.push(value),
            Some((Value::Object(members), key)) => match key.take() {
                None => *key = Some(value.as_str().unwrap().to_owned()),
                Some(key) => assert!(members.insert(key, value).is_none(), "a key stands twice"),
            },
            Some(_) => unreachable!(),
        }
    }
    root
}

#[test]
fn yaml_is_read() {
    let text = "on:\n  push: {branches: [main]}\nrun: |\n  a\n  b\nif: >-\n  x\n  y\nlist:\n  - 'a: b'\n  - true\n";
    let expected = serde_json::json!({
        "on": { "push": { "branches": ["main"] } }, "run": "a\nb\n", "if": "x y", "list": ["a: b", true],
    });
    assert_eq!(yaml(text), expected);
}
