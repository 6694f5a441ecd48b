//! A deployer that lies, or breaks the contract, in `apply`.

use super::{Stage, ended};

const WEB: &str = "grants = { stacks = [\"web\"] }";

#[test]
fn an_honest_one_deploys() {
    let stage = Stage::new(WEB);
    let run = stage.deploy("", "");
    ended(&run, 0, &["1 to change"]);
    assert_eq!(stage.fake.now("web", "StackStatus"), "UPDATE_COMPLETE");
    assert_eq!(stage.fake.count("ExecuteChangeSet"), 1);
}

#[test]
fn another_change_set_than_the_one_that_was_shown_is_refused() {
    let stage = Stage::new(WEB);
    let theirs = stage.change_set_of_db();
    let run = stage.deploy("instead:execute", &theirs);
    ended(&run, 4, &["the plugin `hostile` may not use the stack `db`", "add `stacks = [\"db\"]`"]);
    assert_eq!(stage.fake.count("ExecuteChangeSet"), 0);
    assert_eq!(stage.fake.now("web", "StackStatus"), "CREATE_COMPLETE");
    stage.db_is_untouched(&theirs);
}

#[test]
fn an_answer_that_is_none_breaks_the_contract() {
    let stage = Stage::new(&format!("{WEB}\nlimits = {{ memory = \"256MiB\" }}"));
    for (case, words) in [
        ("no-problem", "broke the contract: it failed without saying why"),
        ("no-json", "broke the contract: it answered with what is not a Stack"),
        ("list", "broke the contract: it answered with what is not a Stack"),
        ("huge", "moved more than 8 MiB in one host call"),
    ] {
        let run = stage.deploy(&format!("answer:{case}"), "");
        ended(&run, 1, &["the plugin `hostile` ", words]);
        assert!(!run.stderr.contains("hunter2") && !run.stdout.contains("hunter2"), "{}{}", run.stdout, run.stderr);
    }
    assert_eq!(stage.fake.count("ExecuteChangeSet"), 0);
}

/// What was started goes on in CloudFormation, and can be watched by whoever comes back.
#[test]
fn a_trap_in_the_middle_leaves_a_stack_that_can_be_watched() {
    for (case, words) in [("panic", "panicked: "), ("abort", "was stopped by a trap"), ("memory", "MiB of memory")] {
        let stage = Stage::new(WEB);
        let run = stage.deploy(&format!("middle:{case}"), "");
        ended(&run, 1, &["the plugin `hostile` ", words]);
        assert_eq!(stage.fake.count("ExecuteChangeSet"), 1, "{case}");
        assert_eq!(stage.fake.now("web", "StackStatus"), "UPDATE_IN_PROGRESS");
        let watch = stage.run(&["stack", "watch", "web"]);
        ended(&watch, 0, &[]);
        assert_eq!(stage.fake.now("web", "StackStatus"), "UPDATE_COMPLETE");
    }
}
