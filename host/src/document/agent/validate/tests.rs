use serde_json::json;

use super::*;

fn definition(kind: &str) -> ParameterDefinition {
    ParameterDefinition { kind: kind.to_owned(), ..Default::default() }
}

fn pattern_of(kind: &str, pattern: &str) -> ParameterDefinition {
    ParameterDefinition { allowed_pattern: pattern.to_owned(), ..definition(kind) }
}

/// The errors of one parameter `x`, without their beginning.
fn check(definition: &ParameterDefinition, value: Value, origin: Origin) -> Vec<String> {
    let definitions = Definitions::from([("x".to_owned(), definition.clone())]);
    let values = Values::from([("x".to_owned(), value)]);
    match validate(&definitions, &values, &values, origin) {
        Ok(()) => Vec::new(),
        Err(text) => {
            let list = text.strip_prefix("all errors during param validation errors: ").expect("a beginning");
            let parts = list.split('\n').map(|line| {
                let line = line.strip_prefix("error thrown in '").expect("a validator");
                line.replace("' while validating parameter /x/: ", ": ")
            });
            parts.collect()
        }
    }
}

#[test]
fn the_example_of_the_specification() {
    let definitions = Definitions::from([("x".to_owned(), pattern_of("String", "^[a-z]+$"))]);
    let values = Values::from([("x".to_owned(), json!("ABC"))]);
    assert_eq!(
        validate(&definitions, &values, &values, Origin::Command).unwrap_err(),
        "all errors during param validation errors: error thrown in 'AllowedRegexParamValidator' while validating \
         parameter /x/: parameter value /ABC/ does not match the allowed pattern /^[a-z]+$/"
    );
}

#[test]
fn patterns_are_re2_and_not_anchored() {
    for (kind, pattern, value, error) in [
        ("String", "[a-z]", json!("Xy"), ""),
        ("String", "^[a-z]+$", json!("abc"), ""),
        ("String", "", json!(5), ""),
        (
            "StringList",
            "^[a-z]$",
            json!(["a", "B"]),
            "parameter value /B/ does not match the allowed pattern /^[a-z]$/",
        ),
        ("StringList", "^[a-z]$", json!([]), ""),
        ("StringList", "^5$", json!([5]), ""),
        ("MapList", "y", json!([{"a": "x"}]), "parameter value /map[a:x]/ does not match the allowed pattern /y/"),
        ("StringMap", "^\\{\"a\":\"x\"\\}$", json!({"a": "x"}), ""),
        ("StringMap", "y", json!({"a": "x"}), "parameter value /map[a:x]/ does not match the allowed pattern /y/"),
        ("String", "x", Value::Null, "invalid parameter type String with parameter value <nil>"),
        ("Integer", "5", json!(5), "invalid parameter type Integer with parameter value 5"),
        ("Boolean", "t", json!(true), "invalid parameter type Boolean with parameter value true"),
        (
            "String",
            "(?=a)",
            json!("a"),
            "encountered error while compiling allowed pattern - internal error: error parsing regexp: invalid or \
             unsupported Perl syntax: `(?=`",
        ),
    ] {
        let errors = check(&pattern_of(kind, pattern), value.clone(), Origin::Command);
        if error.is_empty() {
            assert!(errors.is_empty(), "{pattern} {value}: {errors:?}");
        } else {
            assert_eq!(errors, [format!("AllowedRegexParamValidator: {error}")], "{pattern} {value}");
        }
    }
}

#[test]
fn a_command_is_not_checked_further() {
    let strict = ParameterDefinition {
        allowed_values: vec!["a".into()],
        max_chars: Some("1".into()),
        max_items: Some("0".into()),
        ..definition("StringList")
    };
    assert!(check(&strict, json!(["long"]), Origin::Command).is_empty());
    assert_eq!(
        check(&strict, json!(["long"]), Origin::RunDocument),
        [
            "MinMaxCharParamValidator: parameter value /long/ is exceeding the max chars /1/",
            "MinMaxItemParamValidator: parameter value list length /0/ has exceeded the max item count",
            "AllowedValueParamValidator: parameter value /long/ is not in the allowed list [a]",
        ]
    );
    assert!(check(&definition("Integer"), json!("x"), Origin::Command).is_empty());
}

#[test]
fn limits_hold_in_a_document_of_run_document() {
    let limits = |kind: &str, which: &str, value: &str| {
        let mut definition = definition(kind);
        let field = match which {
            "minChars" => &mut definition.min_chars,
            "maxChars" => &mut definition.max_chars,
            "minItems" => &mut definition.min_items,
            _ => &mut definition.max_items,
        };
        *field = Some(value.to_owned());
        definition
    };
    let characters = "MinMaxCharParamValidator: parameter value";
    let items = "MinMaxItemParamValidator: parameter value list length";
    for (kind, which, limit, value, error) in [
        ("String", "minChars", "3", json!("abc"), String::new()),
        ("String", "minChars", "4", json!("abc"), format!("{characters} /abc/ is less than the min char limit /4/")),
        // Bytes, not characters.
        ("String", "minChars", "4", json!("éé"), String::new()),
        ("String", "maxChars", "3", json!("éé"), format!("{characters} /éé/ is exceeding the max chars /3/")),
        // What is no number limits nothing, or everything from 0 on.
        ("String", "maxChars", "-1", json!("abc"), String::new()),
        ("String", "maxChars", "3.5", json!("abcdef"), String::new()),
        ("String", "minChars", "x", json!(""), String::new()),
        ("String", "maxChars", "2147483648", json!("abcdef"), String::new()),
        (
            "StringMap",
            "maxChars",
            "2",
            json!({"a": "x"}),
            format!("{characters} /{{\"a\":\"x\"}}/ is exceeding the max chars /2/"),
        ),
        (
            "String",
            "maxChars",
            "2",
            Value::Null,
            "MinMaxCharParamValidator: invalid parameter type String with parameter value <nil>".into(),
        ),
        ("StringList", "minItems", "2", json!(["a"]), format!("{items} /1/ is less the min item count")),
        ("StringList", "maxItems", "2", json!(["a", "b", "c"]), format!("{items} /2/ has exceeded the max item count")),
        ("StringMap", "maxItems", "1", json!({"a": 1, "b": 2}), format!("{items} /1/ has exceeded the max item count")),
        ("StringMap", "maxItems", "1", json!("{\"a\":1,\"b\":2}"), String::new()),
        ("String", "minItems", "2", json!("a"), String::new()),
        (
            "StringList",
            "minItems",
            "1",
            Value::Null,
            "MinMaxItemParamValidator: invalid parameter type StringList with parameter value <nil>".into(),
        ),
    ] {
        let errors = check(&limits(kind, which, limit), value.clone(), Origin::RunDocument);
        assert_eq!(errors.join("\n"), error, "{kind} {which} {limit} {value}");
    }
    // Numbers and flags have no characters and no items.
    let flag = ParameterDefinition { default: json!(true), ..limits("Boolean", "minChars", "9") };
    assert!(check(&flag, json!(true), Origin::RunDocument).is_empty());
}

#[test]
fn allowed_values_hold_in_a_document_of_run_document() {
    let allowed = |kind: &str| ParameterDefinition { allowed_values: vec!["a".into(), "b".into()], ..definition(kind) };
    for (kind, value, error) in [
        ("String", json!("a"), ""),
        ("String", json!("c"), "parameter value /c/ is not in the allowed list [a b]"),
        ("StringList", json!(["a", "b"]), ""),
        ("StringList", json!(["a", "c", "d"]), "parameter value /c/ is not in the allowed list [a b]"),
        ("StringMap", json!({"k": "a"}), "parameter value /{\"k\":\"a\"}/ is not in the allowed list [a b]"),
        ("String", Value::Null, "invalid parameter type String with parameter value <nil>"),
    ] {
        let errors = check(&allowed(kind), value.clone(), Origin::RunDocument);
        let expected = if error.is_empty() { String::new() } else { format!("AllowedValueParamValidator: {error}") };
        assert_eq!(errors.join("\n"), expected, "{kind} {value}");
    }
}

#[test]
fn integers_and_flags_must_be_their_default() {
    let with = |kind: &str, default: Value| ParameterDefinition { default, ..definition(kind) };
    for (definition, value, error) in [
        (with("Integer", json!(5)), json!(5), ""),
        (with("Integer", json!(5)), json!(6), "parameter value /6/ not equal to default /5/ for Integer"),
        (with("Integer", json!(5)), json!("5"), "could not convert /5/ to float64 for Integer"),
        (with("Integer", Value::Null), Value::Null, "could not convert /<nil>/ to float64 for Integer"),
        (
            with("Integer", json!(2_147_483_647)),
            json!(2_147_483_647),
            "out-of-boundary error for parameter value /2.147483647e+09/ for type Integer ",
        ),
        (with("Boolean", json!(true)), json!(true), ""),
        (with("Boolean", json!(true)), json!(false), "parameter value /false/ not equal to default for Boolean"),
        (with("Boolean", json!(true)), json!("true"), "parameter value /true/ not equal to default for Boolean"),
        (with("Boolean", Value::Null), Value::Null, "parameter value /<nil>/ not equal to default for Boolean"),
    ] {
        let errors = check(&definition, value.clone(), Origin::RunDocument);
        let expected = if error.is_empty() { String::new() } else { format!("AllowedValueParamValidator: {error}") };
        assert_eq!(errors.join("\n"), expected, "{definition:?} {value}");
    }
}

#[test]
fn a_value_from_the_store_has_no_limits_but_its_pattern() {
    let strict = ParameterDefinition { max_chars: Some("1".into()), ..pattern_of("String", "^v") };
    let definitions = Definitions::from([("x".to_owned(), strict)]);
    let merged = Values::from([("x".to_owned(), json!("{{ssm:/a}}"))]);
    let resolved = Values::from([("x".to_owned(), json!("value"))]);
    assert_eq!(validate(&definitions, &resolved, &merged, Origin::RunDocument), Ok(()));
    let other = Values::from([("x".to_owned(), json!("other"))]);
    assert!(validate(&definitions, &other, &merged, Origin::RunDocument).unwrap_err().contains("/other/"));
}

#[test]
fn all_errors_are_told() {
    let definitions =
        Definitions::from([("a".to_owned(), pattern_of("String", "1")), ("b".to_owned(), pattern_of("String", "2"))]);
    let text = validate(&definitions, &Values::new(), &Values::new(), Origin::Command).unwrap_err();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].ends_with("parameter /a/: invalid parameter type String with parameter value <nil>"));
    assert!(lines[1].ends_with("parameter /b/: invalid parameter type String with parameter value <nil>"));
}
