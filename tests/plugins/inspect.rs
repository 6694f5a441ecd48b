//! `formwork plugin list` and `formwork plugin inspect`.

use crate::common::Sandbox;
use crate::fixture::{renderer, resolver, toml_resolver};
use crate::harness::{assert_inert, bounded};

/// Digests and sizes change with every compiler.
fn stable(text: &str) -> String {
    let filters = [
        (r"sha256:[0-9a-f]{64}", "sha256:DIGEST"),
        (r"size         \d+ bytes", "size         SIZE bytes"),
        (r#""size": \d+"#, "\"size\": SIZE"),
        (r"wasi:([a-z/-]+)@0\.2\.\d+", "wasi:$1@0.2.X"),
    ];
    filters.iter().fold(text.to_owned(), |text, (pattern, with)| {
        regex::Regex::new(pattern).unwrap().replace_all(&text, *with).into_owned()
    })
}

/// All lines but those of WASI, which are the toolchain's choice.
fn without_wasi(text: &str) -> String {
    text.lines().filter(|line| !line.contains("wasi:")).collect::<Vec<_>>().join("\n")
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("resolver.wasm", resolver());
    sandbox.write("renderer.wasm", renderer());
    sandbox.write("toml.wasm", toml_resolver());
    sandbox
}

#[test]
fn inspect_tells_a_person_what_a_component_is() {
    let sandbox = sandbox();
    insta::assert_snapshot!("inspect_text", without_wasi(&stable(&sandbox.ok(&["plugin", "inspect", "toml.wasm"]))));
    let hostile = sandbox.ok(&["plugin", "inspect", "resolver.wasm"]);
    let grants = hostile.lines().find(|line| line.starts_with("grants")).unwrap();
    let all = "references, parameters, secrets, reveal, files, output, process, http, stacks";
    assert_eq!(grants.trim_start_matches("grants").trim(), all);
    assert!(sandbox.ok(&["plugin", "inspect", "renderer.wasm"]).starts_with("kind         renderer\n"));
}

#[test]
fn inspect_tells_a_program_what_a_component_is() {
    let sandbox = sandbox();
    let json = bounded(sandbox.command(&["plugin", "inspect", "toml.wasm", "--output", "json"])).json();
    assert_eq!(json["digest"], format!("sha256:{}", formwork::plugin::sha256(toml_resolver())));
    assert_eq!(json["size"], toml_resolver().len());
    let mut json = json;
    let imports = json["imports"].as_array().unwrap().clone();
    json["imports"] = imports.into_iter().filter(|name| !name.as_str().unwrap().starts_with("wasi:")).collect();
    // Which compilers and tools there are is the machine's affair.
    let producers = json["producers"].as_array().unwrap().clone();
    assert!(producers.contains(&serde_json::json!({ "field": "language", "value": "Rust" })), "{producers:?}");
    json["producers"] = "[producers]".into();
    insta::assert_snapshot!("inspect_json", stable(&format!("{json:#}")));
}

#[test]
fn inspect_does_not_run_or_trust_anything() {
    let sandbox = sandbox();
    sandbox.ok(&["plugin", "inspect", "resolver.wasm"]);
    assert!(!sandbox.path().join("formwork.lock").exists() && !sandbox.path().join(".formwork").exists());
}

#[test]
fn list_shows_what_may_run() {
    let sandbox = sandbox();
    sandbox.write(
        "formwork.toml",
        "renderer = \"mould\"\n\
         [plugins.hostile]\nsource = \"resolver.wasm\"\ngrants = { parameters = [\"/app/*\"], reveal = true }\n\
         [plugins.mould]\nsource = \"renderer.wasm\"\ngrants = { references = true }\n\
         [plugins.nowhere]\nsource = \"nowhere.wasm\"\n\
         [plugins.toml]\nsource = \"toml.wasm\"\ngrants = { files = [\"versions\"] }\n",
    );
    sandbox.ok(&["plugin", "update", "toml", "mould"]);
    let text = bounded(sandbox.command(&["plugin", "list"]));
    assert_inert(&text);
    let here = sandbox.path().display().to_string();
    // The path of a missing file is shown as it was looked for; how wide the columns are depends on it.
    let blanks = regex::Regex::new("  +").unwrap();
    let lines = text.stdout.replace(&here, "[project]");
    insta::assert_snapshot!("list_text", blanks.replace_all(&lines, "  "));
    let json = bounded(sandbox.command(&["plugin", "list", "--output", "json"]));
    insta::assert_snapshot!("list_json", stable(&json.stdout.replace(&here, "[project]")));
}
