//! Texts of a deployer that would move a terminal's cursor, wherever they are shown.

use super::{Stage, ended};
use crate::harness::{assert_inert, bounded};

const ALL: &str = "grants = { stacks = [\"*\"] }";

const FORMATS: [&str; 3] = ["text", "json", "jsonl"];

/// What a file holds that no viewer should obey.
#[track_caller]
fn file_is_inert(stage: &Stage, name: &str) {
    let text = stage.sandbox.read(name);
    let harmful = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
    assert_eq!(harmful, None, "{name}");
}

#[test]
fn plans_come_out_inert() {
    for case in ["answer:type", "answer:escapes"] {
        for format in FORMATS {
            let stage = Stage::new(ALL);
            let files = ["--out", "plan.json", "--html", "plan.html", "--output", format];
            let run = stage.plan_with(case, "", &files);
            ended(&run, 0, &[]);
            assert!(run.stdout.contains("red"), "{case}: the text itself is shown\n{}", run.stdout);
            assert!(!run.stdout.lines().any(|line| line == "error: forged"), "{}", run.stdout);
            file_is_inert(&stage, "plan.json");
            file_is_inert(&stage, "plan.html");
        }
    }
}

#[test]
fn problems_come_out_inert() {
    for format in FORMATS {
        let stage = Stage::new(ALL);
        let run = stage.plan_with("answer:escapes-problem", "", &["--output", format]);
        ended(&run, 1, &[]);
        assert!(format!("{}{}", run.stdout, run.stderr).contains("message ␛[31mred"), "{}{}", run.stdout, run.stderr);
        for case in ["escapes-problem", "escapes-refusal"] {
            let stage = Stage::new(ALL);
            let run = stage.run(&[
                "deploy",
                "web",
                "--template",
                "t.yaml",
                "--yes",
                "--tag",
                &format!("apply=answer:{case}"),
                "--output",
                format,
            ]);
            ended(&run, 1, &[]);
            assert!(format!("{}{}", run.stdout, run.stderr).contains("message ␛[31mred"), "{}", run.stderr);
        }
    }
}

#[test]
fn the_end_of_a_deployment_comes_out_inert() {
    for format in FORMATS {
        let stage = Stage::new(ALL);
        let run = stage.run(&[
            "deploy",
            "web",
            "--template",
            "t.yaml",
            "--yes",
            "--tag",
            "apply=answer:escapes",
            "--output",
            format,
        ]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(format!("{}{}", run.stdout, run.stderr).contains("red"), "{}{}", run.stdout, run.stderr);
    }
}

#[test]
fn what_it_says_meanwhile_comes_out_inert() {
    let stage = Stage::new(ALL);
    let mut command = stage.command(&["plan", "web", "--template", "t.yaml", "--tag", "plan=escapes"]);
    command.env("FORMWORK_LOG", "debug");
    let run = bounded(command);
    assert_inert(&run);
    ended(&run, 0, &["␛[31mred"]);
}
