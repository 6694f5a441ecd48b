//! Files that are no component, or one that this host does not take.

use crate::common::Sandbox;
use crate::fixture::resolver;
use crate::harness::{assert_inert, bounded, project_of, refused_only};

/// Refused with these words by `render`, `plugin inspect` and `plugin update`, whichever comes first; nothing is trusted.
fn not_taken(component: &[u8], words: &[&str]) -> Sandbox {
    let project = project_of(component, "");
    refused_only(&project, "good", 1, words);
    project
}

/// What `inspect` says, too.
fn not_a_plugin(component: &[u8], words: &[&str]) {
    let project = not_taken(component, words);
    for args in [&["plugin", "inspect", "hostile.wasm"][..], &["plugin", "update"]] {
        let run = bounded(project.command(args));
        assert_ne!(run.code, 0, "{args:?}");
        assert_inert(&run);
        for words in words {
            assert!(run.stderr.contains(words), "{args:?}: `{words}` is missing in\n{}", run.stderr);
        }
    }
    let list = bounded(project.command(&["plugin", "list", "--output", "json"]));
    assert_eq!(list.code, 0, "{}", list.stderr);
    assert_inert(&list);
    let rows = list.json()["plugins"].as_array().unwrap().clone();
    assert_eq!(rows.last().unwrap()["status"], "unusable");
    assert!(!project.path().join("formwork.lock").exists());
}

fn component(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

#[test]
fn files_that_are_no_component() {
    not_a_plugin(b"", &["is an empty file", "Build or download it again"]);
    not_a_plugin(b"Hello, I am a plugin.\n", &["is not WebAssembly"]);
    not_a_plugin(b"\0as", &["is not WebAssembly"]);
    not_a_plugin(&component("(module)"), &["is a core WebAssembly module", "wasm-tools component new"]);
    not_a_plugin(b"\0asm\x0d\0\x01\0garbage", &["is damaged"]);
}

#[test]
fn a_component_that_ends_early() {
    let whole = resolver();
    for cut in [4, 7, 9, 100, whole.len() / 2, whole.len() - 100, whole.len() - 1] {
        not_a_plugin(&whole[..cut], &["is damaged"]);
    }
    not_a_plugin(&whole[..8], &["exports no plugin interface"]);
}

/// Damage that only the compiler sees.
#[test]
fn a_component_with_broken_code_is_not_compiled() {
    let mut broken = resolver().to_vec();
    let middle = broken.len() / 3;
    broken[middle..middle + 64].fill(0xff);
    not_taken(&broken, &["the plugin `hostile` could not be compiled: "]);
}

#[test]
fn a_file_over_the_size_limit_is_not_read() {
    let mut large = resolver().to_vec();
    large.resize(65 << 20, 0);
    not_a_plugin(&large, &["is larger than 64 MiB"]);
}

#[test]
fn a_component_that_is_no_plugin() {
    not_a_plugin(&component("(component)"), &["exports no plugin interface"]);
    let other = r#"(component (instance $i) (export "wasi:cli/run@0.2.6" (instance $i)))"#;
    not_a_plugin(&component(other), &["exports no plugin interface", "`resolver`"]);
}

#[test]
fn a_plugin_of_a_later_contract_is_named_as_such() {
    let later = r#"(component (instance $i) (export "formwork:plugin/resolver@0.2.0" (instance $i)))"#;
    not_a_plugin(&component(later), &["`formwork:plugin@0.1`"]);
}

#[test]
fn an_unknown_import_is_refused_before_start() {
    for import in
        ["acme:thing/x@1.0.0", "formwork:plugin/teleport@0.1.0", "formwork:plugin/log@0.2.0", "wasi:http/types@0.2.0"]
    {
        let text = format!(
            "(component (import \"{import}\" (instance)) (instance $i) (export \"formwork:plugin/resolver@0.1.0\" (instance $i)))"
        );
        not_a_plugin(&component(&text), &[&format!("imports `{import}`, which this host does not know")]);
    }
}

/// Names are checked only when the component is compiled; what is shown before must be harmless all the same.
#[test]
fn escapes_in_names_become_pictures() {
    let text = r#"(component (import "acme:x/aXXXXX" (instance)) (instance $i) (export "formwork:plugin/resolver@0.1.0" (instance $i)))"#;
    let import = replaced(&component(text), b"aXXXXX", b"\x1b[31m!");
    not_a_plugin(&import, &["imports `acme:x/␛[31m!`"]);
    let text = r#"(component (instance $i) (export "formwork:plugin/resolver@0.1.0" (instance $i)) (export "acme:x/aXXXXX" (instance $i)))"#;
    let export = replaced(&component(text), b"aXXXXX", b"\x1b[31m!");
    let version = replaced(&export, b"0.1.0", b"0.1.\x1b");
    for component in [export, version] {
        let project = project_of(&component, "");
        for args in [
            &["plugin", "inspect", "hostile.wasm"][..],
            &["plugin", "inspect", "hostile.wasm", "--output", "json"],
            &["plugin", "list"],
        ] {
            assert_inert(&bounded(project.command(args)));
        }
        refused_only(&project, "good", 1, &["the plugin `hostile` could not be compiled"]);
    }
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = bytes.to_vec();
    let places: Vec<usize> =
        bytes.windows(from.len()).enumerate().filter(|(_, window)| *window == from).map(|(at, _)| at).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}

#[test]
fn an_interface_that_is_empty_breaks_the_contract() {
    let empty = r#"(component (instance $i) (export "formwork:plugin/resolver@0.1.0" (instance $i)))"#;
    not_taken(&component(empty), &["the plugin `hostile` broke the contract", "`resolver`"]);
}

#[test]
fn a_known_interface_with_an_unknown_function_does_not_fit() {
    let text = r#"(component
        (import "formwork:plugin/log@0.1.0" (instance (export "shout" (func))))
        (instance $i) (export "formwork:plugin/resolver@0.1.0" (instance $i)))"#;
    not_taken(&component(text), &["the plugin `hostile` does not fit this host", "shout"]);
}

#[test]
fn a_file_that_is_missing_says_where_it_was_looked_for() {
    let project = project_of(resolver(), "");
    std::fs::remove_file(project.path().join("hostile.wasm")).unwrap();
    refused_only(&project, "good", 1, &["could not be read from", "hostile.wasm", "Check `source` in formwork.toml"]);
    std::fs::create_dir(project.path().join("hostile.wasm")).unwrap();
    refused_only(&project, "good", 1, &["could not be read from", "hostile.wasm"]);
}

#[test]
fn a_file_that_is_missing_says_why() {
    let project = project_of(resolver(), "");
    std::fs::remove_file(project.path().join("hostile.wasm")).unwrap();
    refused_only(&project, "good", 1, &["No such file"]);
}

/// Whoever reads types recurses. It is left to the compiling process, which may fall over.
#[test]
fn types_nested_without_end_take_down_the_compiler_only() {
    let mut types = vec![1];
    types.extend([0x42, 1, 1].repeat(1_000_000));
    types.extend([0x42, 0]);
    let plugin = component(r#"(component (instance $i) (export "formwork:plugin/resolver@0.1.0" (instance $i)))"#);
    let mut bytes = plugin[..8].to_vec();
    bytes.push(7);
    let mut size = types.len();
    while size >= 0x80 {
        bytes.push((size & 0x7f) as u8 | 0x80);
        size >>= 7;
    }
    bytes.push(size as u8);
    bytes.extend(types);
    bytes.extend(&plugin[8..]);
    let project = not_taken(&bytes, &["the plugin `hostile` could not be compiled: "]);
    assert_eq!(bounded(project.command(&["plugin", "inspect", "hostile.wasm"])).code, 0);
}
