//! Which steps run, what they print, and what is left of them.

use serde_json::{Value, json};

use crate::ground::{Ground, shell, shell_with, statuses};

#[test]
fn lines_share_a_shell_and_the_last_status_counts() {
    let ground = Ground::steps(json!([shell("aaa", &["cd /", "X=1", "false", "echo $PWD $X"])]));
    let (run, exit) = ground.json(&[]);
    assert_eq!((run["steps"][0]["stdout"].as_str().unwrap(), exit), ("/ 1\n", 0));
}

#[test]
fn a_first_line_may_name_another_interpreter() {
    let ground = Ground::steps(json!([shell("aaa", &["#!/bin/bash", "echo ${BASH_VERSION:+bash}"])]));
    assert_eq!(ground.json(&[]).0["steps"][0]["stdout"], "bash\n");
}

#[test]
fn files_are_where_the_agent_has_them_and_private() {
    let ground = Ground::steps(json!([shell("aaa", &["echo out", "echo err >&2"])]));
    assert_eq!(ground.run(&[]).code, 0);
    assert_eq!(ground.sandbox.read("orch/aaa/_script.sh"), "echo out\necho err >&2\n");
    assert_eq!(ground.sandbox.read("orch/awsrunShellScript/aaa/stdout"), "out\n");
    assert_eq!(ground.sandbox.read("orch/awsrunShellScript/aaa/stderr"), "err\n");
    assert_eq!((ground.mode("orch"), ground.mode("orch/aaa/_script.sh")), (0o700, 0o700));
    assert_eq!(ground.mode("orch/awsrunShellScript/aaa/stdout"), 0o600);
}

#[test]
fn output_is_cut_to_the_byte() {
    let ground = Ground::steps(json!([
        shell("just", &["head -c 23999 /dev/zero | tr '\\0' x"]),
        shell("over", &["head -c 24000 /dev/zero | tr '\\0' x"]),
    ]));
    let (run, _) = ground.json(&[]);
    let stdout = |at: usize| run["steps"][at]["stdout"].as_str().unwrap().to_owned();
    assert_eq!(stdout(0).len(), 23_999);
    assert_eq!((stdout(1).len(), &stdout(1)[23_978..]), (24_000, "xx--output truncated--"));
    assert!(run["steps"][1]["output"].as_str().unwrap().len() <= 2_500);
    assert_eq!(ground.sandbox.read("orch/awsrunShellScript/over/stdout").len(), 24_000);
}

#[test]
fn preconditions_are_those_of_the_agent() {
    let step = |name: &str, condition: Value| {
        let mut step = shell(name, &["echo ran"]);
        step["precondition"] = condition;
        step
    };
    let ground = Ground::steps(json!([
        step("linux", json!({ "StringEquals": ["platformType", "LINUX"] })),
        step("windows", json!({ "StringEquals": ["platformType", "Windows"] })),
    ]));
    let (run, exit) = ground.json(&[]);
    assert_eq!((statuses(&run), exit), (vec!["Success", "Skipped"], 0));
    assert_eq!(
        run["steps"][1]["output"],
        "Step execution skipped due to unsatisfied preconditions: '\"StringEquals\": [platformType, Windows]'. Step name: windows"
    );
}

#[test]
fn a_last_step_may_run_in_any_case() {
    let ground = Ground::steps(json!([
        shell_with("aaa", &["exit 1"], json!({ "onFailure": "exit" })),
        shell("bbb", &["echo b"]),
        shell_with("ccc", &["echo c"], json!({ "finallyStep": true })),
    ]));
    let (run, exit) = ground.json(&[]);
    assert_eq!((statuses(&run), exit), (vec!["Failed", "Skipped", "Success"], 1));
    assert_eq!(run["counts"], json!({ "Failed": 1, "Skipped": 1, "Success": 1 }));
}

#[test]
fn nothing_of_the_caller_is_in_the_environment_but_what_programs_need() {
    let ground = Ground::steps(json!([shell_with("aaa", &["env"], json!({ "environment": { "OWN": "yes" } }))]));
    let mut command = ground.sandbox.command(&["run", "d.yaml", "--output", "json", "--orchestration-dir", "orch"]);
    let output = command.env("AWS_SECRET_ACCESS_KEY", "s3cret").env("MY_TOKEN", "s3cret").output().unwrap();
    let run: Value = serde_json::from_slice(&output.stdout).unwrap();
    let env = run["steps"][0]["stdout"].as_str().unwrap();
    assert!(env.contains("OWN=yes\n") && env.contains("PATH=") && env.contains("SSM_COMMAND_ID="), "{env}");
    assert!(!env.contains("s3cret"), "{env}");
}

#[test]
fn the_reply_is_that_of_the_agent() {
    let ground = Ground::steps(json!([shell("aaa", &["echo out", "echo err >&2"]), shell("bbb", &["exit 1"])]));
    let run = ground.run(&["--reply"]);
    let reply: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(reply["documentStatus"], "Failed");
    assert_eq!(reply["additionalInfo"]["runtimeStatusCounts"], json!({ "Failed": 1, "Success": 1 }));
    let step = &reply["runtimeStatus"]["aaa"];
    assert_eq!(
        (&step["status"], &step["code"], &step["name"]),
        (&json!("Success"), &json!(0), &json!("aws:runShellScript"))
    );
    assert_eq!(step["output"], "out\n\n----------ERROR-------\nerr\n");
}

#[test]
fn programs_see_each_event_as_it_comes() {
    let ground = Ground::steps(json!([shell("aaa", &["echo out"])]));
    let run = ground.run(&["--output", "jsonl"]);
    let types: Vec<String> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["type"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(types, ["step-begins", "output", "step-ended", "run"]);
}
