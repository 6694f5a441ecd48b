//! A deployer that lies, or breaks the contract, in `plan`.

use super::{Stage, ended};
use crate::fake::{Fake, StackScript};

const WEB: &str = "grants = { stacks = [\"web\"] }";
const ALL: &str = "grants = { stacks = [\"*\"] }";

#[test]
fn an_answer_that_is_none_breaks_the_contract() {
    let stage = Stage::new(ALL);
    for (case, words) in [
        ("no-problem", "it failed without saying why"),
        ("stack-no-json", "it answered with what is not a Stack: line 1, column"),
        ("stack-list", "it answered with what is not a Stack: it is no map"),
        ("stack-status", "it answered with what is not a Stack"),
        ("stack-empty", "it answered with a Stack without a StackStatus"),
        ("changes-no-json", "it answered with what is not a ChangeSet: it is no map"),
        ("changes-text", "it answered with what is not a ChangeSet: it is no map"),
        ("changes-list", "it answered with what is not a ChangeSet"),
        ("changes-deep", "it answered with what is not a ChangeSet"),
        ("no-changes", "it gave a change set without changes, or changes without one"),
        ("escapes-in-id", "it gave a change set whose id has control characters"),
        ("no-change-set", "it gave a change set without changes, or changes without one"),
    ] {
        let run = stage.plan(&format!("answer:{case}"), "");
        ended(&run, 1, &["the plugin `hostile` broke the contract: ", words]);
        assert!(run.stdout.is_empty() && !run.stderr.contains("hunter2"), "{case}\n{}", run.stderr);
        let run = stage.plan_with(&format!("answer:{case}"), "", &["--output", "json"]);
        assert_eq!(run.code, 1);
        assert!(!run.stdout.contains("hunter2"), "{case}\n{}", run.stdout);
    }
    assert_eq!(stage.fake.count("ExecuteChangeSet") + stage.fake.count("DeleteChangeSet"), 0);
    ended(&stage.plan("", ""), 0, &[]);
}

#[test]
fn an_answer_can_be_too_large() {
    // More memory than a deployer has by itself, so that it comes as far as the border.
    let stage = Stage::new(&format!("{ALL}\nlimits = {{ memory = \"256MiB\" }}"));
    for case in ["answer:stack-huge", "answer:changes-huge", "answer:problems-huge", "big-request"] {
        let run = stage.plan(case, "");
        ended(&run, 1, &["the plugin `hostile` moved more than 8 MiB in one host call"]);
        assert!(run.stdout.is_empty() && run.stderr.len() < 2_000, "{case}: {} bytes", run.stderr.len());
    }
    stage.nothing_was_asked();
}

/// A plan that is not applied is deleted by the host: nothing is to be had through it that the plugin may not do itself.
#[test]
fn a_plan_without_a_grant_is_refused_even_if_nothing_was_asked() {
    let stage = Stage::new("grants = { stacks = [\"db-*\"] }");
    let theirs = stage.change_set_of_db();
    for case in ["answer:made-up", "answer:other"] {
        for more in [&[][..], &["--out", "plan.json"]] {
            let run = stage.plan_with(case, &theirs, more);
            ended(&run, 4, &["the plugin `hostile` may not use the stack `web`", "add `stacks = [\"web\"]`"]);
            assert!(run.stdout.is_empty() && !stage.sandbox.path().join("plan.json").exists());
        }
    }
    stage.nothing_was_asked();
    stage.db_is_untouched(&theirs);
}

#[test]
fn the_change_set_of_another_stack_is_no_plan() {
    let stage = Stage::new(WEB);
    let theirs = stage.change_set_of_db();
    let words = ["the plugin `hostile` broke the contract", "a change set that is not of `web`, but of `db`"];
    ended(&stage.plan("answer:other", &theirs), 1, &words);
    ended(&stage.plan("answer:made-up", ""), 1, &["a change set that is not of `web`: "]);
    let args = ["deploy", "web", "--template", "t.yaml", "--yes", "--tag", "plan=answer:other", "--tag"];
    ended(&stage.run(&[&args[..], &[&format!("other={theirs}")]].concat()), 1, &words);
    for action in ["DeleteChangeSet", "DeleteStack", "ExecuteChangeSet"] {
        assert_eq!(stage.fake.count(action), 0);
    }
    stage.db_is_untouched(&theirs);
}

/// A stack that was made for a change set only is deleted with it.
#[test]
fn another_stack_cannot_be_passed_off_as_the_one_that_the_plan_made() {
    let mut stage = Stage::new(WEB);
    stage.fake = Fake::start();
    stage.fake.stack(StackScript::new("db"));
    let db = stage.fake.now("db", "StackId").as_str().unwrap().to_owned();
    let run = stage.plan("answer:create", &db);
    ended(&run, 1, &["the plugin `hostile` broke the contract", &format!("it gave `{db}` as the stack `web`")]);
    assert_eq!(stage.fake.count("DeleteStack"), 0);
    assert_eq!(stage.fake.now("db", "StackStatus"), "CREATE_COMPLETE");
}

/// The host looks the change set up once more, and only for a plugin that does not have all stacks.
#[test]
fn an_honest_plan_leaves_nothing_behind() {
    for (grants, looks) in [(WEB, 3), (ALL, 1)] {
        let stage = Stage::new(grants);
        ended(&stage.plan("", ""), 0, &[]);
        assert_eq!(stage.fake.change_sets(), [""; 0]);
        assert_eq!(stage.fake.count("DescribeChangeSet"), looks, "{:?}", stage.fake.actions());
        assert_eq!(stage.fake.count("DeleteChangeSet"), 1);
    }
}
