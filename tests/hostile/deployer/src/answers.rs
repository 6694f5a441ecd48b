//! Answers that break the contract, or that nobody gave it.

use formwork_plugin::deployer::{ChangeSet, Deployment, Outcome, Problem};
use formwork_plugin::{Failure, FailureKind};

use crate::{ESCAPES, MIB, honest, one, quoted, tag};

pub(crate) fn plan(name: &str, deployment: &Deployment) -> Result<ChangeSet, Vec<Problem>> {
    let made_up = |id: &str| ChangeSet {
        id: Some(id.into()),
        change_set_type: "UPDATE".into(),
        stack: Some(stack(&deployment.stack)),
        changes: Some(changes(&deployment.stack, "", id)),
        made_stack: false,
    };
    let with_stack = |text: String| Ok(ChangeSet { stack: Some(text), ..made_up("made-up") });
    let with_changes = |text: String| Ok(ChangeSet { changes: Some(text), ..made_up("made-up") });
    match name {
        "no-problem" => Err(Vec::new()),
        "stack-no-json" => with_stack("{\"StackName\": hunter2".into()),
        "stack-list" => with_stack("[\"hunter2\"]".into()),
        "stack-empty" => with_stack("{}".into()),
        "stack-status" => with_stack("{\"StackStatus\": {\"hunter2\": 1}}".into()),
        "changes-no-json" => with_changes(String::new()),
        "changes-text" => with_changes("\"hunter2\"".into()),
        "changes-list" => with_changes("{\"Changes\": \"hunter2\"}".into()),
        "changes-deep" => with_changes(format!("{{\"Changes\": {}", "[".repeat(100_000))),
        "stack-huge" => with_stack(format!("{{\"StackName\": \"{}\"}}", "x".repeat(24 * MIB))),
        "changes-huge" => with_changes(format!("{{\"Changes\": [{}]}}", "{},".repeat(4 * MIB))),
        "problems-huge" => Err(vec![one(Failure::new(FailureKind::Other, "x".repeat(MIB))).remove(0); 24]),
        // Nothing was asked of the host.
        "made-up" => Ok(made_up("arn:aws:cloudformation:eu-west-1:123456789012:changeSet/made-up/0001")),
        // The change set of another stack, as if it were the deployment's.
        "other" => Ok(made_up(&tag(deployment, "other"))),
        // Another stack, as if only this plan had made it: the host would delete it.
        "create" => {
            let planned = ChangeSet { stack: None, made_stack: true, ..honest::plan(deployment)? };
            let id = planned.id.clone().unwrap_or_default();
            Ok(ChangeSet { changes: Some(changes(&deployment.stack, &tag(deployment, "other"), &id)), ..planned })
        }
        "no-changes" => Ok(ChangeSet { changes: None, ..made_up("made-up") }),
        "no-change-set" => Ok(ChangeSet { id: None, ..made_up("made-up") }),
        "type" => {
            Ok(ChangeSet { change_set_type: format!("UPDATE{ESCAPES}\nerror: forged"), ..honest::plan(deployment)? })
        }
        "escapes" => {
            let honest = honest::plan(deployment)?;
            let id = honest.id.unwrap_or_default();
            Ok(ChangeSet {
                id: Some(id.clone()),
                change_set_type: ESCAPES.into(),
                stack: Some(escaped_stack(&deployment.stack)),
                changes: Some(escaped_changes(&id)),
                made_stack: false,
            })
        }
        "escapes-in-id" => Ok(ChangeSet { id: Some(format!("id{ESCAPES}")), ..honest::plan(deployment)? }),
        "escapes-problem" => Err(vec![escaped_problem(), escaped_problem()]),
        _ => Err(one(Failure::new(FailureKind::InvalidInput, format!("there is no answer `{name}`")))),
    }
}

pub(crate) fn apply(name: &str, deployment: &Deployment) -> Result<Outcome, Vec<Problem>> {
    let outcome = |stack: String| Ok(Outcome { stack, problems: Vec::new() });
    match name {
        "no-problem" => Err(Vec::new()),
        "no-json" => outcome("{\"StackName\": hunter2".into()),
        "list" => outcome("[\"hunter2\"]".into()),
        "huge" => outcome(format!("{{\"StackName\": \"{}\"}}", "x".repeat(24 * MIB))),
        "escapes" => Ok(Outcome { stack: escaped_stack(&deployment.stack), problems: Vec::new() }),
        "escapes-problem" => Ok(Outcome {
            stack: escaped_stack(&deployment.stack),
            problems: vec![escaped_problem(), escaped_problem()],
        }),
        "escapes-refusal" => Err(vec![escaped_problem()]),
        _ => Err(one(Failure::new(FailureKind::InvalidInput, format!("there is no answer `{name}`")))),
    }
}

fn stack(name: &str) -> String {
    format!("{{\"StackName\":{},\"StackStatus\":\"CREATE_COMPLETE\"}}", quoted(name))
}

fn changes(name: &str, arn: &str, id: &str) -> String {
    format!(
        "{{\"StackName\":{},\"StackId\":{},\"ChangeSetId\":{},\"Status\":\"CREATE_COMPLETE\",\"ExecutionStatus\":\"AVAILABLE\",\
         \"Changes\":[{{\"Type\":\"Resource\",\"ResourceChange\":{{\"Action\":\"Modify\",\"LogicalResourceId\":\"Topic\",\
         \"ResourceType\":\"AWS::SNS::Topic\",\"Replacement\":\"False\",\"Scope\":[],\"Details\":[]}}}}]}}",
        quoted(name),
        quoted(arn),
        quoted(id)
    )
}

/// Every text of a stack that could be shown.
fn escaped_stack(name: &str) -> String {
    let e = quoted(ESCAPES);
    format!(
        "{{\"StackName\":{},\"StackId\":{e},\"StackStatus\":{e},\"StackStatusReason\":{e},\"DetailedStatus\":{e},\
         \"Description\":{e},\"RoleARN\":{e},\"CreationTime\":{e},\"LastUpdatedTime\":{e},\
         \"Capabilities\":[{e}],\"NotificationARNs\":[{e}],\"Tags\":[{{\"Key\":{e},\"Value\":{e}}}],\
         \"Parameters\":[{{\"ParameterKey\":{e},\"ParameterValue\":{e},\"ResolvedValue\":{e}}}],\
         \"Outputs\":[{{\"OutputKey\":{e},\"OutputValue\":{e},\"Description\":{e},\"ExportName\":{e}}}]}}",
        quoted(name)
    )
}

/// Every text of a change set that could be shown.
fn escaped_changes(id: &str) -> String {
    let e = quoted(ESCAPES);
    let context = quoted(&format!("{{\"Properties\":{{{e}:{e}}}}}"));
    let target = format!(
        "{{\"Attribute\":\"Properties\",\"Name\":{e},\"Path\":{e},\"RequiresRecreation\":{e},\"BeforeValue\":{e},\
         \"AfterValue\":{e},\"AttributeChangeType\":\"Modify\"}}"
    );
    let detail = format!(
        "{{\"Target\":{target},\"Evaluation\":\"Static\",\"ChangeSource\":\"ParameterReference\",\"CausingEntity\":{e}}}"
    );
    let unknown = format!("{{\"Target\":{target},\"Evaluation\":{e},\"ChangeSource\":{e},\"CausingEntity\":{e}}}");
    let change = |action: &str, replacement: &str| {
        format!(
            "{{\"Type\":{e},\"ResourceChange\":{{\"Action\":{action},\"PolicyAction\":{e},\"LogicalResourceId\":{e},\
             \"PhysicalResourceId\":{e},\"ResourceType\":{e},\"Replacement\":{replacement},\"Scope\":[{e}],\
             \"Details\":[{detail},{unknown}],\"BeforeContext\":{context},\"AfterContext\":{context},\
             \"ResourceDriftStatus\":{e},\"Module\":{e}}}}}"
        )
    };
    let changes = [
        change("\"Add\"", &e),
        change("\"Modify\"", "\"True\""),
        change("\"Modify\"", "\"Conditional\""),
        change("\"Modify\"", &e),
        change("\"Remove\"", &e),
        change(&e, &e),
    ];
    format!(
        "{{\"StackName\":{e},\"StackId\":{e},\"ChangeSetName\":{e},\"ChangeSetId\":{},\"Status\":{e},\
         \"StatusReason\":{e},\"ExecutionStatus\":{e},\"CreationTime\":{e},\"StackDriftStatus\":{e},\
         \"Parameters\":[{{\"ParameterKey\":{e},\"ParameterValue\":{e},\"ResolvedValue\":{e}}}],\
         \"Tags\":[{{\"Key\":{e},\"Value\":{e}}}],\"Capabilities\":[{e}],\"Changes\":[{}]}}",
        quoted(id),
        changes.join(",")
    )
}

fn escaped_problem() -> Problem {
    Problem {
        failure: Failure {
            kind: FailureKind::Conflict,
            code: Some(ESCAPES.into()),
            message: format!("message {ESCAPES}"),
            hint: Some(format!("Hint {ESCAPES}.")),
        },
        logical_id: Some(ESCAPES.into()),
        path: Some(format!("/Resources/{ESCAPES}")),
    }
}
