use serde_json::json;

use super::*;

#[test]
fn inputs_are_read_in_any_case() {
    let inputs = json!({
        "runCommand": ["a", null, "b"], "WORKINGDIRECTORY": "/x", "Environment": {"K": "v", "N": null}, "id": "one",
        "timeoutSeconds": "60", "onFailure": "exit", "unknown": [1],
    });
    let script = Script::read(&inputs).unwrap();
    assert_eq!(script.commands, ["a", "", "b"]);
    assert_eq!(script.text(), "a\n\nb\n");
    assert_eq!(script.environment, BTreeMap::from([("K".into(), "v".into()), ("N".into(), String::new())]));
    assert_eq!((script.id.as_str(), script.working_directory.as_str(), script.timeout_seconds), ("one", "/x", 60));
    // The order of the bytes: upper case comes first.
    let twice = Script::read(&json!({"runCommand": ["last"], "RunCommand": ["first"]})).unwrap();
    assert_eq!(twice.commands, ["last"]);
    let taken_back =
        Script::read(&json!({"runCommand": null, "RunCommand": ["first"], "id": null, "ID": "a"})).unwrap();
    assert_eq!((taken_back.commands.len(), taken_back.id.as_str()), (0, "a"));
    let nothing = Script::read(&Value::Null).unwrap();
    assert_eq!((nothing.text().as_str(), nothing.timeout_seconds), ("\n", 3600));
}

/// What Go itself says of these (`encoding/json`).
#[test]
fn what_is_no_text_is_refused_with_the_words_of_go() {
    let of = |kind: &str, name: &str, wanted: &str| {
        format!("json: cannot unmarshal {kind} into Go struct field RunScriptPluginInput.{name} of type {wanted}")
    };
    for (inputs, shown, error) in [
        (json!({"runCommand": [["a", "b"]]}), "map[runCommand:[[a b]]]", of("array", "RunCommand", "string")),
        (json!({"runCommand": "echo hi"}), "map[runCommand:echo hi]", of("string", "RunCommand", "[]string")),
        (json!({"runCommand": ["x", true, 1.5]}), "map[runCommand:[x true 1.5]]", of("bool", "RunCommand", "string")),
        (json!({"runCommand": [5]}), "map[runCommand:[5]]", of("number", "RunCommand", "string")),
        (json!({"runCommand": {"a": 1}}), "map[runCommand:map[a:1]]", of("object", "RunCommand", "[]string")),
        (json!({"environment": "x"}), "map[environment:x]", of("string", "Environment", "map[string]string")),
        (json!({"environment": {"a": 1}}), "map[environment:map[a:1]]", of("number", "Environment", "string")),
        (json!({"workingDirectory": []}), "map[workingDirectory:[]]", of("array", "WorkingDirectory", "string")),
        // The first in the order of the names.
        (json!({"runCommand": 7, "id": 5}), "map[id:5 runCommand:7]", of("number", "ID", "string")),
        (json!("x"), "x", "json: cannot unmarshal string into Go value of type runscript.RunScriptPluginInput".into()),
    ] {
        let text = Script::read(&inputs).unwrap_err();
        assert_eq!(text, format!("Invalid format in plugin properties {shown};\nerror {error}"), "{inputs}");
    }
}
