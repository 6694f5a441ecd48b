//! Texts of plugins on their way to a terminal.

use crate::harness::{assert_inert, bounded, project, refused, render, render_command, value};

#[test]
fn a_panic_is_told_by_its_message() {
    let run = refused(&project(""), "panic", 1, &["the plugin `hostile` panicked: seven is not eight"]);
    assert!(!run.stderr.contains("src/") && !run.stderr.contains("RUST_BACKTRACE"), "{}", run.stderr);
}

#[test]
fn escapes_in_a_panic_become_pictures() {
    refused(&project(""), "panic-escapes", 1, &["the plugin `hostile` panicked: ␛[31mred␛[2J␛]0;title␇"]);
}

#[test]
fn a_long_panic_is_cut() {
    let run = refused(&project(""), "panic-long", 1, &["the plugin `hostile` panicked: ", "long long"]);
    assert!(run.stderr.len() < 5_000, "{} bytes", run.stderr.len());
}

#[test]
fn leaving_early_is_no_answer() {
    refused(&project(""), "exit", 1, &["the plugin `hostile` ", "exit"]);
    refused(&project(""), "abort", 1, &["the plugin `hostile` was stopped by a trap"]);
}

#[test]
fn escapes_in_a_failure_become_pictures() {
    let run = refused(&project(""), "failure-escapes", 1, &["message ␛[31mred", "Hint ␛[31mred"]);
    assert!(!run.stderr.contains('\u{202e}'));
}

#[test]
fn escapes_in_a_failure_are_inert_in_json_too() {
    let project = project("");
    let run = bounded(render_command(&project, "failure-escapes", &["--output", "json"]));
    assert_eq!(run.code, 1);
    assert_inert(&run);
    let message = run.json()["error"]["problems"][0]["message"].as_str().unwrap().to_owned();
    assert!(message.starts_with("message ␛[31mred"), "{message}");
}

#[test]
fn escapes_in_a_value_reach_neither_template_nor_terminal() {
    let project = project("");
    let run = render(&project, "value-escapes");
    assert_inert(&run);
    if run.code == 0 {
        // A renderer may write them in the language's own way, `"\e"` in YAML.
        let written = project.read("out.yaml");
        assert!(!written.contains('\u{1b}') && written.contains("value"), "{written:?}");
    } else {
        assert!(!project.path().join("out.yaml").exists());
    }
    let shown = bounded(project.command(&["render", "template.yaml", "--explain"]));
    assert_inert(&shown);
    let json = bounded(project.command(&["render", "template.yaml", "--output", "json"]));
    assert!(!json.stdout.contains('\u{1b}'));
}

#[test]
fn escapes_in_what_is_told_of_a_value_become_pictures() {
    let project = project("");
    let run = bounded(render_command(&project, "version-escapes", &["--explain"]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_inert(&run);
    assert!(run.stderr.contains("␛[31mred"), "{}", run.stderr);
    let lock = project.read("formwork.lock");
    assert!(!lock.contains('\u{1b}') && !lock.contains("\\u001b") && !lock.contains("\\e"), "{lock}");
}

#[test]
fn escapes_in_log_lines_become_pictures() {
    let project = project("");
    for filter in ["trace", "plugin=trace", "warn"] {
        let mut command = render_command(&project, "log-escapes", &["--latest"]);
        command.env("FORMWORK_LOG", filter);
        let run = bounded(command);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_inert(&run);
        assert!(run.stderr.contains("␛[31mred"), "{}", run.stderr);
    }
}

#[test]
fn a_log_line_cannot_forge_another() {
    let project = project("");
    let run = render(&project, "log-lines");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("one error: forged"), "{}", run.stderr);
    assert!(!run.stderr.lines().any(|line| line.starts_with("error:")), "{}", run.stderr);
}

#[test]
fn escapes_in_a_refused_name_become_pictures() {
    let run = refused(&project(""), "grant:parameters-forged", 4, &["may not read the parameter `␛[31m*"]);
    // What the hint says to add must not grant anything but a parameter.
    let hint = run.stderr.lines().find(|line| line.starts_with("hint:")).unwrap();
    let grant = hint.split("add `").nth(1).unwrap().split("` to the grants").next().unwrap();
    let parsed: toml::Table = grant.parse().unwrap_or_else(|error| panic!("{error}: {grant}"));
    assert_eq!(parsed.keys().collect::<Vec<_>>(), ["parameters"], "{grant}");
}

#[test]
fn refusals_do_not_flood() {
    let run = refused(&project(""), "grant:parameters-many", 4, &["may not read the parameter"]);
    assert!(run.stderr.len() < 200_000, "{} bytes", run.stderr.len());
}

#[test]
fn a_reference_with_escapes_is_shown_inert() {
    let project = project("");
    project.write("template.yaml", "Description: <<resolve:hostile:\u{1b}[31mgood>>\n");
    for options in [&["render", "template.yaml"][..], &["render", "template.yaml", "--explain"]] {
        let run = bounded(project.command(options));
        assert_ne!(run.code, 0, "{}", run.stderr);
        assert_inert(&run);
    }
    assert_eq!(value(&project, "good"), "good-value");
}
