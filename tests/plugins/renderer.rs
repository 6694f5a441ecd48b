//! A renderer of a third party.

use crate::common::{Run, Sandbox};
use crate::harness::{assert_inert, bounded, renderer_project};

/// Render with a first line that says what the renderer is to do.
fn render(project: &Sandbox, case: &str) -> Run {
    project.write("template.yaml", format!("case: {case}\n# ssm:/app/ami\nResources: {{}}\n"));
    bounded(project.command(&["render", "template.yaml", "--out", "out.yaml"]))
}

fn refused(project: &Sandbox, case: &str, code: i32, words: &[&str]) -> Run {
    let run = render(project, case);
    assert_eq!(run.code, code, "{case}\n{}", run.stderr);
    for words in words {
        assert!(run.stderr.contains(words), "{case}: `{words}` is missing in\n{}", run.stderr);
    }
    assert_inert(&run);
    for file in ["out.yaml", "formwork.lock"] {
        assert!(!project.path().join(file).exists(), "{case} wrote {file}");
    }
    run
}

#[test]
fn the_project_chooses_its_renderer() {
    let project = renderer_project("");
    let run = render(&project, "good");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(project.read("out.yaml"), project.read("template.yaml"));
    assert!(project.read("formwork.lock").contains("name = \"hostile\""));
}

/// What differs between two runs of an ordinary program, its clock and its random numbers, is the same.
#[test]
fn the_same_input_gives_the_same_bytes() {
    let project = renderer_project("");
    let outputs: Vec<String> = (0..2)
        .map(|_| {
            let run = render(&project, "clock-and-random");
            assert_eq!(run.code, 0, "{}", run.stderr);
            project.read("out.yaml")
        })
        .collect();
    assert_eq!(outputs[0], outputs[1]);
    assert!(outputs[0].contains("Wall: 1577836800000000000\n  Elapsed: 0\n"), "{}", outputs[0]);
}

#[test]
fn time_limits_hold_for_renderers() {
    let project = renderer_project("limits = { time = \"300ms\" }");
    for case in ["loop", "sleep"] {
        refused(&project, case, 1, &["the plugin `hostile` took longer than 300 ms", "raise it in formwork.toml"]);
    }
}

#[test]
fn escapes_never_reach_the_terminal() {
    let project = renderer_project("");
    refused(&project, "panic", 1, &["the plugin `hostile` panicked: ␛[31mred"]);
    refused(&project, "finding-escapes", 1, &["␛[31mred"]);
    let run = render(&project, "warning-escapes");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("warning: ␛[31mred"), "{}", run.stderr);
    assert_inert(&run);
}

/// Neither YAML nor JSON can hold them, so no template loses anything.
#[test]
fn a_template_with_control_characters_is_refused() {
    let project = renderer_project("");
    refused(&project, "escapes", 1, &["the plugin `hostile` broke the contract", "U+001B"]);
}

#[test]
fn findings_are_what_the_contract_says() {
    let project = renderer_project("");
    let broke = "the plugin `hostile` broke the contract";
    refused(&project, "no-finding", 1, &[broke, "without an error"]);
    refused(&project, "only-a-warning", 1, &[broke, "without an error"]);
    refused(&project, "error-in-success", 1, &[broke, "grave"]);
}

#[test]
fn places_that_are_none_do_no_harm() {
    let run = refused(&renderer_project(""), "places", 1, &["nowhere", "5 errors"]);
    assert!(run.stderr.len() < 5_000, "{}", run.stderr);
}

#[test]
fn references_need_their_grant() {
    refused(&renderer_project(""), "resolve", 4, &["may not resolve references", "`references = true`"]);
    let project = renderer_project("grants = { references = true }");
    project.ok(&["param", "put", "/app/ami", "ami-1"]);
    let run = render(&project, "resolve");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(project.read("out.yaml"), "Description: ami-1\n");
    assert!(project.read("formwork.lock").contains("reference = \"ssm:/app/ami\""));
}

#[test]
fn references_with_control_characters_are_refused() {
    let project = renderer_project("grants = { references = true }");
    refused(&project, "resolve-escapes", 2, &["the reference `ssm:/app/ami␛[31mred", "has a control character"]);
}

#[test]
fn many_equal_references_are_looked_up_once() {
    let project = renderer_project("grants = { references = true }\nlimits = { memory = \"256MiB\", time = \"55s\" }");
    project.ok(&["param", "put", "/app/ami", "ami-1"]);
    let run = render(&project, "resolve-many");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(project.read("out.yaml"), "answers: 50000\n");
    assert_eq!(project.read("formwork.lock").matches("[[pin]]").count(), 1, "{}", project.read("formwork.lock"));
}

#[test]
fn interfaces_of_actions_are_refused_to_renderers() {
    refused(
        &renderer_project(""),
        "process",
        4,
        &["may not start the program `/bin/true`", "process = [\"/bin/true\"]"],
    );
}

#[test]
fn a_renderer_that_is_none_or_is_not_there_is_named() {
    let project = crate::harness::project("");
    let toml = "renderer = \"hostile\"\n[plugins.hostile]\nsource = \"hostile.wasm\"\n";
    project.write("formwork.toml", toml);
    refused(&project, "good", 1, &["the plugin `hostile` is no renderer: it does not export the interface `renderer`"]);
    project.write("formwork.toml", toml.replace("renderer = \"hostile\"", "renderer = \"other\""));
    refused(&project, "good", 1, &["there is no plugin `other`"]);
}
