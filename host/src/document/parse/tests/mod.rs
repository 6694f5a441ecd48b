mod twins;

use serde_json::json;

use super::parse;
use crate::document::model::{Body, DocumentFinding, Format, Origin, ParameterType, SchemaVersion, Severity};

const GOOD: &str = r#"
schemaVersion: "2.2"
description: Says hello
parameters:
  Name:
    type: String
    description: Whom to greet
    default: World
    allowedPattern: "^[a-zA-Z]+$"
    displayType: textfield
    minChars: 1
    maxChars: 20
    interpolationType: ENV_VAR
  Lines:
    type: StringList
    minItems: 1
    maxItems: 3
    allowedValues: [ls, pwd]
mainSteps:
  - action: aws:runShellScript
    name: greet
    precondition:
      StringEquals: [platformType, Linux]
    settings: { a: 1 }
    maxAttempts: 3
    inputs:
      timeoutSeconds: 60
      runCommand:
        - echo "{{ Name }}"
"#;

fn findings(text: &str) -> Vec<DocumentFinding> {
    match parse(text) {
        Ok(document) => document.problems().to_vec(),
        Err(findings) => findings,
    }
}

/// Code, origin, line and column of each.
fn told(text: &str) -> Vec<(&'static str, Origin, u32, u32)> {
    findings(text).iter().map(|it| (it.code, it.origin, it.place.line, it.place.column)).collect()
}

#[test]
fn reads_all_there_is() {
    let document = parse(GOOD).unwrap();
    assert_eq!(document.problems(), []);
    assert_eq!(document.format, Format::Yaml);
    assert_eq!(document.schema_version, SchemaVersion::V2_2);
    assert_eq!(document.description.as_ref().unwrap().value, "Says hello");
    assert_eq!(document.text(), GOOD);
    let name = document.parameter("Name").unwrap();
    assert_eq!((name.name.at.line, name.name.at.column), (5, 3));
    assert_eq!(name.kind, Some(ParameterType::String));
    assert_eq!(name.default_value(), Some(json!("World")));
    assert_eq!(name.min_chars.as_ref().unwrap().value, "1");
    assert!(name.is_environment_variable());
    let lines = document.parameter("Lines").unwrap();
    assert_eq!(lines.allowed_values.iter().map(|text| text.value.as_str()).collect::<Vec<_>>(), ["ls", "pwd"]);
    assert_eq!(lines.default_value(), None);
    let [step] = document.steps() else { panic!("one step") };
    assert_eq!((step.action(), step.name()), ("aws:runShellScript", "greet"));
    assert_eq!(
        step.inputs.as_ref().unwrap().value(),
        json!({"timeoutSeconds": 60, "runCommand": ["echo \"{{ Name }}\""]})
    );
    let condition = &step.precondition.as_ref().unwrap().conditions[0];
    assert_eq!(condition.operator.value, "StringEquals");
    assert_eq!(condition.arguments[1].value, "Linux");
    assert_eq!((condition.arguments[1].at.line, condition.arguments[1].at.column), (23, 36));
    assert_eq!(step.extra.iter().map(|member| member.key.as_str()).collect::<Vec<_>>(), ["maxAttempts"]);
    assert!(document.plugins().is_empty() && document.substitutes);
}

#[test]
fn reads_every_schema_version() {
    for version in SchemaVersion::ALL {
        let body = match version.has_runtime_config() {
            true => json!({"runtimeConfig": {"aws:runShellScript": {"properties": {"runCommand": ["ls"]}}}}),
            false => json!({"mainSteps": [{"action": "aws:runShellScript", "name": "abc", "inputs": {}}]}),
        };
        let mut document = json!({"schemaVersion": version.name()});
        document.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        let document = parse(&document.to_string()).unwrap();
        assert_eq!((document.schema_version, document.format), (version, Format::Json));
        assert_eq!(document.problems(), []);
        assert_eq!(document.steps().len() + document.plugins().len(), 1);
    }
}

#[test]
fn reads_plugins_of_schema_1_2() {
    let text = r#"{"schemaVersion": "1.2", "runtimeConfig": {
        "aws:runShellScript": {"settings": {"a": 1}, "description": "x",
            "properties": [{"id": "0", "runCommand": ["a"]}, {"id": "1"}]},
        "aws:psModule": {"properties": {"id": "2"}},
        "aws:domainJoin": {"properties": null}}}"#;
    let document = parse(text).unwrap();
    let names: Vec<_> = document.plugins().iter().map(|plugin| plugin.name.value.as_str()).collect();
    assert_eq!(names, ["aws:runShellScript", "aws:psModule", "aws:domainJoin"]);
    let instances: Vec<_> = document.plugins().iter().map(|plugin| plugin.instances().len()).collect();
    assert_eq!(instances, [2, 1, 0]);
    assert_eq!(told(text), [("missing-field", Origin::Service, 5, 9)]);
    assert!(matches!(document.body, Body::Plugins(_)));
}

#[test]
fn refuses_what_the_agent_refuses_with_its_own_words() {
    let unsupported = "Document with schema version 2.1 is not supported by this version of ssm agent, please update to \
                       latest version";
    for (version, code) in [
        ("2.1", "schema-version"),
        ("9999.0", "schema-version"),
        ("", "schema-version"),
        ("2.20", "schema-version"),
        (" 2.2", "schema-version"),
        ("0.3", "automation-document"),
    ] {
        let text = json!({"schemaVersion": version, "mainSteps": [{"action": "a"}]}).to_string();
        let found = parse(&text).unwrap_err();
        assert_eq!(found[0].code, code);
        assert_eq!(found[0].agent.as_deref().unwrap(), unsupported.replace("2.1", version));
        assert!(found[0].stops_agent());
        assert_eq!(found[0].severity, Severity::Error);
    }
    assert_eq!(parse("{}").unwrap_err()[0].message, "`schemaVersion` is missing");
    let shapes = [
        json!({"schemaVersion": "1.2", "mainSteps": [{"action": "a"}]}),
        json!({"schemaVersion": "2.2", "runtimeConfig": {"aws:runShellScript": {"properties": {}}}}),
        json!({"schemaVersion": "2.2", "mainSteps": []}),
        json!({"schemaVersion": "2.2", "mainSteps": null}),
        json!({"schemaVersion": "2.2"}),
        json!({"schemaVersion": "1.0", "runtimeConfig": {}}),
    ];
    for shape in shapes {
        let document = parse(&shape.to_string()).unwrap();
        let finding = document.problems().iter().find(|finding| finding.code == "no-steps").unwrap();
        assert_eq!(finding.agent.as_deref(), Some("Unsupported schema format"), "{shape}");
        assert_eq!(finding.origin, Origin::Agent);
    }
    let session = r#"{"schemaVersion": "1.0", "sessionType": "Standard_Stream", "inputs": {}}"#;
    assert_eq!(parse(session).unwrap_err()[0].code, "session-document");
}

#[test]
fn tells_what_the_agent_cannot_read() {
    let step = |extra: &str| format!(r#"{{"schemaVersion": "2.2", "mainSteps": [{{"action": "a", {extra}}}]}}"#);
    let parameter = |extra: &str| {
        format!(
            r#"{{"schemaVersion": "2.2", "parameters": {{"P": {{"type": "String", {extra}}}}},
            "mainSteps": [{{"action": "a"}}]}}"#
        )
    };
    let top = |extra: &str| format!(r#"{{"schemaVersion": "2.2", "mainSteps": [{{"action": "a"}}], {extra}}}"#);
    for text in [
        step(r#""name": 5"#),
        step(r#""name": ["a"]"#),
        step(r#""maxAttempts": "3""#),
        step(r#""maxAttempts": 3.0"#),
        step(r#""timeoutSeconds": "60""#),
        step(r#""timeoutSeconds": 1e99"#),
        step(r#""onFailure": true"#),
        step(r#""precondition": []"#),
        step(r#""precondition": {"StringEquals": "x"}"#),
        step(r#""precondition": {"StringEquals": [1, "x"]}"#),
        step(r#""precondition": {"StringEquals": [["x"]]}"#),
        parameter(r#""allowedValues": ["a", true]"#),
        parameter(r#""allowedValues": "a""#),
        parameter(r#""description": {}"#),
        parameter(r#""allowedPattern": 5"#),
        parameter(r#""minChars": true"#),
        parameter(r#""minChars": "many""#),
        parameter(r#""minChars": "05""#),
        top(r#""description": 5"#),
        top(r#""parameters": []"#),
        top(r#""parameters": {"a": null}"#),
        top(r#""runtimeConfig": {"a": 5}"#),
        r#"{"schemaVersion": "2.2", "mainSteps": {}}"#.to_owned(),
        r#"{"schemaVersion": "2.2", "mainSteps": "x"}"#.to_owned(),
        r#"{"schemaVersion": "2.2", "mainSteps": [null]}"#.to_owned(),
        r#"{"schemaVersion": "1.2", "runtimeConfig": []}"#.to_owned(),
        r#"{"schemaVersion": 2.2, "mainSteps": [{"action": "a"}]}"#.to_owned(),
    ] {
        let wrong = findings(&text).into_iter().find(|finding| finding.code == "wrong-type");
        assert!(wrong.is_some_and(|finding| finding.stops_agent()), "{text}");
    }
    for text in [
        step(r#""name": null"#),
        step(r#""maxAttempts": 3"#),
        step(r#""timeoutSeconds": -1"#),
        step(r#""precondition": null"#),
        step(r#""precondition": {"StringEquals": ["x", null]}"#),
        step(r#""precondition": {"StringEquals": null}"#),
        parameter(r#""allowedValues": null"#),
        parameter(r#""minChars": 3.5"#),
        top(r#""parameters": null"#),
        top(r#""description": null"#),
    ] {
        assert_eq!(findings(&text), [], "{text}");
    }
    let quoted = parameter(r#""minChars": "3""#);
    assert_eq!(told(&quoted), [("wrong-type", Origin::Service, 1, 77)], "the agent takes it");
}

#[test]
fn yaml_is_milder_than_json() {
    let text = "schemaVersion: 2.0\nparameters:\n  P: {type: String, allowedValues: [yes, 5]}\nmainSteps:\n- action: a\n  \
                name: 5\n";
    let document = parse(text).unwrap();
    assert_eq!(document.schema_version, SchemaVersion::V2_0, "as it is written");
    assert_eq!(document.parameters[0].allowed_values[0].value, "yes");
    assert_eq!(document.steps()[0].name(), "5");
    let expected =
        [(1, 16), (3, 37), (3, 42), (6, 9)].map(|(line, column)| ("wrong-type", Origin::Service, line, column));
    assert_eq!(told(text), expected);
    assert_eq!(findings(text)[0].hint.as_deref(), Some("Put quotes around `2.0`."));
}

#[test]
fn unknown_fields_are_told_with_what_was_meant() {
    let text = "schemaVersion: '2.2'\ndescripton: x\nassumeRole: x\nparameters:\n  P:\n    type: String\n    allowedvalues: \
                [a]\nmainSteps:\n- action: a\n  nam: b\n";
    let found = findings(text);
    let hints: Vec<_> = found.iter().map(|it| (it.code, it.place.line, it.hint.as_deref())).collect();
    assert_eq!(
        hints,
        [
            ("unknown-field", 2, Some("Did you mean `description`?")),
            ("unknown-field", 3, None),
            ("unknown-field", 7, Some("Did you mean `allowedValues`?")),
        ]
    );
    assert!(found.iter().all(|finding| finding.severity == Severity::Warning));
    let document = parse(text).unwrap();
    assert_eq!(document.steps()[0].extra[0].key, "nam", "told by the check");
}

#[test]
fn json_fields_may_be_of_any_case_for_the_agent() {
    let text = r#"{"SchemaVersion": "2.2", "mainsteps": [{"ACTION": "a", "Name": "abc", "inputs": {}}]}"#;
    let document = parse(text).unwrap();
    assert_eq!(document.steps()[0].name(), "abc");
    assert!(document.steps()[0].extra.is_empty());
    assert_eq!(told(text), [2, 26, 41, 56].map(|column| ("field-case", Origin::Service, 1, column)));
    // The last one counts, as in Go.
    let twice = r#"{"schemaVersion": "2.2", "SCHEMAVERSION": "2.0", "mainSteps": [{"action": "a"}]}"#;
    assert_eq!(parse(twice).unwrap().schema_version, SchemaVersion::V2_0);
    // YAML is exact.
    let yaml = "SchemaVersion: '2.2'\nmainSteps: [{action: a}]";
    assert_eq!(parse(yaml).unwrap_err().last().unwrap().code, "schema-version");
}

#[test]
fn both_bodies_at_once() {
    let text = r#"{"schemaVersion": "2.2", "mainSteps": [{"action": "a"}],
        "runtimeConfig": {"b": {"properties": {}}}}"#;
    let document = parse(text).unwrap();
    assert!(!document.substitutes, "the agent looks at runtimeConfig only");
    assert_eq!(document.steps().len(), 1);
    assert_eq!(told(text), [("ignored-field", Origin::Agent, 2, 26)]);
    let empty = text.replace(r#"{"b": {"properties": {}}}"#, "{}");
    assert!(parse(&empty).unwrap().substitutes);
    let old = text.replace("2.2", "1.2");
    assert!(parse(&old).unwrap().substitutes);
    assert_eq!(told(&old), [("ignored-field", Origin::Agent, 1, 39)]);
}

#[test]
fn what_is_no_document() {
    for (text, code) in [
        ("", "empty-document"),
        ("# nothing\n", "empty-document"),
        ("null", "empty-document"),
        ("hello", "no-map"),
        ("[]", "no-map"),
        ("{", "syntax"),
        ("a: b: c", "syntax"),
        ("a: 1\na: 2", "syntax"),
        ("--- {a: 1}\n--- {b: 1}", "syntax"),
        ("? [a]\n: b", "syntax"),
    ] {
        let found = parse(text).unwrap_err();
        assert_eq!(found.iter().map(|it| it.code).collect::<Vec<_>>(), [code], "{text:?}");
        assert!(found[0].stops_agent());
    }
    let tag = "schemaVersion: '2.2'\nmainSteps:\n- action: a\n  inputs: {x: !Sub 'a${b}', y: !GetAtt a.b}\n";
    assert_eq!(told(tag), [("tag", Origin::Service, 4, 15), ("tag", Origin::Service, 4, 32)]);
}

#[test]
fn hostile_documents_end_in_a_clear_error() {
    let huge = format!("schemaVersion: '2.2'\ndescription: '{}'", "x".repeat(100 << 20));
    assert_eq!(told(&huge), [("document-size", Origin::Here, 1, 1)]);
    let steps = "- {action: 'aws:runShellScript', name: abc, inputs: {runCommand: [ls]}}\n".repeat(10_000);
    let many = format!("schemaVersion: '2.2'\nmainSteps:\n{steps}");
    let document = parse(&many).unwrap();
    assert_eq!(document.steps().len(), 10_000);
    assert_eq!(told(&many), [("document-size", Origin::Service, 1, 1)]);
    let nulls = format!(r#"{{"schemaVersion": "2.2", "mainSteps": [{}null]}}"#, "null,".repeat(500_000));
    let found = findings(&nulls);
    assert_eq!(found.iter().filter(|it| it.code == "wrong-type").count(), 1000);
    assert_eq!(found.last().unwrap().message, "499001 more findings are left out");
    for deep in ["[".repeat(1 << 20), "{\"a\":".repeat(1 << 19), "- ".repeat(1 << 20), "a: &a [*a]".to_owned()] {
        assert!(parse(&deep).is_err());
    }
    let mut bomb = "schemaVersion: '2.2'\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    assert_eq!(told(&bomb).last().unwrap().0, "syntax");
}
