//! Intrinsic functions in the long form, `{"Ref": "X"}`: how they are shown, what they refer to, and what is known of
//! their values.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::model::{PlannedParameter, Shown};

/// Before or after the change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    After,
}

/// What an intrinsic function refers to: a parameter or a resource, and the attribute of a resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mention {
    pub(super) name: String,
    pub(super) attribute: Option<String>,
}

/// The name of the function and its argument, where a value is an intrinsic function.
pub(super) fn function(value: &Value) -> Option<(&str, &Value)> {
    let map = value.as_object().filter(|map| map.len() == 1)?;
    let (name, argument) = map.iter().next()?;
    match name.as_str() {
        "Ref" => Some(("Ref", argument)),
        name => Some((name.strip_prefix("Fn::")?, argument)),
    }
}

/// The same value with its intrinsic functions in the short form: `!Ref X`, `!GetAtt A.B`, `!Sub …`.
pub(super) fn compact(value: &Value) -> Value {
    if let Some((name, argument)) = function(value) {
        return Value::String(format!("!{name} {}", argument_text(name, argument)));
    }
    match value {
        Value::Array(items) => items.iter().map(compact).collect(),
        Value::Object(map) => {
            map.iter().map(|(key, value)| (key.clone(), compact(value))).collect::<Map<_, _>>().into()
        }
        plain => plain.clone(),
    }
}

fn argument_text(name: &str, argument: &Value) -> String {
    match (name, argument) {
        (_, Value::String(text)) => text.clone(),
        ("GetAtt", Value::Array(parts)) if parts.iter().all(Value::is_string) => {
            parts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(".")
        }
        (_, other) => compact(other).to_string(),
    }
}

/// Everything that the intrinsic functions in a value refer to.
pub(super) fn mentions(value: &Value) -> BTreeSet<Mention> {
    let mut found = BTreeSet::new();
    collect(value, &mut found);
    found
}

fn collect(value: &Value, found: &mut BTreeSet<Mention>) {
    match function(value) {
        Some(("Ref", Value::String(name))) => {
            found.insert(Mention { name: name.clone(), attribute: None });
        }
        Some(("GetAtt", Value::String(text))) => {
            found.insert(mention(text));
        }
        Some(("GetAtt", Value::Array(parts))) => {
            let parts: Vec<&str> = parts.iter().filter_map(Value::as_str).collect();
            found.insert(mention(&parts.join(".")));
        }
        Some(("Sub", Value::String(text))) => found.extend(variables(text).map(mention)),
        Some(("Sub", Value::Array(parts))) => {
            let bound = parts.get(1).and_then(Value::as_object);
            let text = parts.first().and_then(Value::as_str).unwrap_or_default();
            found.extend(variables(text).filter(|name| !bound.is_some_and(|map| map.contains_key(*name))).map(mention));
        }
        _ => {}
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(map) => map.values().for_each(|item| collect(item, found)),
        _ => {}
    }
}

fn mention(text: &str) -> Mention {
    match text.split_once('.') {
        Some((name, attribute)) => Mention { name: name.to_owned(), attribute: Some(attribute.to_owned()) },
        None => Mention { name: text.to_owned(), attribute: None },
    }
}

/// The names in `${…}`; `${!Name}` is a literal.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.split("${")
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name.trim())
        .filter(|name| !name.is_empty() && !name.starts_with('!'))
}

/// The same value with the parameters put in whose values may be shown.
pub(super) fn with_parameters(value: &Value, side: Side, parameters: &[PlannedParameter]) -> Value {
    let known = |name: &str| {
        let parameter = parameters.iter().find(|parameter| parameter.name == name)?;
        match if side == Side::Before { &parameter.before } else { &parameter.after } {
            Shown::Text(text) => Some(text.as_str()),
            _ => None,
        }
    };
    match (function(value), value) {
        (Some(("Ref", Value::String(name))), _) => known(name).map_or_else(|| value.clone(), Value::from),
        (Some(("Sub", Value::String(text))), _) => substituted(text, &known),
        (_, Value::Array(items)) => items.iter().map(|item| with_parameters(item, side, parameters)).collect(),
        (_, Value::Object(map)) => {
            let entry = |(key, item): (&String, &Value)| (key.clone(), with_parameters(item, side, parameters));
            map.iter().map(entry).collect::<Map<_, _>>().into()
        }
        (_, plain) => plain.clone(),
    }
}

/// A text without variables is a text; one in which some are left stays a function.
fn substituted<'k>(text: &str, known: &dyn Fn(&str) -> Option<&'k str>) -> Value {
    let mut parts = text.split("${");
    let mut result = parts.next().unwrap_or_default().to_owned();
    let mut is_open = false;
    for part in parts {
        match part.split_once('}').map(|(name, rest)| (known(name.trim()), rest)) {
            Some((Some(value), rest)) => {
                result.push_str(value);
                result.push_str(rest);
            }
            _ => {
                is_open = true;
                result.push_str("${");
                result.push_str(part);
            }
        }
    }
    if is_open { Value::Object(Map::from_iter([("Fn::Sub".to_owned(), Value::String(result))])) } else { result.into() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn functions_are_shown_in_the_short_form() {
        for (long, short) in [
            (json!({"Ref": "X"}), json!("!Ref X")),
            (json!({"Fn::GetAtt": ["A", "B.C"]}), json!("!GetAtt A.B.C")),
            (json!({"Fn::GetAtt": "A.B"}), json!("!GetAtt A.B")),
            (json!({"Fn::Sub": "a-${X}"}), json!("!Sub a-${X}")),
            (json!({"Fn::Join": ["-", ["a", {"Ref": "X"}]]}), json!("!Join [\"-\",[\"a\",\"!Ref X\"]]")),
            (json!({"Key": [{"Ref": "X"}, 1, null]}), json!({"Key": ["!Ref X", 1, null]})),
            (json!({"Ref": "X", "Other": 1}), json!({"Ref": "X", "Other": 1})),
        ] {
            assert_eq!(compact(&long), short);
        }
    }

    #[test]
    fn mentions_are_found_wherever_they_stand() {
        let value = json!({
            "A": {"Fn::Sub": ["${Bound} ${Free} ${Res.Arn} ${!Not}", {"Bound": {"Ref": "Inner"}}]},
            "B": [{"Fn::GetAtt": ["Db", "Endpoint.Address"]}, {"Fn::Base64": {"Fn::Sub": "x${UserData}"}}],
            "C": {"Fn::Sub": "${unclosed"},
        });
        let found: Vec<String> = mentions(&value)
            .into_iter()
            .map(|m| m.attribute.map_or_else(|| m.name.clone(), |attribute| format!("{}.{attribute}", m.name)))
            .collect();
        assert_eq!(found, ["Db.Endpoint.Address", "Free", "Inner", "Res.Arn", "UserData"]);
    }

    #[test]
    fn known_parameters_are_put_in() {
        let parameter = |name: &str, after: Shown| PlannedParameter {
            name: name.to_owned(),
            before: Shown::Absent,
            after,
            ssm: None,
            changed: true,
            ignored_default: None,
        };
        let parameters = [parameter("A", Shown::Text("1".to_owned())), parameter("Secret", Shown::Hidden)];
        let put = |value: Value| with_parameters(&value, Side::After, &parameters);
        assert_eq!(put(json!([{"Ref": "A"}, {"Ref": "Secret"}])), json!(["1", {"Ref": "Secret"}]));
        assert_eq!(put(json!({"Fn::Sub": "a${A}b"})), json!("a1b"));
        assert_eq!(put(json!({"Fn::Sub": "${A}-${Secret}-${!A}"})), json!({"Fn::Sub": "1-${Secret}-${!A}"}));
        assert_eq!(with_parameters(&json!({"Ref": "A"}), Side::Before, &parameters), json!({"Ref": "A"}));
    }
}
