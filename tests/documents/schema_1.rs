//! Documents of schema 1.2: actions with one or several sets of properties.

use serde_json::json;

use crate::ground::Ground;

#[test]
fn several_properties_are_one_step() {
    let document = json!({
        "schemaVersion": "1.2",
        "parameters": { "commands": { "type": "StringList", "default": ["echo one"] } },
        "runtimeConfig": { "aws:runShellScript": { "properties": [
            { "id": "0.aws:runShellScript", "runCommand": "{{ commands }}" },
            { "id": "1.aws:runShellScript", "runCommand": ["exit 4"] },
            { "id": "2.aws:runShellScript", "runCommand": ["echo three"] },
        ] } },
    });
    let ground = Ground::new(&document.to_string());
    let (run, exit) = ground.json(&[]);
    let step = &run["steps"][0];
    assert_eq!((step["status"].as_str().unwrap(), step["exitCode"].as_i64().unwrap(), exit), ("Failed", 4, 1));
    assert_eq!(step["stdout"], "one\n\n\nthree\n");
    assert_eq!(step["name"], "aws:runShellScript");
}
