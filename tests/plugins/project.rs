//! What formwork.toml says of plugins.

use crate::common::Sandbox;
use crate::fixture::resolver;
use crate::harness::{assert_inert, bounded, configure, project, refused_only, value};

/// formwork.toml is refused with its place; nothing runs.
fn wrong(text: &str, place: &str, words: &[&str]) {
    let sandbox = Sandbox::new();
    sandbox.write("hostile.wasm", resolver());
    sandbox.write("formwork.toml", text);
    for args in [&["plugin", "list"][..], &["plugin", "update"], &["render", "template.yaml"]] {
        sandbox.write("template.yaml", "Description: x\n");
        let run = bounded(sandbox.command(args));
        assert_eq!(run.code, 2, "{text}\n{}", run.stderr);
        assert!(run.stderr.contains(&format!("formwork.toml:{place}")), "{place} is missing in\n{}", run.stderr);
        for words in words {
            assert!(run.stderr.contains(words), "`{words}` is missing in\n{}", run.stderr);
        }
        assert!(!sandbox.path().join("formwork.lock").exists());
    }
}

const PLUGIN: &str = "[plugins.hostile]\nsource = \"hostile.wasm\"\n";

#[test]
fn a_grant_that_does_not_exist_has_its_place() {
    wrong(&format!("{PLUGIN}grants = {{ network = true }}\n"), "3:12", &["unknown field `network`", "parameters"]);
    wrong(&format!("{PLUGIN}grants = {{ http = [\"https://example.com\"] }}\n"), "3:12", &["unknown field `http`"]);
    wrong(&format!("{PLUGIN}grants = {{ Files = [\".\"] }}\n"), "3:12", &["unknown field `Files`"]);
}

#[test]
fn a_grant_of_the_wrong_type_has_its_place() {
    wrong(&format!("{PLUGIN}grants = {{ files = true }}\n"), "3:20", &["invalid type"]);
    wrong(&format!("{PLUGIN}grants = {{ reveal = \"yes\" }}\n"), "3:21", &["invalid type"]);
    wrong(&format!("{PLUGIN}grants = [\"files\"]\n"), "3:1", &["invalid type"]);
}

#[test]
fn limits_have_units() {
    for memory in ["64", "64MB", "5000MiB", "0MiB", "-1MiB", "lots"] {
        let text = format!("{PLUGIN}limits = {{ memory = \"{memory}\" }}\n");
        wrong(&text, "3:21", &["`memory` reads like \"128MiB\""]);
    }
    for time in ["5", "5m", "0s", "0ms", "3601s", "-1s", "99999999999999999999s"] {
        wrong(&format!("{PLUGIN}limits = {{ time = \"{time}\" }}\n"), "3:19", &["`time` reads like \"10s\""]);
    }
    wrong(&format!("{PLUGIN}limits = {{ fuel = \"1\" }}\n"), "3:12", &["unknown field `fuel`"]);
}

#[test]
fn a_plugin_has_a_source_and_a_proper_name() {
    wrong("[plugins.hostile]\n", "1:", &["missing field `source`"]);
    wrong("[plugins.\"a b\"]\nsource = \"x\"\n", "1:10", &["`a b` is not a name for a plugin"]);
    wrong("[plugins.\"\"]\nsource = \"x\"\n", "", &["is not a name for a plugin"]);
    wrong(&format!("{PLUGIN}sauce = 1\n"), "3:1", &["unknown field `sauce`"]);
}

/// A project that somebody else wrote is not trusted either.
#[test]
fn escapes_in_formwork_toml_become_pictures() {
    for text in ["[plugins.\"a\\u001b[31m\"]\nsource = \"x\"\n", "\"a\\u001b[31m\" = 1\n"] {
        let sandbox = Sandbox::new();
        sandbox.write("formwork.toml", text);
        let run = bounded(sandbox.command(&["plugin", "list"]));
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert_inert(&run);
    }
}

/// What a built-in plugin may do is granted to it by name.
#[test]
fn the_names_of_built_in_plugins_are_taken() {
    for name in ["cloudformation", "parameter-store", "secrets-manager", "stack-outputs", "update-stack"] {
        let text = format!("[plugins.{name}]\nsource = \"hostile.wasm\"\n");
        wrong(&text, "", &[&format!("`{name}`"), "comes with Formwork"]);
    }
}

#[test]
fn a_grant_without_its_folder_is_no_mistake_until_it_is_used() {
    let project = project("grants = { files = [\"later\"] }");
    assert_eq!(value(&project, "good"), "good-value");
    std::fs::remove_file(project.path().join("out.yaml")).unwrap();
    refused_only(&project, "read:x", 1, &["the granted folder `later` cannot be opened"]);
    project.write("later/x", "1");
    assert!(value(&project, "read:x").contains("1 bytes: 1"));
}

/// A limit that is not written is that of every resolver.
#[test]
fn one_limit_leaves_the_other_as_it_is() {
    let project = project("limits = { memory = \"128MiB\" }");
    assert_eq!(value(&project, "good"), "good-value");
    configure(&project, "limits = { time = \"55s\" }");
    std::fs::remove_file(project.path().join("out.yaml")).unwrap();
    refused_only(&project, "memory", 1, &["used more than 64 MiB of memory"]);
}
