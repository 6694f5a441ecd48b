//! What a project does to trust a plugin: formwork.lock has its digest and its grants.

use crate::common::Sandbox;
use crate::fixture::{resolver, resolver_edition};
use crate::harness::{configure, project, refused_only, value};

const FILES: &str = "grants = { files = [\"versions\"] }";

fn locked(project: &Sandbox) -> toml::Table {
    let lock: toml::Table = project.read("formwork.lock").parse().unwrap();
    lock["plugin"].as_array().unwrap()[0].as_table().unwrap().clone()
}

fn status(project: &Sandbox) -> String {
    let run = project.run(&["plugin", "list", "--output", "json"]);
    let rows = run.json()["plugins"].as_array().unwrap().clone();
    rows.iter().find(|row| row["name"] == "hostile").unwrap()["status"].as_str().unwrap().to_owned()
}

#[test]
fn the_first_use_adds_digest_and_grants() {
    let project = project(FILES);
    assert_eq!(status(&project), "not locked yet");
    value(&project, "good");
    let plugin = locked(&project);
    assert_eq!(plugin["name"].as_str(), Some("hostile"));
    assert_eq!(plugin["source"].as_str(), Some("hostile.wasm"));
    assert_eq!(plugin["digest"].as_str(), Some(&*format!("sha256:{}", formwork::plugin::sha256(resolver()))));
    assert_eq!(plugin["grants"]["files"][0].as_str(), Some("versions"));
    assert_eq!(status(&project), "locked");
    let before = project.read("formwork.lock");
    value(&project, "good");
    assert_eq!(project.read("formwork.lock"), before);
}

#[test]
fn a_changed_component_stops_the_run() {
    let project = project(FILES);
    value(&project, "good");
    std::fs::remove_file(project.path().join("out.yaml")).unwrap();
    project.write("hostile.wasm", resolver_edition(4));
    assert_eq!(status(&project), "changed");
    let words = ["the plugin `hostile` has changed", "run `formwork plugin update hostile`"];
    refused_only(&project, "better", 4, &words);
    // A file that is no plugin any more is still a changed one.
    project.write("hostile.wasm", "not wasm");
    refused_only(&project, "better", 4, &words);
    project.write("hostile.wasm", resolver_edition(4));
    let told = project.ok(&["plugin", "update", "hostile"]);
    assert!(told.contains("hostile:\n  digest  sha256:") && told.contains(" → sha256:"), "{told}");
    assert_eq!(status(&project), "locked");
    value(&project, "better");
}

#[test]
fn wider_grants_stop_the_run() {
    let project = project(FILES);
    value(&project, "good");
    std::fs::remove_file(project.path().join("out.yaml")).unwrap();
    configure(&project, "grants = { files = [\"versions\", \"/etc\"], reveal = true }");
    assert_eq!(status(&project), "granted more");
    let more = "the plugin `hostile` is granted more than formwork.lock says: files = \"/etc\", reveal = true";
    refused_only(&project, "better", 4, &[more, "Run `formwork plugin update hostile` to agree"]);
    let told = project.ok(&["plugin", "update"]);
    assert!(told.contains("  + files = \"/etc\"\n  + reveal = true\n"), "{told}");
    value(&project, "better");
    assert_eq!(locked(&project)["grants"]["reveal"].as_bool(), Some(true));
}

#[test]
fn narrower_grants_are_fine_and_are_recorded() {
    let project = project("grants = { files = [\"versions\", \"more\"], reveal = true }");
    value(&project, "good");
    configure(&project, FILES);
    assert_eq!(status(&project), "locked");
    value(&project, "better");
    let grants = locked(&project)["grants"].clone();
    assert_eq!(grants.as_table().unwrap().keys().collect::<Vec<_>>(), ["files"]);
    assert_eq!(grants["files"].as_array().unwrap().len(), 1);
    // So that having them back takes agreement again.
    std::fs::remove_file(project.path().join("out.yaml")).unwrap();
    configure(&project, "grants = { files = [\"versions\", \"more\"] }");
    refused_only(&project, "wasi:clock", 4, &["is granted more than formwork.lock says: files = \"more\""]);
}

#[test]
fn locked_trusts_nobody_new() {
    let project = project("");
    project.write("template.yaml", "Description: <<resolve:hostile:good>>\n");
    let locked = ["render", "template.yaml", "--locked"];
    let run = project.run(&locked);
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert!(run.stderr.contains("the plugin `hostile` is not in formwork.lock"), "{}", run.stderr);
    assert!(run.stderr.contains("formwork plugin update hostile"), "{}", run.stderr);
    assert!(!project.path().join("formwork.lock").exists());
    project.ok(&["plugin", "update", "hostile"]);
    // Trusted, but the value is not pinned.
    let run = project.run(&locked);
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert!(run.stderr.contains("is not pinned"), "{}", run.stderr);
    project.ok(&["render", "template.yaml"]);
    assert!(project.ok(&locked).contains("good-value"));
}

#[test]
fn latest_does_not_touch_the_lock() {
    let project = project("");
    project.write("template.yaml", "Description: <<resolve:hostile:good>>\n");
    project.ok(&["render", "template.yaml", "--latest"]);
    assert!(!project.path().join("formwork.lock").exists());
    value(&project, "good");
    project.write("hostile.wasm", resolver_edition(4));
    assert_eq!(project.run(&["render", "template.yaml", "--latest"]).code, 4, "trust is not a pin");
}

/// Nothing of the plugin runs, so nothing has to be trusted.
#[test]
fn what_is_pinned_needs_no_plugin() {
    let project = project("");
    value(&project, "good");
    project.write("hostile.wasm", resolver_edition(4));
    assert_eq!(value(&project, "good"), "good-value");
}

#[test]
fn update_says_when_there_is_nothing_to_do_and_knows_its_plugins() {
    let project = project("");
    assert!(project.ok(&["plugin", "update"]).contains("it can make use of: "));
    let run = project.run(&["plugin", "update"]);
    assert_eq!((run.code, &*run.stdout), (0, ""));
    assert!(run.stderr.contains("nothing to update"), "{}", run.stderr);
    let run = project.run(&["plugin", "update", "other"]);
    assert_ne!(run.code, 0);
    assert!(run.stderr.contains("there is no plugin `other`") && run.stderr.contains("formwork plugin list"));
}

#[test]
fn update_in_json_tells_old_and_new() {
    let project = project(FILES);
    let update = ["plugin", "update", "--output", "json"];
    let first = project.run(&update).json();
    assert_eq!(first["updated"][0]["digest"]["old"], serde_json::Value::Null);
    project.write("hostile.wasm", resolver_edition(4));
    let second = project.run(&update).json();
    assert_eq!(second["updated"][0]["digest"]["old"], first["updated"][0]["digest"]["new"]);
    assert_eq!(second["updated"][0]["grants"]["new"]["files"][0], "versions");
    assert_eq!(project.run(&update).json()["updated"].as_array().unwrap().len(), 0);
}

/// A lock that somebody edited is data, and is checked like everything else.
#[test]
fn a_forged_lock_gives_nothing() {
    let project = project("");
    value(&project, "good");
    std::fs::remove_file(project.path().join("out.yaml")).unwrap();
    let lock = project.read("formwork.lock");
    let digest = formwork::plugin::sha256(resolver());
    for wrong in ["", "sha256:", "0000"] {
        project.write("formwork.lock", lock.replace(&format!("sha256:{digest}"), wrong));
        refused_only(&project, "better", 4, &["the plugin `hostile` has changed"]);
    }
    // Grants of the lock are what was agreed to, not what is given.
    let generous = lock.replace("[plugin.grants]", "[plugin.grants]\nfiles = [\".\"]");
    project.write("formwork.lock", generous);
    refused_only(&project, "grant:files", 4, &["may not read files"]);
}
