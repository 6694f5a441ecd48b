//! Why a deployment failed: the first real failure, not those that follow from it.

use crate::fake::{ChangeSetScript, Operation, StackScript, event, nested_event, stack_event};
use crate::ground::{Ground, TOPIC, has};

fn failing(operation: Operation) -> Ground {
    let ground = Ground::new(TOPIC);
    ground.fake.stack(StackScript::new("web")).change_set("web", ChangeSetScript::new().execute(operation));
    ground
}

fn roll_back(operation: Operation, failed: &str) -> Operation {
    operation
        .turn_because(
            "UPDATE_ROLLBACK_IN_PROGRESS",
            &format!("The following resource(s) failed to update: [{failed}]. "),
        )
        .turn("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        .turn("UPDATE_ROLLBACK_COMPLETE")
}

#[test]
fn the_first_failure_is_the_cause() {
    let reason = "Resource handler returned message: \"Invalid request provided: topic names have no blanks\"";
    let operation = Operation::new("UPDATE")
        .then([
            event("Other", "AWS::SNS::Topic", "UPDATE_IN_PROGRESS"),
            event("Topic", "AWS::SNS::Topic", "UPDATE_IN_PROGRESS"),
        ])
        .then([
            event("Topic", "AWS::SNS::Topic", "UPDATE_FAILED").because(reason),
            event("Other", "AWS::SNS::Topic", "UPDATE_FAILED").because("Resource update cancelled"),
        ]);
    let ground = failing(roll_back(operation, "Topic, Other"));
    let run = ground.deploy(&[]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let error = run.stderr.rsplit_once("error:").map_or(run.stderr.as_str(), |_| run.stderr.as_str());
    has(error, &["topic names have no blanks", "UPDATE_ROLLBACK_COMPLETE"]);
    let outcome = ground.deploy(&["--output", "json"]).json();
    let causes = outcome["causes"].as_array().unwrap();
    assert_eq!(causes.len(), 1, "cancellations are no causes: {outcome}");
    has(&causes[0].to_string(), &["Topic", "topic names have no blanks"]);
    assert_eq!(outcome["status"], "UPDATE_ROLLBACK_COMPLETE");
}

#[test]
fn the_cause_of_a_nested_stack_is_inside_it() {
    let nested = "web-Net-1ABC";
    let operation = Operation::new("UPDATE")
        .then([nested_event("Net", nested, "UPDATE_IN_PROGRESS"), stack_event(nested, "UPDATE_IN_PROGRESS")])
        .then([
            event("Subnet", "AWS::EC2::Subnet", "UPDATE_FAILED")
                .because("The CIDR '10.0.0.0/8' is invalid.")
                .of(nested),
            stack_event(nested, "UPDATE_FAILED").because("The following resource(s) failed to update: [Subnet]. "),
        ])
        .then([nested_event("Net", nested, "UPDATE_FAILED").because(
            "Embedded stack was not successfully updated: The following resource(s) failed to update: [Subnet]. ",
        )]);
    let ground = failing(roll_back(operation, "Net"));
    ground.fake.stack(StackScript::new(nested));
    let outcome = ground.deploy(&["--output", "json"]).json();
    let causes = outcome["causes"].as_array().unwrap();
    assert_eq!(causes.len(), 1, "{outcome}");
    has(&causes[0].to_string(), &["Net.Subnet", "10.0.0.0/8"]);
}

#[test]
fn a_known_cause_has_a_hint() {
    let reason =
        "User: arn:aws:iam::123456789012:role/deploy is not authorized to perform: sns:CreateTopic on resource: x";
    let operation = Operation::new("UPDATE").then([event("Topic", "AWS::SNS::Topic", "UPDATE_FAILED").because(reason)]);
    let run = failing(roll_back(operation, "Topic")).deploy(&[]);
    assert_eq!(run.code, 1);
    has(&run.stderr, &["sns:CreateTopic", "hint:"]);
}

#[test]
fn the_place_in_the_template_is_shown() {
    let operation =
        Operation::new("UPDATE").then([event("Topic", "AWS::SNS::Topic", "UPDATE_FAILED").because("no luck")]);
    let run = failing(roll_back(operation, "Topic")).deploy(&[]);
    assert_eq!(run.code, 1);
    has(&run.stderr, &["t.yaml:2:3", "no luck"]);
}

#[test]
fn a_rollback_that_fails_too_is_told_with_what_to_do() {
    let operation = Operation::new("UPDATE")
        .then([event("Topic", "AWS::SNS::Topic", "UPDATE_FAILED").because("no luck")])
        .turn("UPDATE_ROLLBACK_IN_PROGRESS")
        .then([event("Other", "AWS::SNS::Topic", "UPDATE_FAILED").because("someone deleted it")])
        .turn_because("UPDATE_ROLLBACK_FAILED", "The following resource(s) failed to update: [Other]. ");
    let run = failing(operation).deploy(&[]);
    assert_eq!(run.code, 1);
    has(&run.stderr, &["no luck", "someone deleted it", "UPDATE_ROLLBACK_FAILED", "formwork stack recover web"]);
}
