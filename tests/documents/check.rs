//! `document check`, and documents that are refused before anything runs.

use serde_json::Value;

use crate::ground::Ground;

const FAULTY: &str = "\
schemaVersion: '2.2'
parameters:
  Name:
    type: Strin
mainSteps:
- action: aws:runShellScrip
  name: a
  inputs:
    runCommand: ['echo {{ Nmae }}']
- action: aws:runShellScript
  name: a
  onFailure: exit
  inputs:
    runCommand: echo
";

#[test]
fn everything_is_told_at_once_with_its_place() {
    let ground = Ground::new(FAULTY);
    let run = ground.sandbox.run(&["document", "check", "d.yaml"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    for part in ["d.yaml:4:", "d.yaml:6:", "d.yaml:9:", "d.yaml:11:", "d.yaml:12:", "d.yaml:14:", "aws:runShellScript"]
    {
        assert!(run.stderr.contains(part), "no {part:?} in\n{}", run.stderr);
    }
    assert_eq!(ground.run(&[]).code, 2);
    assert!(!ground.is_there("orch"), "nothing has run");
}

#[test]
fn programs_get_all_findings() {
    let ground = Ground::new(FAULTY);
    let run = ground.sandbox.run(&["document", "check", "d.yaml", "--output", "json"]);
    let json: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((run.code, &json["ok"]), (2, &Value::Bool(false)));
    let findings = json["documents"][0]["findings"].as_array().unwrap();
    assert!(
        findings.len() >= 5 && findings.iter().all(|finding| finding["line"].as_u64().unwrap() > 0),
        "{findings:?}"
    );
}

#[test]
fn a_value_in_a_script_without_a_pattern_is_a_warning() {
    let ground = Ground::new(
        "schemaVersion: '2.2'\nparameters: {Name: {type: String}}\nmainSteps:\n- action: aws:runShellScript\n  \
         name: hello\n  inputs: {runCommand: ['echo {{ Name }}']}\n",
    );
    let run = ground.sandbox.run(&["document", "check", "d.yaml"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("warning:") && run.stderr.contains("ENV_VAR"), "{}", run.stderr);
}

#[test]
fn automation_is_not_run_yet() {
    let ground =
        Ground::new("schemaVersion: '0.3'\nmainSteps: [{name: a, action: 'aws:sleep', inputs: {Duration: PT1S}}]\n");
    let run = ground.run(&[]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("Automation"), "{}", run.stderr);
}

#[test]
fn hostile_documents_end_in_an_error() {
    let bomb = format!("a: &a [x, x]\n{}", (0..40).map(|n| format!("k{n}: [*a, *a]\n")).collect::<String>());
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    for text in [bomb, deep, "x".repeat(10 << 20), "\u{0}".into(), String::new()] {
        let ground = Ground::new(&text);
        assert_eq!(ground.run(&[]).code, 2);
    }
}
