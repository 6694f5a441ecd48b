//! Whole documents.

use proptest::prelude::*;

use super::*;

const GOOD: &str = r#"---
schemaVersion: "2.2"
description: Rotates a certificate
parameters:
  Message:
    type: String
    description: Message to be printed
    default: Hello
    interpolationType: ENV_VAR
    allowedPattern: "^[^\"]*$"
  commands:
    type: StringList
    minItems: 1
    displayType: textarea
mainSteps:
  - action: aws:runShellScript
    name: printMessage
    precondition:
      StringEquals: [platformType, Linux]
    inputs:
      onFailure: exit
      timeoutSeconds: "60"
      runCommand:
        - if [ -z "${SSM_Message+x}" ]; then export SSM_Message="{{Message}}"; fi
        - printf '%s\n' "$SSM_Message"
        - docker ps --format '{{.Names}}'
  - action: aws:runPowerShellScript
    name: runCommands
    precondition:
      StringEquals: [platformType, Windows]
    inputs:
      runCommand: "{{ commands }}"
  - action: acme:rotateCert
    name: cleanUp
    inputs: { host: a.b, finallyStep: true }
"#;

#[test]
fn a_good_document_has_no_findings() {
    assert_eq!(findings(GOOD), []);
}

#[test]
fn a_bad_document_has_all_findings_at_once_in_order() {
    let text = r#"{
  "schemaVersion": "2.2",
  "Description": "x",
  "parameters": {
    "a": { "type": "text", "allowedValues": ["x", true] },
    "b": { "type": "String", "allowedPattern": "(?=x)" }
  },
  "mainSteps": [
    { "action": "aws:runShelScript", "name": "x", "inputs": {} },
    { "action": "aws:runShellScript", "onFailure": "exit",
      "inputs": { "runCommand": "echo {{ c }}" } }
  ],
  "outputs": []
}"#;
    let found: Vec<_> = findings(text).iter().map(|it| (it.code, it.place.line)).collect();
    assert_eq!(
        found,
        [
            ("field-case", 3),
            ("parameter-type", 5),
            ("wrong-type", 5),
            ("pattern", 6),
            ("unknown-action", 9),
            ("step-name", 9),
            ("step-name", 10),
            ("misplaced-field", 10),
            ("input-type", 11),
            ("undeclared-parameter", 11),
            ("unknown-field", 13),
        ]
    );
}

#[test]
fn findings_are_json() {
    let finding = only(&shell("", "runCommand: ['{{ a }}']"));
    let value = serde_json::to_value(&finding).unwrap();
    assert_eq!(value["severity"], "error");
    assert_eq!(value["origin"], "service");
    assert_eq!(value["code"], "undeclared-parameter");
    assert_eq!(value["place"]["line"], 6);
    assert_eq!(serde_json::to_value(Origin::AgentStep).unwrap(), "agent-step");
}

#[test]
fn messages_are_one_inert_line() {
    let evil = "\"\\e[2J\\u202e\\n'x\"";
    let text = format!(
        "schemaVersion: '2.2'\n{evil}: x\nparameters: {{{evil}: {{type: {evil}, default: {evil}, {evil}: x, displayType: \
         {evil}, interpolationType: {evil}, allowedValues: [a]}}}}\nmainSteps:\n- {{action: {evil}, name: {evil}, {evil}: x, \
         precondition: {{{evil}: [a]}}, inputs: {{onFailure: {evil}, {evil}: x}}}}\n- {{action: aws:runShellScript, name: abc, \
         precondition: {{StringEquals: [platformType, {evil}]}}, inputs: {{{evil}: x, runCommand: [5]}}}}\n"
    );
    let found = findings(&text);
    assert!(found.len() > 12, "{found:#?}");
    for finding in found {
        for text in [Some(finding.message), finding.hint].into_iter().flatten() {
            assert!(text.chars().all(|c| !c.is_control() && c != '\u{202e}'), "{text:?}");
        }
    }
}

#[test]
fn hostile_documents_end() {
    // The same names again and again, tokens without end, names that are all alike.
    let steps = "- {action: 'aws:runShelScript', name: abc, x: y, inputs: {runCommand: ['{{ a }} {{ b.c }}']}}\n"
        .repeat(10_000);
    let text = format!("schemaVersion: '2.2'\nmainSteps:\n{steps}");
    assert!(findings(&text).len() > 3000);
    let tokens = "{{ Nam }}".repeat(200_000);
    let parameters: String = (0..2000).map(|number| format!("Name{number}: {{type: String}}, ")).collect();
    let text = shell(
        &parameters,
        &format!("runCommand: ['{tokens}', '{}', '{}']", "{{ ".repeat(99_999), "}} ".repeat(99_999)),
    );
    let found = findings(&text);
    assert_eq!(found.iter().filter(|it| it.code == "undeclared-parameter").count(), 999);
    let values: String = (0..100_000).map(|number| format!("v{number}, ")).collect();
    let text = shell(
        &format!("Name: {{type: StringList, allowedValues: [{values}], default: [{values}]}}"),
        "runCommand: [a]",
    );
    assert_eq!(told(&text), [("document-size", ERROR, Origin::Service)]);
}

#[test]
fn schemas_cannot_take_for_ever() {
    struct Evil(Value);
    impl Actions for Evil {
        fn schema(&self, _: &str) -> Option<&Value> {
            Some(&self.0)
        }
        fn known(&self, _: &str) -> Known {
            Known::Here
        }
        fn names(&self) -> Vec<String> {
            Vec::new()
        }
    }
    // Each level asks twice for the next one.
    let mut schema = json!({"type": "null"});
    for _ in 0..18 {
        schema = json!({"anyOf": [schema, schema]});
    }
    let document = parse(&shell("", "runCommand: [ls]")).unwrap();
    assert!(!check(&document, &Evil(schema)).is_empty());
    let schema =
        json!({"type": 5, "required": {}, "properties": [], "items": 7, "enum": {}, "oneOf": "x", "pattern": 1});
    assert_eq!(check(&document, &Evil(schema)), []);
    let mut deep = json!(false);
    for _ in 0..100 {
        deep = json!({"allOf": [deep]});
    }
    assert_eq!(check(&document, &Evil(deep)), [], "deeper than is looked at");
    assert_eq!(check(&document, &Evil(json!(false)))[0].code, "input-value");
}

proptest! {
    #[test]
    fn no_document_panics(at in 0..GOOD.len(), length in 0usize..30, put in "(\\{\\{|\\}\\}|ssm:|[\\[\\]{}:&*! \na-z$.\"']){0,6}") {
        let end = (at + length).min(GOOD.len());
        let text = format!("{}{put}{}", &GOOD[..at], &GOOD[end..]);
        if let Ok(document) = parse(&text) {
            for finding in check(&document, &Few) {
                prop_assert!(finding.place.start <= finding.place.end && finding.place.end <= text.len());
                prop_assert!(text.is_char_boundary(finding.place.start) && text.is_char_boundary(finding.place.end));
                prop_assert!(!finding.message.ends_with('.') && !finding.message.contains('\n'), "{}", finding.message);
                prop_assert!(finding.hint.is_none_or(|hint| hint.ends_with(['.', '?'])));
            }
        }
    }

    #[test]
    fn tokens_are_within_the_text(text in "(\\{|\\}|\\{\\{|\\}\\}|[a-z .:]|é){0,30}") {
        use crate::document::check::tokens::{tokens, unbalanced};
        for token in tokens(&text) {
            prop_assert!(token.text.starts_with("{{") && token.text.ends_with("}}") && text.contains(token.text));
            prop_assert_eq!(token.whole, token.text == text);
        }
        for token in unbalanced(&text) {
            prop_assert!(text.contains(token.text) && !token.inner.is_empty());
        }
    }
}
