use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::place::place_in;
use super::{Document, Kind, NodeRef, ReadError, TOO_DEEP, TOO_MANY_ALIASES};

fn value(text: &str) -> Value {
    Document::read(text).unwrap().root().map_or(Value::Null, |root| root.value().unwrap())
}

fn error(text: &str) -> ReadError {
    match Document::read(text).and_then(|document| document.root().map_or(Ok(Value::Null), NodeRef::value)) {
        Ok(value) => panic!("{text:?} is read as {value}"),
        Err(error) => error,
    }
}

/// Message, line and column.
fn told(text: &str) -> (String, u32, u32) {
    let error = error(text);
    (error.message, error.at.line, error.at.column)
}

#[test]
fn plain_scalars_are_what_cloudformation_takes_them_for() {
    let texts = [
        "ami-0abc",
        "012345678901",
        "0123",
        "00",
        "-012",
        "123456789012345678901",
        "2010-09-09",
        "22:22",
        "1e3",
        "12e4567",
        "y",
        "N",
        "1_000",
        "0o17",
        "0x",
        "0xg",
        ".",
        "1.2.3",
        "10.0.0.0/16",
        "00.5",
        ".inf",
        ".NaN",
        "-x",
        "nul",
        "yEs",
        "<<resolve:ssm:/a>>",
        "1.0e999",
        "0x+1",
    ];
    for text in texts {
        assert_eq!(value(&format!("a: {text}")), json!({ "a": text }), "{text}");
    }
    let others = [
        ("", Value::Null),
        ("~", Value::Null),
        ("NULL", Value::Null),
        ("true", json!(true)),
        ("True", json!(true)),
        ("yes", json!(true)),
        ("ON", json!(true)),
        ("FALSE", json!(false)),
        ("no", json!(false)),
        ("off", json!(false)),
        ("0", json!(0)),
        ("-1", json!(-1)),
        ("+80", json!(80)),
        ("18446744073709551615", json!(u64::MAX)),
        ("0x1F", json!(31)),
        ("-0x1", json!(-1)),
        ("1.5", json!(1.5)),
        (".5", json!(0.5)),
        ("5.", json!(5.0)),
        ("1.5e-3", json!(0.0015)),
    ];
    for (text, expected) in others {
        assert_eq!(value(&format!("a: {text}")), json!({ "a": expected }), "{text}");
    }
    assert_eq!(
        value("[0x1F , 'true', \"1\", !!str 1, ! 1, !!int \"3\", !!x 4]"),
        json!([31, "true", "1", "1", "1", 3, "4"])
    );
}

#[test]
fn json_scalars_are_what_they_are() {
    let text =
        r#"{"a": [1e3, 0.10, -0, true, null, "1", "\u00e4\"\\\ud83d\ude00", 123456789012345678901], "<<": {"x": "~"}}"#;
    let expected =
        json!({ "a": [1000.0, 0.1, -0.0, true, null, "1", "ä\"\\😀", "123456789012345678901"], "<<": { "x": "~" } });
    assert_eq!(value(text), expected);
    assert_eq!(value("\u{FEFF} [\"\", {}, []]\r\n"), json!(["", {}, []]));
    assert_eq!(value("{a: b}"), json!({ "a": "b" }), "YAML that begins with a bracket");
}

#[test]
fn what_is_written_is_kept() {
    let document = Document::read("[1e3, 0.10, true]").unwrap();
    let texts = document.root().unwrap().elements().map(|(_, node)| node.text().unwrap()).collect::<Vec<_>>();
    assert_eq!(texts, ["1e3", "0.10", "true"]);
    let document = Document::read("- 0123\n- True\n- 'a'\n- !Ref x\n- ~").unwrap();
    let texts: Vec<_> = document.root().unwrap().elements().map(|(_, node)| node.text()).collect();
    assert_eq!(texts, [Some("0123"), Some("True"), Some("a"), None, None]);
}

#[test]
fn tags_have_their_long_form() {
    let text = "
- !Ref 1
- !GetAtt a.b.c
- !GetAtt [a, b]
- !GetAtt a
- !Sub 'x${Y}'
- !Sub ['x${Y}', {Y: !Ref Z}]
- !If [A, !Ref 'AWS::NoValue', true]
- !Condition C
- !Base64
- !Transform {Name: AWS::Include}
- !Rain::Env X
";
    let expected = json!([
        { "Ref": "1" },
        { "Fn::GetAtt": ["a", "b.c"] },
        { "Fn::GetAtt": ["a", "b"] },
        { "Fn::GetAtt": "a" },
        { "Fn::Sub": "x${Y}" },
        { "Fn::Sub": ["x${Y}", { "Y": { "Ref": "Z" } }] },
        { "Fn::If": ["A", { "Ref": "AWS::NoValue" }, true] },
        { "Condition": "C" },
        { "Fn::Base64": "" },
        { "Fn::Transform": { "Name": "AWS::Include" } },
        { "Fn::Rain::Env": "X" },
    ]);
    assert_eq!(value(text), expected);
}

#[test]
fn scalars_over_lines() {
    let text = "a: |\n  x\n   y\n\nb: >-\n  x\n  y\nc: x\n  y\nd: \"x\n  y\\\n  z\"\ne: |+\n  x\n\n";
    let expected = json!({ "a": "x\n y\n", "b": "x y", "c": "x y", "d": "x yz", "e": "x\n\n" });
    assert_eq!(value(text), expected);
    assert_eq!(value(&text.replace('\n', "\r\n")), expected);
    assert_eq!(value("a: |\n  x"), json!({ "a": "x" }));
}

#[test]
fn aliases_and_merge_keys() {
    let text =
        "a: &a {x: 1, y: 2}\nb: *a\nc: {<<: *a, y: 3}\nd:\n  <<: [*a, {y: 4, z: 5}]\n  w: 6\n&k e: *k\n'<<': *a\n";
    let expected = json!({
        "a": { "x": 1, "y": 2 },
        "b": { "x": 1, "y": 2 },
        "c": { "y": 3, "x": 1 },
        "d": { "w": 6, "x": 1, "y": 2, "z": 5 },
        "e": "e",
        "<<": { "x": 1, "y": 2 },
    });
    assert_eq!(value(text), expected);
    assert_eq!(value("a: &a b\n*a : c"), json!({ "a": "b", "b": "c" }));
    assert_eq!(told("a: *b").0, "not valid YAML: while parsing node, found unknown anchor");
    assert_eq!(told("a: &a [1, *a]"), ("the alias stands within what it stands for".into(), 1, 11));
    assert_eq!(told("<<: 1").0, "the merge key `<<` takes a map or a list of maps");
    assert_eq!(told("<<: [1]").0, "the merge key `<<` takes a map or a list of maps");
    assert_eq!(told("<<: !Ref x").0, "the merge key `<<` takes a map or a list of maps");
    assert_eq!(told("a: &a [x]\n*a : b").0, "a key must be a text");
    assert_eq!(told("a: &a b\nc: d\n*a : e\nb: f"), ("the key `b` is given twice, first in line 3".into(), 4, 1));
}

#[test]
fn few_bytes_do_not_stand_for_gigabytes() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..30 {
        let alias = format!("*a{}", i - 1);
        bomb += &format!("a{i}: &a{i} [{}]\n", [alias.as_str(); 10].join(", "));
    }
    assert_eq!(error(&bomb).message, TOO_MANY_ALIASES);
    let long = format!("a: &a {}\nb: [{}]", "x".repeat(1 << 20), ["*a"; 1 << 12].join(", "));
    assert_eq!(error(&long).message, TOO_MANY_ALIASES);
    let keys: String = (0..1000).map(|i| format!("k{i}: 1, ")).collect();
    let merges = format!("- &a {{{keys}}}\n{}", "- {<<: *a}\n".repeat(10_000));
    assert_eq!(error(&merges).message, TOO_MANY_ALIASES);
    let mut deep = "- &a0 [x]\n".to_owned();
    for i in 1..2000 {
        deep += &format!("- &a{i} [*a{}]\n", i - 1);
    }
    assert_eq!(error(&deep).message, TOO_DEEP);
}

#[test]
fn deep_nesting_is_refused() {
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(Document::read(&deep(127)).is_ok());
    assert!(Document::read(&deep(127).replace('[', "[ # no JSON\n")).is_ok());
    for text in [
        deep(129),
        deep(129).replace('[', "[ #\n"),
        "[".repeat(300_000),
        "- ".repeat(100_000),
        "{\"a\":".repeat(100_000),
        "{a: ".repeat(100_000),
    ] {
        assert!(Document::read(&text).is_err_and(|error| error.message == TOO_DEEP), "{}", &text[..10]);
    }
}

#[test]
fn errors_have_places_and_hints() {
    assert_eq!(told("a: 1\nb: 2\na: 3"), ("the key `a` is given twice, first in line 1".into(), 3, 1));
    assert_eq!(
        told("{\"a\": 1,\n  \"ä\": {\"b\": 1, \"b\": 2}}"),
        ("the key `b` is given twice, first in line 2".into(), 2, 17)
    );
    assert_eq!(told("a: b\n---\nc: d"), ("more than one YAML document".into(), 2, 1));
    assert_eq!(told("a:\n  - [x]: 1").0, "a key must be a text");
    assert_eq!(told("a:\n\t- b").1, 2);
    assert!(error("a:\n\tb: c").hint.is_some_and(|hint| hint.contains("replace the tab")));
    let dynamic = error("a: {{resolve:ssm:/x:1}}");
    assert_eq!((dynamic.message.as_str(), dynamic.at.line, dynamic.at.column), ("a key must be a text", 1, 5));
    assert!(dynamic.hint.is_some_and(|hint| hint.contains("`{{`")));
    assert_eq!(told("a: 'b").1, 1);
    assert_eq!(told("a: b\u{0}").0, "not valid YAML: unexpected character `\\u{0}`");
    let json = error("{\n  \"ä\": tru\n  \"b\": 1}");
    assert_eq!((json.message.as_str(), json.at.line, json.at.column), ("not valid JSON: expected ident", 2, 11));
    assert!(told("{\"a\": \"\\ud800\"}").0.starts_with("not valid JSON"), "a lone surrogate");
    assert_eq!(told("a\u{1b}b: 1\na\u{1b}b: 2").0.find('\u{1b}'), None);
}

#[test]
fn long_texts_are_read_in_linear_time() {
    let mut text = String::from("Resources:\n");
    for i in 0..20_000 {
        text += &format!("  R{i}:\n    Type: AWS::SNS::Topic\n    Properties: {{DisplayName: x}}\n");
    }
    let started = std::time::Instant::now();
    let value = value(&text);
    assert_eq!(value["Resources"].as_object().unwrap().len(), 20_000);
    assert_eq!(self::value(&value.to_string()), value);
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

/// Every node's place is that of its bytes.
fn check_places(text: &str, node: NodeRef<'_>, depth: usize) {
    let check = |at: super::Place| {
        let naive = place_in(text, &(at.start..at.end));
        assert_eq!(at, naive, "{text:?}");
        assert!(at.end <= text.len() && text.is_char_boundary(at.start) && text.is_char_boundary(at.end), "{text:?}");
    };
    check(node.place());
    if depth > 8 {
        return;
    }
    for (at, element) in node.elements() {
        check(at);
        check_places(text, element, depth + 1);
    }
    for (_, at, member) in node.members() {
        check(at);
        check_places(text, member, depth + 1);
    }
}

fn read_any(text: &str) {
    match Document::read(text) {
        Ok(document) => {
            let Some(root) = document.root() else { return };
            check_places(text, root, 0);
            let is_null = matches!(root.kind(), Kind::Null);
            if let Ok(value) = root.value() {
                assert_eq!(is_null, value.is_null(), "{text:?}");
            }
        }
        Err(error) => {
            assert!(!error.message.chars().any(char::is_control), "{text:?}: {}", error.message);
            assert!(error.at.line >= 1 && error.at.column >= 1, "{text:?}");
        }
    }
}

#[test]
fn places_of_known_texts() {
    for text in [
        "\u{FEFF}a: b\nc: !Ref ä\n",
        "\u{FEFF}{\"a\": [1, \"ä\", 2]}",
        "a: &x !Sub b\rc: !Sub &y d\r\n? &z e\n: f\n",
        "a: &x\n  !Sub\n  b\n",
        "{ä: {ö: [ü, *x]}}",
        "- |\n  ä\n-  >-\n  b\n\n- x",
        "a:\r\n- b\r\n- c\r\n",
    ] {
        read_any(text);
    }
}

fn value_strategy() -> impl Strategy<Value = Value> {
    let text = prop_oneof!["[a-zA-Z0-9:./${}!&*<>~ _-]{0,12}", "\\PC{0,6}", any::<String>()];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(text.clone(), inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        read_any(&text);
    }

    #[test]
    fn any_yaml_like_text_is_read_or_refused(
        text in "(\u{FEFF})?([ab]|ä|: |:|\n|\r\n|\r|  |- |\t|!Ref |!|&a |\\*a|<<: |\"|'|\\||>|\\[|\\]|\\{|\\}|,|#|\\? |0|~|---\n|%|\\\\|<<resolve:ssm:a>>){0,40}"
    ) {
        read_any(&text);
    }

    #[test]
    fn json_is_read_as_serde_json_reads_it(value in value_strategy(), pretty in any::<bool>()) {
        let value = json!([value]);
        let text = if pretty { serde_json::to_string_pretty(&value).unwrap() } else { value.to_string() };
        read_any(&text);
        prop_assert_eq!(self::value(&text), value);
    }
}
