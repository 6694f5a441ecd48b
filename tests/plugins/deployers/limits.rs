//! A deployer that uses up time, memory, host calls.

use std::time::Duration;

use super::{Stage, ended, modified};
use crate::fake::{ChangeSetScript, Operation};
use crate::harness::{assert_inert, bounded};

const WEB: &str = "grants = { stacks = [\"web\"] }";

#[test]
fn an_endless_loop_is_stopped() {
    let stage = Stage::new(&format!("{WEB}\nlimits = {{ time = \"300ms\" }}"));
    ended(&stage.plan("loop", ""), 1, &["the plugin `hostile` took longer than 300 ms", "raise it in formwork.toml"]);
    stage.nothing_was_asked();
}

#[test]
fn an_endless_loop_after_the_start_is_stopped() {
    let stage = Stage::new(WEB);
    ended(&stage.plan_with("", "", &["--tag", "apply=middle:loop", "--out", "plan.json"]), 0, &[]);
    // Limits are no part of what the lock agrees to.
    stage.configure(&format!("{WEB}\nlimits = {{ time = \"2s\" }}"));
    let run = stage.run(&["deploy", "--plan", "plan.json"]);
    ended(&run, 1, &["the plugin `hostile` took longer than 2 s"]);
    assert_eq!(stage.fake.count("ExecuteChangeSet"), 1);
    ended(&stage.run(&["stack", "watch", "web"]), 0, &[]);
}

#[test]
fn a_wait_without_end_is_stopped_where_somebody_limits_it() {
    let stage = Stage::new(&format!("{WEB}\nlimits = {{ time = \"2s\" }}"));
    let stage = with_operation(stage, Operation::new("UPDATE").quiet(1_000_000));
    ended(&stage.deploy("", ""), 1, &["the plugin `hostile` took longer than 2 s"]);
}

/// Waiting is what deployers do: the limit of resolvers (5 s) is not theirs, neither on the wall clock nor in epochs.
#[test]
fn a_wait_may_be_longer_than_a_resolver_would_live() {
    let stage = with_operation(Stage::new(WEB), Operation::new("UPDATE").quiet(17).turn("UPDATE_COMPLETE"));
    let mut command =
        stage.command(&["deploy", "web", "--template", "t.yaml", "--yes", "--tag", "apply=compute:afterwards"]);
    // Ten times as long between two looks at most.
    command.env("FORMWORK_POLL_MS", "50");
    let run = bounded(command);
    assert_inert(&run);
    ended(&run, 0, &[]);
    let calls = stage.fake.calls();
    let started = calls.iter().find(|call| call.action == "ExecuteChangeSet").unwrap().at;
    let waited = calls.last().unwrap().at - started;
    assert!(waited > Duration::from_millis(5_200), "it was over after {waited:?}");
    assert_eq!(stage.fake.now("web", "StackStatus"), "UPDATE_COMPLETE");
}

/// The next change set of `web` is executed like this.
fn with_operation(stage: Stage, operation: Operation) -> Stage {
    stage.fake.change_set("web", ChangeSetScript::new().change(modified()).execute(operation));
    // The script of the stage comes first, and is used up by a plan that is not applied.
    ended(&stage.plan("", ""), 0, &[]);
    stage.fake.forget();
    stage
}

#[test]
fn memory_and_host_calls_are_limited() {
    let stage = Stage::new(&format!("{WEB}\nlimits = {{ memory = \"8MiB\" }}"));
    ended(&stage.plan("memory", ""), 1, &["the plugin `hostile` used more than 8 MiB of memory"]);
    let stage = Stage::new("");
    let run = stage.plan("many-calls", "");
    // What it was refused before it was stopped is what matters.
    ended(&run, 4, &["the plugin `hostile` may not use the stack ``"]);
    assert_eq!(run.stderr.matches("may not use the stack").count(), 1, "{}", run.stderr);
    stage.nothing_was_asked();
}

#[test]
fn a_flood_of_statuses_is_cut() {
    let stage = Stage::new(WEB);
    let run = stage.plan("status-flood", "");
    ended(&run, 0, &[]);
    assert!(run.stderr.len() < 3 << 20, "{} bytes", run.stderr.len());
}

#[test]
fn a_panic_is_told_as_text() {
    let stage = Stage::new(WEB);
    ended(&stage.plan("panic", ""), 1, &["the plugin `hostile` panicked: ␛[31mred"]);
    ended(&stage.plan("abort", ""), 1, &["the plugin `hostile` was stopped by a trap"]);
    ended(&stage.plan("", ""), 0, &[]);
}
