//! Finding out what a deployment would change.

use formwork_plugin::deployer::{ChangeSet as Given, Deployment, Problem};
use formwork_plugin::{Failure, FailureKind};
use serde_json::Value;

use crate::cleanup::{Made, clean_up};
use crate::cloud::{Cloud, Voice};
use crate::model::{ChangeSet, problem, read, said};
use crate::ready::{Before, one, ready};
use crate::reasons::{is_without_changes, reasons};
use crate::request::{Kind, request};
use crate::settings::{Settings, parameters};

/// Ask for a change set and give back what CloudFormation says of it; see `plan` in `wit/deployer.wit`.
///
/// A plan without changes makes four calls: `describe`, `create-change-set`, `wait-for-change-set`,
/// `delete-change-set`; one with changes the first three.
///
/// # Errors
/// Why there is no change set, the first reason first. What was made in vain is deleted again.
pub fn plan(cloud: &dyn Cloud, voice: &dyn Voice, deployment: &Deployment) -> Result<Given, Vec<Problem>> {
    let settings = Settings::read(deployment).map_err(one)?;
    let given = parameters(deployment).map_err(one)?;
    let before = ready(cloud, voice, deployment, &settings)?;
    let (live, stack_is_ours) = match before {
        Before::Absent => (None, true),
        Before::Reviewed => (None, false),
        Before::Live(present) => (Some(present), false),
    };
    let kind = match &live {
        _ if !settings.resources_to_import.is_empty() => Kind::Import,
        Some(_) => Kind::Update,
        None => Kind::Create,
    };
    let stack = live.as_ref().map(|present| present.raw.to_string());
    let plan = |id: Option<String>, changes: Option<&Value>| Given {
        id,
        change_set_type: kind.name().into(),
        stack: stack.clone(),
        changes: changes.map(Value::to_string),
        made_stack: stack_is_ours && changes.is_some(),
    };

    voice.status(&format!("asking for a change set of {}", deployment.stack));
    let request = request(deployment, &settings, &given, live.as_ref().map(|present| &present.stack), kind);
    let made = match cloud.create_change_set(&request) {
        Ok(ids) => Made { ids: read("CreateChangeSet", &ids).map_err(one)?, stack_is_ours },
        Err(failure) if live.is_some() && is_without_changes(Some(&failure.message)) => return Ok(plan(None, None)),
        Err(failure) => return Err(one(failure)),
    };
    let give_up = |mut problems: Vec<Problem>| {
        voice.status("deleting the change set that is of no use");
        problems.extend(clean_up(cloud, &made).into_iter().map(problem));
        problems
    };

    voice.status(&format!("waiting for the change set of {}", deployment.stack));
    let raw = cloud.wait_for_change_set(&made.ids.id).map_err(|failure| give_up(one(failure)))?;
    let change_set: ChangeSet = read("DescribeChangeSet", &raw).map_err(|failure| give_up(one(failure)))?;
    match change_set.status.as_str() {
        "CREATE_COMPLETE" => match refused(&change_set) {
            Some(failure) => Err(give_up(one(failure))),
            None => Ok(plan(Some(made.ids.id.clone()), Some(&raw))),
        },
        "FAILED" if is_without_changes(change_set.status_reason.as_deref()) => {
            // There is nothing to do all the same, so what is left behind is worth a word and no failure.
            for failure in clean_up(cloud, &made) {
                voice.warn(&failure.message);
            }
            Ok(plan(None, None))
        }
        "FAILED" => Err(give_up(reasons(cloud, &made.ids.id, &change_set))),
        other => {
            let reason = said(change_set.status_reason.as_deref()).map(|reason| format!(": {reason}"));
            let message = format!("the change set is in {other}{}", reason.unwrap_or_default());
            Err(give_up(one(Failure::new(FailureKind::Other, message))))
        }
    }
}

/// A change set that was made, can never be executed, and says why.
fn refused(change_set: &ChangeSet) -> Option<Failure> {
    let reason = said(change_set.status_reason.as_deref())?;
    (change_set.execution_status.as_deref() == Some("UNAVAILABLE"))
        .then(|| Failure::new(FailureKind::InvalidInput, format!("the change set cannot be executed: {reason}")))
}
