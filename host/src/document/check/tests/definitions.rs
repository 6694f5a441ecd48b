use super::*;

/// A document with one parameter `Name` and this in its definition.
fn with(definition: &str) -> String {
    shell(&format!("Name: {{{definition}}}"), "runCommand: [ls]")
}

#[test]
fn good_definitions() {
    for definition in [
        "type: String",
        "type: String, default: ''",
        "type: String, default: abc, allowedValues: [abc, def], allowedPattern: '^[a-z]+$', minChars: 3, maxChars: 3",
        "type: String, displayType: textarea, interpolationType: ENV_VAR",
        "type: StringList, default: [], displayType: textfield",
        "type: StringList, default: [a, b], allowedValues: [a, b], minItems: 2, maxItems: 2, minChars: 1, maxChars: 1",
        "type: String, default: '{{ssm:/a/b:3}}', allowedValues: [x], maxChars: 1",
        "type: StringList, default: ['{{ ssm:a }}'], allowedPattern: '^[0-9]$'",
        "type: StringList, default: '{{ssm:a}}'",
        r"type: String, allowedPattern: '^\d{3}\.\p{L}$'",
        "type: String, default: ééé, maxChars: 3",
    ] {
        assert_eq!(findings(&with(definition)), [], "{definition}");
    }
}

#[test]
fn bad_definitions() {
    use Origin::{Advice, Agent, Service};
    for (definition, code, severity, origin) in [
        ("description: x", "missing-field", ERROR, Service),
        ("type: string", "parameter-type", ERROR, Service),
        ("type: 'AWS::EC2::Image::Id'", "parameter-type", ERROR, Service),
        ("type: Integer", "parameter-type", WARNING, Service),
        ("type: Boolean", "parameter-type", WARNING, Service),
        ("type: StringMap", "parameter-type", WARNING, Service),
        ("type: MapList", "parameter-type", WARNING, Service),
        ("type: String, allowedPattern: '^(?!root).*$'", "pattern", ERROR, Agent),
        ("type: String, allowedPattern: '('", "pattern", ERROR, Agent),
        ("type: String, allowedPattern: '^(?P<a>x)$'", "pattern", ERROR, Service),
        ("type: String, minChars: -1", "limit", ERROR, Service),
        ("type: String, minChars: 1.5", "limit", ERROR, Service),
        ("type: String, minChars: 2147483648", "limit", ERROR, Service),
        ("type: String, minChars: 3, maxChars: 2", "limit", ERROR, Service),
        ("type: StringList, minItems: 3, maxItems: 2", "limit", ERROR, Service),
        ("type: String, minItems: 3", "ignored-field", WARNING, Agent),
        ("type: String, displayType: textbox", "unknown-value", WARNING, Advice),
        ("type: String, interpolationType: ENVVAR", "unknown-value", WARNING, Advice),
        ("type: StringList, interpolationType: ENV_VAR", "interpolation", WARNING, Advice),
        ("type: String, allowedValues: [a, b, a]", "duplicate-value", WARNING, Advice),
        ("type: String, allowedVals: [a]", "unknown-field", WARNING, Advice),
        ("type: String, default: 5", "value-type", ERROR, Service),
        ("type: String, default: true", "value-type", ERROR, Service),
        ("type: String, default: [a]", "value-type", ERROR, Service),
        ("type: StringList, default: a", "value-type", ERROR, Service),
        ("type: StringList, default: [a, 5]", "value-type", ERROR, Service),
        ("type: String, default: c, allowedValues: [a, b]", "allowed-values", ERROR, Service),
        ("type: StringList, default: [a, c], allowedValues: [a, b]", "allowed-values", ERROR, Service),
        ("type: String, default: A, allowedPattern: '^[a-z]$'", "allowed-pattern", ERROR, Service),
        ("type: String, default: ab, minChars: 3", "min-chars", ERROR, Service),
        ("type: String, default: éé, maxChars: 1", "max-chars", ERROR, Service),
        ("type: StringList, default: [], minItems: 1", "min-items", ERROR, Service),
        ("type: StringList, default: [a, b], maxItems: 1", "max-items", ERROR, Service),
        ("type: StringList, default: [a, bcd], maxChars: 2", "max-chars", ERROR, Service),
        ("type: String, default: '{{ Other }}'", "token-in-default", WARNING, Agent),
        ("type: String, default: '{{global:REGION}}'", "token-in-default", WARNING, Agent),
    ] {
        assert_eq!(told(&with(definition)), [(code, severity, origin)], "{definition}");
    }
}

#[test]
fn the_texts_help() {
    let text = with("type: string");
    let finding = only(&text);
    assert_eq!(finding.message, "the type `string` is unknown");
    assert_eq!(finding.hint.as_deref(), Some("Did you mean `String`?"));
    assert_eq!(source(&text, &finding), "string");
    let finding = only(&with("type: String, allowedPattern: '^(?!root).*$'"));
    assert!(
        finding.message.starts_with("the agent cannot use the pattern: error parsing regexp: "),
        "{}",
        finding.message
    );
    assert_eq!(finding.hint.as_deref(), Some("Go's expressions (RE2) have no look-ahead and no look-behind."));
    let finding = only(&with(&format!("type: String, maxChars: 9, default: '{}'", "x".repeat(500))));
    let expected =
        format!("the default of the parameter `Name` `{}…` has 500 characters, at most 9 are allowed", "x".repeat(60));
    assert_eq!(finding.message, expected);
}

#[test]
fn names() {
    let with = |name: &str, default: &str| shell(&format!("{name}: {{type: String{default}}}"), "runCommand: [ls]");
    for name in ["a", "A9", "9", "Name"] {
        assert_eq!(findings(&with(name, "")), []);
    }
    for name in ["a-b", "a_b", "'a b'", "ä", "''"] {
        let finding = only(&with(name, ""));
        assert_eq!((finding.code, finding.severity, finding.origin), ("parameter-name", ERROR, Origin::Advice));
        let finding = only(&with(name, ", default: x"));
        assert_eq!((finding.code, finding.severity, finding.origin), ("parameter-name", WARNING, Origin::Agent));
    }
}
