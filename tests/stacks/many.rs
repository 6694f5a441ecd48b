//! Several stacks of a project, on ministack: a chain, a diamond, a failure in the middle.

use std::fmt::Write;

use serde_json::Value;

use crate::common::Run;
use crate::ground::{has, has_none, ministack, quick};
use crate::project::{Project, run, unique};

/// A parameter as a stack with an output; what it takes from others stands in its value.
fn template(name: &str, from: &[&str]) -> String {
    let values: Vec<String> = from.iter().map(|stack| format!("<<resolve:stack:{stack}.Value>>")).collect();
    let value = if values.is_empty() { "start".to_owned() } else { values.join("+") };
    format!(
        "Resources:\n  P:\n    Type: AWS::SSM::Parameter\n    Properties:\n      Type: String\n      Name: {name}\n      Value: \"{value}\"\n\
         Outputs:\n  Value:\n    Value: !GetAtt P.Value\n"
    )
}

/// A project with these stacks, each with those that it takes from; one with a reserved name fails.
fn project(stacks: &[(&str, &[&str])], failing: Option<&str>) -> (Project, String) {
    let project = ministack();
    let id = unique("many");
    let mut toml = String::new();
    for (stack, from) in stacks {
        let name = if failing == Some(stack) { format!("/aws/{id}") } else { format!("/{id}/{stack}") };
        project.sandbox.write(&format!("{stack}.yaml"), template(&name, from));
        writeln!(toml, "[stacks.{stack}]\nname = \"{id}-{stack}\"\ntemplate = \"{stack}.yaml\"").unwrap();
    }
    project.sandbox.write("formwork.toml", toml);
    (project, id)
}

fn formwork(project: &Project, args: &[&str]) -> Run {
    run(quick(project.command(args)))
}

fn status(project: &Project, stack: &str) -> String {
    let run = formwork(project, &["stack", "show", stack, "--output", "json"]);
    if run.code != 0 {
        return "none".to_owned();
    }
    let text = run.json().to_string();
    let known = ["CREATE_COMPLETE", "UPDATE_COMPLETE", "ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"];
    known.into_iter().find(|status| text.contains(&format!("\"{status}\""))).unwrap_or("another").to_owned()
}

const CHAIN: &[(&str, &[&str])] = &[("net", &[]), ("db", &["net"]), ("app", &["db"])];
const DIAMOND: &[(&str, &[&str])] =
    &[("top", &[]), ("left", &["top"]), ("right", &["top"]), ("bottom", &["left", "right"])];

#[test]
fn a_chain_is_deployed_in_order() {
    let (project, _) = project(CHAIN, None);
    let deployed = formwork(&project, &["deploy", "--all", "--yes"]);
    assert_eq!(deployed.code, 0, "{}", deployed.stderr);
    let outputs = formwork(&project, &["stack", "outputs", "app", "--output", "json"]).json().to_string();
    has(&outputs, &["start"]);
    for (stack, _) in CHAIN {
        assert_eq!(status(&project, stack), "CREATE_COMPLETE", "{stack}");
    }
    let again = formwork(&project, &["deploy", "--all", "--yes"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    has(&again.stderr, &["nothing to do"]);
}

#[test]
fn a_plan_of_a_chain_knows_what_it_does_not_know() {
    let (project, _) = project(CHAIN, None);
    let plans = formwork(&project, &["plan", "--all", "--output", "json"]);
    assert_eq!(plans.code, 0, "{}", plans.stderr);
    let plans = plans.json();
    let of = |stack: &str| {
        let all = plans["plans"].as_array().unwrap();
        all.iter().find(|plan| plan["stack"].as_str().unwrap().ends_with(stack)).cloned().unwrap_or(Value::Null)
    };
    assert_eq!(of("net")["knownAfterDeploy"], serde_json::json!([]));
    has(&of("db")["knownAfterDeploy"].to_string(), &["stack:net.Value"]);
    has(&of("app")["knownAfterDeploy"].to_string(), &["stack:db.Value"]);
    let text = formwork(&project, &["plan", "--all"]);
    has(&text.stdout, &["known after deploy"]);
}

#[test]
fn a_failure_in_a_diamond_stops_what_depends_on_it_and_nothing_else() {
    let (project, _) = project(DIAMOND, Some("left"));
    let deployed = formwork(&project, &["deploy", "--all", "--yes", "--jobs", "2"]);
    assert_eq!(deployed.code, 1, "{}", deployed.stderr);
    has(&deployed.stderr, &["left", "bottom"]);
    for (stack, expected) in [("top", "CREATE_COMPLETE"), ("right", "CREATE_COMPLETE"), ("bottom", "none")] {
        assert_eq!(status(&project, stack), expected, "{stack}\n{}", deployed.stderr);
    }
    assert_ne!(status(&project, "left"), "CREATE_COMPLETE");
}

#[test]
fn a_cycle_is_named() {
    let (project, _) = project(&[("a", &["b"]), ("b", &["c"]), ("c", &["a"])], None);
    let planned = formwork(&project, &["plan", "--all"]);
    assert_eq!(planned.code, 2, "{}", planned.stderr);
    has(&planned.stderr, &["a", "b", "c", "→"]);
}

#[test]
fn the_stacks_of_a_project_are_drawn() {
    let (project, _) = project(CHAIN, None);
    let drawn = formwork(&project, &["graph", "--format", "dot"]);
    assert_eq!(drawn.code, 0, "{}", drawn.stderr);
    has(&drawn.stdout, &["digraph", "net", "db", "app", "->"]);
    let some = formwork(&project, &["graph", "net", "db"]);
    has_none(&some.stdout, &["app"]);
}

#[test]
fn an_environment_puts_its_values_over() {
    let project = ministack();
    let id = unique("env");
    let template = "Parameters:\n  Value:\n    Type: String\nResources:\n  P:\n    Type: AWS::SSM::Parameter\n    Properties:\n      Type: String\n      Value: !Ref Value\nOutputs:\n  Value:\n    Value: !Ref Value\n";
    project.sandbox.write("t.yaml", template);
    project.sandbox.write(
        "formwork.toml",
        format!(
            "[stacks.app]\nname = \"{id}\"\ntemplate = \"t.yaml\"\nparameters = {{ Value = \"usual\" }}\n\
             [environments.prod.stacks.app]\nname = \"{id}-prod\"\nparameters = {{ Value = \"prod\" }}\n"
        ),
    );
    for (args, expected) in
        [(&["deploy", "app", "--yes"][..], "usual"), (&["deploy", "app", "--yes", "--env", "prod"], "prod")]
    {
        let deployed = formwork(&project, &[args, &["--output", "json"]].concat());
        assert_eq!(deployed.code, 0, "{}", deployed.stderr);
        assert_eq!(deployed.json()["outputs"]["Value"], expected);
    }
}
