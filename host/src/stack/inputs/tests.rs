use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;

use super::{
    InputError, ParameterFile, assignment, check_parameters, read_parameters, read_resources_to_import,
    read_stack_policy, read_tags,
};
use crate::cloud::stacks::{GivenValue, ResourceToImport, Texts};

fn read(text: &str) -> ParameterFile {
    read_parameters("p", text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

/// Name and value of each; none for a previous value.
fn given(text: &str) -> Vec<(String, Option<String>)> {
    let one = |(name, value)| match value {
        GivenValue::Value(value) => (name, Some(value)),
        GivenValue::Previous => (name, None),
    };
    read(text).parameters.into_iter().map(one).collect()
}

fn values(pairs: &[(&str, &str)]) -> Vec<(String, Option<String>)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned()))).collect()
}

/// Everything of an error.
fn told(error: InputError) -> String {
    let hint = error.hint.as_ref().map(|hint| format!(" | {hint}")).unwrap_or_default();
    format!("{error}{hint}")
}

fn refused(text: &str) -> String {
    told(read_parameters("p", text).unwrap_err())
}

#[test]
fn plain_maps() {
    let expected = values(&[
        ("Bool", "true"),
        ("Empty", ""),
        ("Float", "1.10"),
        ("List", "a,2,true"),
        ("Nothing", ""),
        ("Number", "80"),
        ("Text", "ä b"),
    ]);
    let json = r#"{"Text": "ä b", "Empty": "", "Number": 80, "Float": 1.10, "Bool": true, "List": ["a", 2, true], "Nothing": []}"#;
    assert_eq!(given(json), expected);
    let yaml = "Text: ä b\nEmpty: ''\nNumber: 80\nFloat: 1.10\nBool: true\nList:\n- a\n- 2\n- true\nNothing: []\n";
    assert_eq!(given(yaml), expected);
    assert_eq!(given(&format!("\u{FEFF}{}", yaml.replace('\n', "\r\n"))), expected);
    assert_eq!(given("{}"), []);
    assert_eq!(
        given("Parameters: x\nTags: [a, b]\nStackPolicy: 1"),
        values(&[("Parameters", "x"), ("StackPolicy", "1"), ("Tags", "a,b")])
    );
}

#[test]
fn scalars_stay_as_they_are_written() {
    let yaml = "A: 0123\nB: 1e3\nC: True\nD: 0x1F\nE: 012345678901\nF: 2026-01-01\nG: yes\nH: 22:22\nI: |\n  x\n  y\nJ: !!str 012\nK: '~'\nL: 1_000\nM: <<resolve:ssm:/a>>";
    let expected = [
        ("A", "0123"),
        ("B", "1e3"),
        ("C", "True"),
        ("D", "0x1F"),
        ("E", "012345678901"),
        ("F", "2026-01-01"),
        ("G", "yes"),
        ("H", "22:22"),
        ("I", "x\ny\n"),
        ("J", "012"),
        ("K", "~"),
        ("L", "1_000"),
        ("M", "<<resolve:ssm:/a>>"),
    ];
    assert_eq!(given(yaml), values(&expected));
    let json = r#"{"A": 1e3, "B": 1E+03, "C": 123456789012345678901234, "D": -0.0, "E": "\u00e4\n"}"#;
    let expected = [("A", "1e3"), ("B", "1E+03"), ("C", "123456789012345678901234"), ("D", "-0.0"), ("E", "ä\n")];
    assert_eq!(given(json), values(&expected));
    assert_eq!(given("a: &a 1\nb: *a\nc: [*a, 2]"), values(&[("a", "1"), ("b", "1"), ("c", "1,2")]));
}

#[test]
fn the_list_of_the_aws_cli() {
    let expected = vec![
        ("A".to_owned(), Some("1".to_owned())),
        ("B".to_owned(), None),
        ("C".to_owned(), Some(String::new())),
        ("D".to_owned(), Some("ami".to_owned())),
        ("E".to_owned(), Some("x,y".to_owned())),
    ];
    let json = r#"[{"ParameterKey": "A", "ParameterValue": "1", "UsePreviousValue": false},
        {"UsePreviousValue": true, "ParameterKey": "B"}, {"ParameterKey": "C", "ParameterValue": ""},
        {"ParameterKey": "D", "ParameterValue": "ami", "ResolvedValue": "ami-1"},
        {"ParameterKey": "E", "ParameterValue": ["x", "y"]}]"#;
    assert_eq!(given(json), expected);
    let yaml = "
- ParameterKey: A
  ParameterValue: 1
- {ParameterKey: B, UsePreviousValue: 'True'}
- {ParameterKey: C, ParameterValue: ''}
- {ParameterKey: D, ParameterValue: ami, ResolvedValue: ~}
- ParameterKey: E
  ParameterValue: [x, y]
";
    assert_eq!(given(yaml), expected);
    assert_eq!(given("[]"), []);
}

#[test]
fn the_list_of_texts() {
    let expected = values(&[("A", "1"), ("B", "a=b"), ("C", ""), ("D", "x y")]);
    assert_eq!(given(r#"["A=1", "B=a=b", "C=", "D=x y"]"#), expected);
    assert_eq!(given("- A=1\n- 'B=a=b'\n- C=\n- D=x y\n"), expected);
}

#[test]
fn the_form_of_codepipeline() {
    let json = r#"{"Parameters": {"A": 1, "B": ""}, "Tags": {"team": "web", "n": 007},
        "StackPolicy": {"Statement": [{"Effect": "Deny", "Action": "Update:*", "Principal": "*", "Resource": "*"}]}}"#
        .replace("007", "7");
    let file = read(&json);
    let yaml = "
Parameters: {A: 1, B: ''}
Tags:
  team: web
  n: 7
StackPolicy:
  Statement:
  - {Effect: Deny, Action: 'Update:*', Principal: '*', Resource: '*'}
";
    assert_eq!(read(yaml), file);
    assert_eq!(file.parameters.len(), 2);
    assert_eq!(file.tags, Some(Texts::from([("team".into(), "web".into()), ("n".into(), "7".into())])));
    let policy =
        json!({ "Statement": [{ "Effect": "Deny", "Action": "Update:*", "Principal": "*", "Resource": "*" }] });
    assert_eq!(file.stack_policy, Some(policy));
    let file = read("Tags: {}");
    assert_eq!((file.parameters.len(), file.tags, file.stack_policy), (0, Some(Texts::new()), None));
    assert_eq!(given("Parameters: {Parameters: x}"), values(&[("Parameters", "x")]));
}

#[test]
fn what_is_refused() {
    let cases = [
        ("", "p:1:1: the file is empty | Write `{}` where there is nothing to give."),
        ("# x\n", "p:1:1: the file is empty | Write `{}` where there is nothing to give."),
        (
            "hello",
            "p:1:1: the file is neither a list nor a map | Write `{\"NAME\": \"VALUE\"}`, or the list that the AWS CLI takes.",
        ),
        ("A: x\nB: ~", "p:2:1: the parameter `B` is null | Write `\"\"` for the empty text."),
        ("A: {x: y}", "p:1:1: the parameter `A` is a map, and must be a text, a number or a boolean"),
        ("A: [x, ~]", "p:1:8: the parameter `A` is null | Write `\"\"` for the empty text."),
        ("A: [x, [y]]", "p:1:8: the parameter `A` has a list within a list"),
        ("A: [x, {y: z}]", "p:1:8: the parameter `A` is a map, and must be a text, a number or a boolean"),
        ("A: !Ref x", "p:1:1: the parameter `A` has the tag `!Ref`, which only templates have"),
        ("A: !Split [x]", "p:1:1: the parameter `A` has the tag `!Split`, which only templates have"),
        ("A: 1\nA: 2", "p:2:1: the key `A` is given twice, first in line 1"),
        ("'': 1", "p:1:1: a parameter has no name"),
        (
            "[{\"ParameterKey\": \"A\", \"ParamterValue\": \"x\"}]",
            "p:1:24: `ParamterValue` is no member of an entry of the list | Did you mean `ParameterValue`?",
        ),
        (
            "- Name: x",
            "p:1:3: `Name` is no member of an entry of the list | There is `ParameterKey`, `ParameterValue`, `UsePreviousValue`, `ResolvedValue`.",
        ),
        ("- ParameterValue: x", "p:1:3: an entry of the list has no `ParameterKey`"),
        ("- ParameterKey: ''\n  ParameterValue: x", "p:1:3: `ParameterKey` is empty"),
        (
            "- ParameterKey: A",
            "p:1:3: the parameter `A` has no `ParameterValue` | Write `\"UsePreviousValue\": true` to keep the value that the stack has.",
        ),
        (
            "- {ParameterKey: A, ParameterValue: x, UsePreviousValue: true}",
            "p:1:21: the parameter `A` has a value and `UsePreviousValue`",
        ),
        ("- {ParameterKey: A, UsePreviousValue: maybe}", "p:1:21: `UsePreviousValue` is neither true nor false"),
        (
            "- {ParameterKey: A, ParameterValue: ~}",
            "p:1:21: the parameter `A` is null | Write `\"\"` for the empty text.",
        ),
        ("- A=1\n- A=2", "p:2:3: the parameter `A` is given twice"),
        ("- A=1\n- {ParameterKey: A, UsePreviousValue: true}", "p:2:3: the parameter `A` is given twice"),
        ("- A=1\n- [x]", "p:2:3: an entry is neither a map with `ParameterKey` nor a text `NAME=VALUE`"),
        ("- A", "p:1:3: a parameter cannot be read: it is written `NAME=VALUE`, and there is no `=`"),
        ("- =A", "p:1:3: a parameter cannot be read: there is no name before `=`"),
        ("Parameters: {}\nTag: {}", "p:2:1: `Tag` is no member of the CodePipeline form | Did you mean `Tags`?"),
        ("Parameters: {}\nTags: x", "p:2:1: `Tags` is no map"),
        ("Parameters: {}\nTags: {a: [b]}", "p:2:8: the tag `a` is a list, and must be a text, a number or a boolean"),
        (
            "StackPolicy: {}",
            "p:1:14: the stack policy has no `Statement` | Write `{\"Statement\": [{\"Effect\": \"Deny\", …}]}`.",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(refused(text), expected, "{text:?}");
    }
    assert!(refused("A: 'x").contains("unclosed quote"));
    assert_eq!(given("{\"A\": \"x\",}"), values(&[("A", "x")]), "not JSON, but YAML");
}

#[test]
fn values_are_not_told() {
    for text in [
        "A: {geheim: geheim}",
        "- geheim",
        "- {ParameterKey: A, UsePreviousValue: geheim}",
        "- {ParameterKey: A, ParameterValue: geheim, UsePreviousValue: true}",
        "- A=geheim\n- A=geheim",
        "{\"A\": \"geheim\", \"B\": \"geheim}",
        "A: \"geheim",
        "A: [geheim, [geheim]]",
    ] {
        let told = refused(text);
        assert!(!told.contains("geheim"), "{told}");
    }
    assert!(!format!("{:?}", read("Password: geheim")).contains("geheim"));
    assert!(!assignment("geheim").unwrap_err().contains("geheim"));
}

#[test]
fn assignments() {
    let pair = |name: &str, value: &str| Ok((name.to_owned(), value.to_owned()));
    assert_eq!(assignment("A=1"), pair("A", "1"));
    assert_eq!(assignment("A="), pair("A", ""));
    assert_eq!(assignment("A=b=c "), pair("A", "b=c "));
    assert!(assignment("=1").is_err());
    assert!(assignment("").is_err());
}

#[test]
fn tags() {
    let expected = Texts::from([("a".into(), "1".into()), ("b".into(), String::new())]);
    for text in [
        r#"{"a": 1, "b": ""}"#,
        "a: 1\nb: ''",
        r#"[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]"#,
        "- {Key: a, Value: 1}\n- Key: b\n  Value: ''",
        r#"["a=1", "b="]"#,
        "Tags:\n- Key: a\n  Value: 1\n- Key: b\n  Value: ''",
        "Tags: {a: 1, b: ''}",
    ] {
        assert_eq!(read_tags("t", text).unwrap(), expected, "{text}");
    }
    assert_eq!(read_tags("t", "Tags: x").unwrap(), Texts::from([("Tags".into(), "x".into())]));
    for (text, expected) in [
        ("- {Key: a, Value: 1}\n- {Key: a, Value: 2}", "t:2:3: the tag `a` is given twice"),
        ("- {Key: a}", "t:1:3: the tag `a` has no `Value`"),
        ("- {key: a, Value: x}", "t:1:4: `key` is no member of a tag | Did you mean `Key`?"),
        ("- a", "t:1:3: a tag cannot be read: it is written `NAME=VALUE`, and there is no `=`"),
        ("- [a]", "t:1:3: an entry is neither a map with `Key` nor a text `KEY=VALUE`"),
        ("a: [b]", "t:1:1: the tag `a` is a list, and must be a text, a number or a boolean"),
        ("x", "t:1:1: the tags are neither a list nor a map"),
    ] {
        assert_eq!(told(read_tags("t", text).unwrap_err()), expected);
    }
}

#[test]
fn stack_policies() {
    let expected = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["Update:*"]}]}"#;
    let json = r#"{ "Version": "2012-10-17", "Statement": [ {"Effect": "Allow", "Action": ["Update:*"]} ] }"#;
    assert_eq!(read_stack_policy("s", json).unwrap(), expected);
    let yaml = "Version: 2012-10-17\nStatement:\n- Effect: Allow\n  Action: ['Update:*']";
    assert_eq!(read_stack_policy("s", yaml).unwrap(), expected);
    for (text, expected) in [
        ("[]", "s:1:1: the stack policy is no map"),
        ("{\"Statement\": \"x\"}", "s:1:2: `Statement` of the stack policy is no list"),
    ] {
        assert_eq!(told(read_stack_policy("s", text).unwrap_err()), expected);
    }
    assert!(told(read_stack_policy("s", "{}").unwrap_err()).contains("has no `Statement`"));
}

#[test]
fn resources_to_import() {
    let expected = vec![ResourceToImport {
        resource_type: "AWS::S3::Bucket".into(),
        logical_resource_id: "Bucket".into(),
        resource_identifier: Texts::from([("BucketName".into(), "007".into())]),
    }];
    let json = serde_json::to_string_pretty(&expected).unwrap();
    assert_eq!(read_resources_to_import("i", &json).unwrap(), expected);
    let yaml = "- ResourceType: AWS::S3::Bucket\n  LogicalResourceId: Bucket\n  ResourceIdentifier: {BucketName: 007}";
    assert_eq!(read_resources_to_import("i", yaml).unwrap(), expected);
    assert_eq!(read_resources_to_import("i", "[]").unwrap(), []);
    let entry = |t: &str, l: &str, r: &str| {
        format!("- {{ResourceType: {t}, LogicalResourceId: {l}, ResourceIdentifier: {r}}}\n")
    };
    let good = entry("A::B::C", "L", "{x: y}");
    for (text, expected) in [
        ("{}".to_owned(), "i:1:1: the resources to import are no list"),
        ("- x".to_owned(), "i:1:3: a resource to import is no map"),
        (good.clone() + &good, "i:2:3: the resource to import `L` is given twice"),
        (
            entry("Bucket", "L", "{x: y}"),
            "i:1:4: `ResourceType` is no type of resource | A type is written `AWS::S3::Bucket`.",
        ),
        (entry("A::B::C", "''", "{x: y}"), "i:1:27: `LogicalResourceId` is empty"),
        (entry("A::B::C", "L", "{}"), "i:1:49: `ResourceIdentifier` is empty"),
        (entry("A::B::C", "L", "x"), "i:1:49: `ResourceIdentifier` is no map | Write `{\"BucketName\": \"NAME\"}`."),
        (entry("A::B::C", "L", "{x: ~}"), "i:1:70: the property `x` is null | Write `\"\"` for the empty text."),
        (
            good.replace("LogicalResourceId", "LogicalResourceID"),
            "i:1:27: `LogicalResourceID` is no member of a resource to import | Did you mean `LogicalResourceId`?",
        ),
    ] {
        assert_eq!(told(read_resources_to_import("i", &text).unwrap_err()), expected, "{text}");
    }
    let many: String = (0..201).map(|i| entry("A::B::C", &format!("L{i}"), "{x: y}")).collect();
    assert!(
        told(read_resources_to_import("i", &many).unwrap_err()).ends_with("i:201:3: more than 200 resources to import")
    );
}

#[test]
fn given_against_declared() {
    let value = |text: &str| GivenValue::Value(text.to_owned());
    let given = BTreeMap::from([
        ("Imgae".to_owned(), value("geheim")),
        ("Image".to_owned(), value(&"ä".repeat(2049))),
        ("Other".to_owned(), GivenValue::Previous),
        ("Port".to_owned(), value(&"x".repeat(4096))),
        ("a\u{1b}b".to_owned(), value("")),
    ]);
    let told: Vec<_> = check_parameters(&given, ["Image", "Port"])
        .into_iter()
        .map(|problem| (problem.parameter, problem.message, problem.hint))
        .collect();
    let expected = [
        ("Image", "the value of the parameter `Image` has 4,098 bytes; CloudFormation takes 4,096 at most", None),
        ("Imgae", "the template has no parameter `Imgae`", Some("Did you mean `Image`?")),
        ("Other", "the template has no parameter `Other`", None),
        ("a\u{1b}b", "the template has no parameter `a\\u{1b}b`", None),
    ];
    let expected = expected.map(|(name, message, hint)| (name.to_owned(), message.to_owned(), hint.map(str::to_owned)));
    assert_eq!(told, expected);
    let none = check_parameters(&given, []);
    assert_eq!(none.len(), 6);
    assert_eq!(none[2].hint.as_deref(), Some("The template has no parameters."));
}

fn read_any(text: &str) {
    let results = [
        read_parameters("p", text).err(),
        read_tags("p", text).err(),
        read_stack_policy("p", text).err(),
        read_resources_to_import("p", text).err(),
    ];
    for error in results.into_iter().flatten() {
        assert!(!error.to_string().chars().any(char::is_control), "{text:?}: {error}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        read_any(&text);
    }

    #[test]
    fn any_text_like_a_file_is_read_or_refused(
        text in "(ParameterKey: |ParameterValue: |UsePreviousValue: |Parameters: |Tags: |StackPolicy: |Statement: |Key: |Value: |A=1|a|- |\n|\n  |\\{|\\}|\\[|\\]|, |\"|~|true|!Ref |&a |\\*a ){0,25}"
    ) {
        read_any(&text);
    }

    #[test]
    fn the_list_survives_a_round_trip(
        parameters in prop::collection::btree_map("\\PC{1,8}|[A-Z][a-z]{0,8}", prop::option::of(any::<String>()), 0..6)
    ) {
        let entry = |(name, value): (&String, &Option<String>)| match value {
            Some(value) => json!({ "ParameterKey": name, "ParameterValue": value }),
            None => json!({ "ParameterKey": name, "UsePreviousValue": true }),
        };
        let list: Vec<_> = parameters.iter().map(entry).collect();
        let expected: Vec<_> = parameters.into_iter().collect();
        prop_assert_eq!(given(&serde_json::to_string(&list).unwrap()), expected.clone());
        prop_assert_eq!(given(&serde_json::to_string_pretty(&list).unwrap()), expected);
    }
}
