//! Stacks that are in no good state.

use serde_json::json;

use crate::fake::{ChangeSetScript, Operation, StackScript, event};
use crate::ground::{Ground, TOPIC, has};

fn in_status(status: &str) -> Ground {
    let ground = Ground::new(TOPIC);
    ground.fake.stack(StackScript::new("web").status(status).resource(
        "Topic",
        "AWS::SNS::Topic",
        "arn:t",
        "CREATE_COMPLETE",
    ));
    ground
}

#[test]
fn what_a_failed_creation_left_is_explained() {
    for status in ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"] {
        let ground = in_status(status);
        let run = ground.deploy(&[]);
        assert_eq!(run.code, 1, "{status}: {}", run.stderr);
        has(&run.stderr, &[status, "--replace-failed"]);
        assert_eq!(ground.fake.count("CreateChangeSet") + ground.fake.count("DeleteStack"), 0, "{status}");
    }
}

#[test]
fn what_a_failed_creation_left_can_be_replaced() {
    let ground = in_status("ROLLBACK_COMPLETE");
    let before = ground.fake.now("web", "StackId");
    let run = ground.deploy(&["--replace-failed"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(ground.fake.count("DeleteStack"), 1);
    assert_eq!(ground.fake.now("web", "StackStatus"), "CREATE_COMPLETE");
    assert_ne!(ground.fake.now("web", "StackId"), before);
}

#[test]
fn a_protected_stack_is_not_replaced() {
    let ground = Ground::new(TOPIC);
    ground
        .fake
        .stack(StackScript::new("web").status("ROLLBACK_COMPLETE").with("EnableTerminationProtection", json!(true)));
    let run = ground.deploy(&["--replace-failed"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    has(&run.stderr.to_lowercase(), &["termination protection"]);
    assert_eq!(ground.fake.now("web", "StackStatus"), "ROLLBACK_COMPLETE");
}

#[test]
fn an_update_under_way_is_refused_or_waited_for() {
    let ground = Ground::new(TOPIC);
    let operation = || Operation::new("UPDATE").quiet(3).turn("UPDATE_COMPLETE");
    ground.fake.stack(StackScript::new("web").under_way(operation())).change_set("web", ChangeSetScript::new());
    let run = ground.deploy(&[]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    has(&run.stderr, &["UPDATE_IN_PROGRESS", "--wait"]);
    assert_eq!(ground.fake.count("CreateChangeSet"), 0);
    let run = ground.deploy(&["--wait"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(ground.fake.count("CreateChangeSet"), 1);
}

fn blocked() -> Ground {
    let ground = Ground::new(TOPIC);
    let failed = event("Database", "AWS::RDS::DBInstance", "UPDATE_FAILED").because("the snapshot is gone");
    ground.fake.stack(
        StackScript::new("web")
            .status("UPDATE_ROLLBACK_FAILED")
            .resource("Topic", "AWS::SNS::Topic", "arn:t", "UPDATE_COMPLETE")
            .resource("Database", "AWS::RDS::DBInstance", "db-1", "UPDATE_FAILED")
            .events([failed]),
    );
    ground
}

#[test]
fn a_failed_rollback_points_to_recover() {
    let run = blocked().deploy(&[]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    has(&run.stderr, &["UPDATE_ROLLBACK_FAILED", "formwork stack recover web"]);
}

#[test]
fn recover_goes_on() {
    let ground = blocked();
    let run = ground.run(&["stack", "recover", "web", "--yes"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let call = ground.fake.call("ContinueUpdateRollback");
    assert_eq!(call.texts("ResourcesToSkip"), [""; 0]);
    assert!(!call.is("ForceRollback"));
    assert_eq!(ground.fake.now("web", "StackStatus"), "UPDATE_ROLLBACK_COMPLETE");
}

#[test]
fn recover_lists_what_blocks_and_asks() {
    let ground = blocked();
    let run = ground.run(&["stack", "recover", "web"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    has(&format!("{}{}", run.stdout, run.stderr), &["Database", "the snapshot is gone", "--yes"]);
    assert_eq!(ground.fake.count("ContinueUpdateRollback"), 0);
}

#[test]
fn recover_skips_or_forces() {
    let ground = blocked();
    let run = ground.run(&["stack", "recover", "web", "--skip", "Database", "--yes"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(ground.fake.call("ContinueUpdateRollback").texts("ResourcesToSkip"), ["Database"]);

    let ground = blocked();
    let run = ground.run(&["stack", "recover", "web", "--force", "--yes"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(ground.fake.call("ContinueUpdateRollback").is("ForceRollback"));

    let run = blocked().run(&["stack", "recover", "web", "--force", "--skip", "Database", "--yes"]);
    assert_eq!(run.code, 2, "one or the other: {}", run.stderr);
}

#[test]
fn recover_that_fails_again_says_what_blocks() {
    let ground = blocked();
    let again = Operation::new("UPDATE_ROLLBACK")
        .then([event("Database", "AWS::RDS::DBInstance", "UPDATE_FAILED").because("it is still gone")])
        .turn("UPDATE_ROLLBACK_FAILED");
    ground.fake.on("ContinueUpdateRollback", "web", again);
    let run = ground.run(&["stack", "recover", "web", "--yes"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    has(&run.stderr, &["Database", "it is still gone"]);
}

#[test]
fn recover_of_a_failed_update_rolls_back() {
    let ground = in_status("UPDATE_FAILED");
    let run = ground.run(&["stack", "recover", "web", "--yes"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(ground.fake.count("RollbackStack"), 1);
    assert_eq!(ground.fake.now("web", "StackStatus"), "UPDATE_ROLLBACK_COMPLETE");
}

#[test]
fn a_healthy_stack_needs_no_recovery() {
    let ground = in_status("UPDATE_COMPLETE");
    let run = ground.run(&["stack", "recover", "web", "--yes"]);
    has(&format!("{}{}", run.stdout, run.stderr), &["UPDATE_COMPLETE"]);
    assert_eq!(ground.fake.count("ContinueUpdateRollback") + ground.fake.count("RollbackStack"), 0);
}
