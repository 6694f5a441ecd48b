use std::collections::BTreeMap;

use super::*;
use crate::document::check::check_values;

fn check_with(definition: &str, value: &Value) -> Vec<DocumentFinding> {
    let text = shell(&format!("Name: {{{definition}}}"), "runCommand: [ls]");
    check_values(&parse(&text).unwrap(), &BTreeMap::from([("Name".to_owned(), value.clone())]))
}

#[test]
fn values_that_the_service_takes() {
    for (definition, value) in [
        ("type: String", json!("")),
        ("type: String, minChars: 1, maxChars: 2, allowedPattern: '^é+$'", json!("éé")),
        ("type: String, allowedPattern: '[a-z]'", json!("1a1")),
        ("type: String, allowedPattern: '(?!x)'", json!("x")),
        ("type: String, allowedValues: [a]", json!("{{ssm:/x}}")),
        ("type: String, minItems: 5", json!("a")),
        ("type: StringList", json!([])),
        ("type: StringList, allowedValues: [a, b], minItems: 2, maxItems: 2", json!(["a", "b"])),
        ("type: StringList, minItems: 1", json!("a")),
        ("type: Integer", json!(5)),
        ("type: Integer", json!("-5")),
        ("type: Boolean, allowedValues: ['true']", json!(true)),
        ("type: Boolean", json!("False")),
        ("type: StringMap, minItems: 1", json!({"a": "b"})),
        ("type: StringMap", json!("{\"a\": \"b\"}")),
        ("type: MapList, maxItems: 1", json!([{"a": "b"}])),
        ("type: MapList, maxItems: 1", json!("[{\"a\": \"b\"}]")),
        ("type: Whatever, allowedValues: [a]", json!(5)),
    ] {
        assert_eq!(check_with(definition, &value), [], "{definition} {value}");
    }
}

#[test]
fn values_that_the_service_refuses() {
    for (definition, value, code, message) in [
        ("type: String", json!(5), "value-type", "must be a string, not a number"),
        ("type: String", json!(["a"]), "value-type", "must be a string, not a list"),
        ("type: String", Value::Null, "value-type", "must be a string, not null"),
        ("type: StringList", json!({}), "value-type", "must be a list of strings, not a map"),
        ("type: StringList", json!(["a", 5]), "value-type", "must be a list of strings, not a list with a number"),
        ("type: Integer", json!(1.5), "value-type", "must be a whole number, not a number"),
        ("type: Integer", json!("x"), "value-type", "must be a whole number, not `x`"),
        ("type: Boolean", json!("maybe"), "value-type", "must be true or false, not `maybe`"),
        ("type: StringMap", json!("[]"), "value-type", "must be a map, not `[]`"),
        ("type: MapList", json!(["a"]), "value-type", "must be a list of maps, not a list"),
        ("type: String, allowedValues: [a]", json!("A"), "allowed-values", "`A` is not among the allowed values"),
        (
            "type: StringList, allowedValues: [a]",
            json!(["a", "b"]),
            "allowed-values",
            "`b` is not among the allowed values",
        ),
        (
            "type: String, allowedPattern: '^[a-z]+$'",
            json!("ABC"),
            "allowed-pattern",
            "`ABC` does not match the pattern `^[a-z]+$`",
        ),
        (
            "type: String, allowedPattern: '^[a-z]+$'",
            json!("a\n"),
            "allowed-pattern",
            "`a\\n` does not match the pattern `^[a-z]+$`",
        ),
        (
            "type: StringMap, allowedPattern: '^x'",
            json!({"b": 1, "a": "<"}),
            "allowed-pattern",
            "`{\"a\":\"\\u003c\",\"b\":1}` does not match the pattern `^x`",
        ),
        ("type: String, minChars: 2", json!("é"), "min-chars", "`é` has 1 characters, at least 2 are needed"),
        ("type: String, maxChars: 2", json!("abc"), "max-chars", "`abc` has 3 characters, at most 2 are allowed"),
        (
            "type: StringList, maxChars: 1",
            json!(["a", "bc"]),
            "max-chars",
            "`bc` has 2 characters, at most 1 are allowed",
        ),
        ("type: StringList, minItems: 2", json!(["a"]), "min-items", "has 1 items, at least 2 are needed"),
        ("type: StringList, maxItems: 1", json!(["a", "b"]), "max-items", "has 2 items, at most 1 are allowed"),
        ("type: StringMap, maxItems: 1", json!({"a": 1, "b": 2}), "max-items", "has 2 items, at most 1 are allowed"),
    ] {
        let found = check_with(definition, &value);
        assert_eq!(found.len(), 1, "{definition} {value} {found:?}");
        assert_eq!(found[0].code, code);
        assert_eq!(found[0].message, format!("the value of the parameter `Name` {message}"));
        assert_eq!((found[0].origin, found[0].place.line), (Origin::Service, 2));
    }
}

#[test]
fn all_are_told_at_once() {
    let text = shell(
        "Needed: {type: String}, Short: {type: String, maxChars: 1, allowedValues: [a, b]}, a-b: {type: String, default: x}, \
         Kept: {type: String, default: y, allowedValues: [x]}",
        "runCommand: [ls]",
    );
    let document = parse(&text).unwrap();
    let supplied = [("Shrot", json!("a")), ("Short", json!("ccc")), ("a-b", json!("x")), ("zzzzzz", json!(1))];
    let found = check_values(&document, &supplied.map(|(name, value)| (name.to_owned(), value)).into());
    let mut told: Vec<_> = found.iter().map(|it| (it.code, it.hint.as_deref())).collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            ("allowed-values", None),
            ("max-chars", None),
            ("missing-parameter", Some("Give it with `--parameter Needed=VALUE`.")),
            ("parameter-name", None),
            ("unknown-parameter", None),
            ("unknown-parameter", Some("Did you mean `Short`?")),
        ]
    );
    assert!(check_values(&parse(&shell("", "runCommand: [ls]")).unwrap(), &BTreeMap::new()).is_empty());
}

#[test]
fn values_count_towards_the_size() {
    let value = Value::from("x".repeat(65_000));
    assert_eq!(check_with("type: String", &value), []);
    let value = Value::from("x".repeat(65_536));
    let found = check_with("type: String", &value);
    assert_eq!(found.iter().map(|it| it.code).collect::<Vec<_>>(), ["document-size"]);
}
