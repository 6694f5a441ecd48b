//! Parameters: what is checked, what is put in, and how.

use serde_json::{Value, json};

use crate::ground::{Ground, shell};

fn document(parameters: Value, lines: &[&str]) -> Ground {
    let document = json!({ "schemaVersion": "2.2", "parameters": parameters, "mainSteps": [shell("aaa", lines)] });
    Ground::new(&document.to_string())
}

#[test]
fn values_defaults_and_types() {
    let parameters = json!({
        "name": { "type": "String", "default": "World", "allowedPattern": "^[A-Za-z$]+$" },
        "list": { "type": "StringList", "default": ["p", "q"], "allowedPattern": "^[a-z<&]+$" },
    });
    let ground = document(parameters, &["echo 'Hello {{ name }}' '{{list}}'"]);
    assert_eq!(ground.json(&[]).0["steps"][0]["stdout"], "Hello World [\"p\",\"q\"]\n");
    let (run, _) = ground.json(&["--parameter", "name=A$$B", "--parameter", "list=a<b", "--parameter", "list=c"]);
    assert_eq!(run["steps"][0]["stdout"], "Hello A$B [\"a\\u003cb\",\"c\"]\n");
    ground.sandbox.write("v.yaml", "name: File\nlist: [x]\n");
    assert_eq!(ground.json(&["--parameters", "v.yaml"]).0["steps"][0]["stdout"], "Hello File [\"x\"]\n");
}

#[test]
fn a_whole_list_of_commands_is_one_parameter() {
    let document = json!({
        "schemaVersion": "2.2",
        "parameters": { "commands": { "type": "StringList" } },
        "mainSteps": [{ "action": "aws:runShellScript", "name": "aaa", "inputs": { "runCommand": "{{ commands }}" } }],
    });
    let ground = Ground::new(&document.to_string());
    let (run, _) = ground.json(&["--parameter", "commands=echo one", "--parameter", "commands=echo two"]);
    assert_eq!(run["steps"][0]["stdout"], "one\ntwo\n");
}

#[test]
fn the_service_checks_what_the_agent_does_not() {
    let parameters = json!({ "size": { "type": "String", "allowedValues": ["small", "large"], "default": "small" } });
    let ground = document(parameters, &["echo {{ size }}"]);
    let run = ground.run(&["--parameter", "size=huge"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("size") && !ground.is_there("orch"), "{}", run.stderr);
    let (run, exit) = ground.json(&["--parameter", "size=huge", "--agent-semantics"]);
    assert_eq!((run["steps"][0]["stdout"].as_str().unwrap(), exit), ("huge\n", 0));
}

#[test]
fn a_value_that_is_a_variable_never_becomes_part_of_the_script() {
    let parameters = json!({ "text": { "type": "String", "interpolationType": "ENV_VAR" } });
    let ground = document(parameters, &["echo \"{{ text }}\" \"$SSM_text\""]);
    let (run, _) = ground.json(&["--parameter", "text=$(echo injected)"]);
    assert_eq!(run["steps"][0]["stdout"], "$(echo injected) $(echo injected)\n");
}

#[test]
fn parameter_store_is_that_of_the_cloud_in_use() {
    let ground = document(json!({}), &["echo '{{ssm:/app/version}}'"]);
    assert_eq!(ground.sandbox.run(&["param", "put", "/app/version", "1.2.3"]).code, 0);
    assert_eq!(ground.json(&[]).0["steps"][0]["stdout"], "1.2.3\n");
    let missing = document(json!({}), &["echo '{{ssm:/not/there}}'"]);
    let run = missing.run(&[]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("/not/there"), "{}", run.stderr);
}
