//! The component: what Formwork calls, and what is called of it.

use std::time::SystemTime;

use formwork_plugin::deployer::{ChangeSet, Deployer, Deployment, Outcome, Problem};
use formwork_plugin::host::{files, progress, stacks};
use formwork_plugin::{Failure, FailureKind, log};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::calendar::{FILE, Freeze, freeze_at};
use crate::change::{Made, live, made, request};

struct FreezeDeployer;

impl Deployer for FreezeDeployer {
    fn plan(deployment: Deployment) -> Result<ChangeSet, Vec<Problem>> {
        // Looking is always allowed.
        if let Some(freeze) = freeze().map_err(one)? {
            log::warn(&freeze.refusal().message);
        }
        plan(&deployment).map_err(one)
    }

    fn apply(deployment: Deployment, change_set: ChangeSet) -> Result<Outcome, Vec<Problem>> {
        match freeze().map_err(one)? {
            Some(freeze) => Err(one(freeze.refusal())),
            None => apply(&deployment, &change_set).map_err(one),
        }
    }
}

/// The freeze that is on now.
fn freeze() -> Result<Option<Freeze>, Failure> {
    let now = Timestamp::try_from(SystemTime::now())
        .map_err(|error| Failure::new(FailureKind::Other, format!("the time cannot be told: {error}")))?;
    freeze_at(&files::read(FILE)?, now)
}

fn plan(deployment: &Deployment) -> Result<ChangeSet, Failure> {
    let stack = match stacks::describe(&deployment.stack) {
        Ok(text) => Some(json(&text)?),
        Err(failure) if matches!(failure.kind, FailureKind::NotFound) => None,
        Err(failure) => return Err(failure),
    };
    let (made_stack, live) = (stack.is_none(), live(stack.as_ref()));
    let request = request(deployment, live)?;
    progress::status("asking for a change set");
    let ids = json(&stacks::create_change_set(&request.to_string())?)?;
    let id = ids["Id"].as_str().unwrap_or_default();
    let change_set_type = request["ChangeSetType"].as_str().unwrap_or_default().to_owned();
    let changes = json(&stacks::wait_for_change_set(id)?)?;
    let (id, changes) = match made(&changes) {
        Made::Changes => (Some(id.to_owned()), Some(changes.to_string())),
        // What was made in vain goes again.
        useless => {
            stacks::delete_change_set(id)?;
            if made_stack {
                stacks::delete(&json!({ "StackName": deployment.stack }).to_string())?;
            }
            match useless {
                Made::Failed(failure) => return Err(failure),
                _ => (None, None),
            }
        }
    };
    let made_stack = made_stack && id.is_some();
    Ok(ChangeSet { id, change_set_type, stack: live.map(Value::to_string), changes, made_stack })
}

fn apply(deployment: &Deployment, change_set: &ChangeSet) -> Result<Outcome, Failure> {
    let Some(id) = &change_set.id else {
        return Ok(Outcome { stack: stacks::describe(&deployment.stack)?, problems: Vec::new() });
    };
    // What comes after the newest event belongs to this change.
    let events = json(&stacks::events(&deployment.stack, None)?.events)?;
    stacks::execute_change_set(&json!({ "ChangeSetId": id }).to_string())?;
    let ended = stacks::wait(&deployment.stack, events[0]["EventId"].as_str())?;
    let causes = ended.causes.into_iter();
    let problems = causes.map(|cause| Problem { failure: cause.failure, logical_id: cause.logical_id, path: None });
    Ok(Outcome { stack: ended.stack, problems: problems.collect() })
}

fn json(text: &str) -> Result<Value, Failure> {
    serde_json::from_str(text)
        .map_err(|error| Failure::new(FailureKind::Other, format!("the host's answer is not JSON: {error}")))
}

fn one(failure: Failure) -> Vec<Problem> {
    vec![Problem { failure, logical_id: None, path: None }]
}

formwork_plugin::export_deployer!(FreezeDeployer);
