//! Answers that break the contract.

use crate::harness::{bounded, project, refused, render_command, value};

#[test]
fn the_number_of_answers_is_checked() {
    let broke = "the plugin `hostile` broke the contract: it gave";
    refused(&project(""), "no-answers", 1, &[broke, "0 answers for 1 reference"]);
    refused(&project(""), "two-answers", 1, &[broke, "2 answers for 1 reference"]);
}

/// What may be another value after each deployment has no pin, and none is missed with `--locked`; its plugin has to be
/// locked all the same.
#[test]
fn a_volatile_value_is_looked_up_each_time() {
    let project = project("");
    let refused = bounded(render_command(&project, "volatile", &["--locked"]));
    assert_eq!(refused.code, 4, "{}", refused.stderr);
    assert!(refused.stderr.contains("the plugin `hostile` is not in formwork.lock"), "{}", refused.stderr);
    assert_eq!(value(&project, "volatile"), "volatile-value");
    let lock = project.read("formwork.lock");
    assert!(lock.contains("name = \"hostile\"") && !lock.contains("volatile"), "{lock}");
    let run = bounded(render_command(&project, "volatile", &["--locked"]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(project.read("formwork.lock"), lock);
    // Beside it a value that is not volatile is held up as ever.
    project.write("template.yaml", "A: <<resolve:hostile:volatile>>\nB: <<resolve:hostile:good>>\n");
    let run = bounded(project.command(&["render", "template.yaml", "--locked"]));
    assert_eq!((run.code, &*run.stdout), (4, ""), "{}", run.stderr);
    assert!(run.stderr.contains("`hostile:good` is not pinned"), "{}", run.stderr);
    assert!(!run.stderr.contains("`hostile:volatile`"), "{}", run.stderr);
}

/// A place where CloudFormation takes a secret.
const DATABASE: &str = "Resources:
  Database:
    Type: AWS::RDS::DBInstance
    Properties:
      MasterUserPassword: <<resolve:hostile:dynamic>>
";

#[test]
fn a_dynamic_reference_is_one() {
    let project = project("");
    project.write("template.yaml", DATABASE);
    let run = bounded(project.command(&["render", "template.yaml"]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("MasterUserPassword: '{{resolve:secretsmanager:app:SecretString:password}}'"),
        "{}",
        run.stdout
    );
}

/// Values that are not pinned, and that `--locked` lets through, must not be plain text in disguise.
#[test]
fn plain_text_is_no_dynamic_reference() {
    for case in ["dynamic-lie", "dynamic-tail", "dynamic-escapes"] {
        let project = project("");
        project.write("template.yaml", DATABASE.replace("dynamic", case));
        let run = bounded(project.command(&["render", "template.yaml"]));
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(run.stderr.contains("broke the contract") && run.stdout.is_empty(), "{}", run.stderr);
    }
    for case in ["dynamic-lie", "dynamic-tail", "dynamic-escapes"] {
        refused(&project(""), case, 1, &["the plugin `hostile` broke the contract", "dynamic reference"]);
    }
}

#[test]
fn a_secret_that_nobody_asked_for_is_refused() {
    let run = refused(&project(""), "revealed", 1, &["the plugin `hostile` revealed a secret without being asked to"]);
    assert!(!run.stderr.contains("unasked"));
}

/// One reference that fails fails the run; the pins of the others are not written.
#[test]
fn good_answers_beside_a_bad_one_write_nothing() {
    let project = project("");
    let template =
        "A: <<resolve:hostile:good>>\nB: <<resolve:hostile:failure-escapes>>\nC: <<resolve:hostile:better>>\n";
    project.write("template.yaml", template);
    let run = bounded(project.command(&["render", "template.yaml", "--out", "out.yaml"]));
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(!project.path().join("out.yaml").exists() && !project.path().join("formwork.lock").exists());
}

/// A call that ends badly takes the other references of the call with it, and no other call.
#[test]
fn a_trap_spoils_its_call_only() {
    let project = project("limits = { time = \"300ms\" }");
    assert_eq!(value(&project, "good"), "good-value");
    for case in ["loop", "panic", "memory", "recursion"] {
        let run = bounded(render_command(&project, case, &[]));
        assert_eq!(run.code, 1, "{}", run.stderr);
        let run = bounded(render_command(&project, "good", &["--latest"]));
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
}
