//! Executing a change set, and waiting for the end.

use formwork_plugin::deployer::{ChangeSet as Given, Deployment, Outcome, Problem};
use formwork_plugin::{Failure, FailureKind};
use serde_json::{Map, Value, json};

use crate::after::{Temporary, after};
use crate::cloud::{Cloud, Ended, Voice};
use crate::hints::hinted;
use crate::model::{ChangeSet, Stack, problem, read, said};
use crate::ready::{newest_event, one};
use crate::settings::Settings;
use crate::state::is_failed_end;

/// Execute a change set exactly as it was planned, and wait for the end; see `apply` in `wit/deployer.wit`.
///
/// It makes three calls: `events`, `execute-change-set`, `wait`; more for termination protection and stack policies,
/// where they are asked for. With nothing to do it makes none where the stack is known.
///
/// # Errors
/// Why it was not started. What failed afterwards is in the outcome.
pub fn apply(
    cloud: &dyn Cloud,
    voice: &dyn Voice,
    deployment: &Deployment,
    change_set: &Given,
) -> Result<Outcome, Vec<Problem>> {
    let settings = Settings::read(deployment).map_err(one)?;
    let before = change_set.stack.as_deref().map(|text| parse("stack", text)).transpose().map_err(one)?;
    let Some(id) = &change_set.id else {
        let mut raw = before.map_or_else(|| cloud.describe(&deployment.stack), Ok).map_err(one)?;
        let stack: Stack = read("DescribeStacks", &raw).map_err(one)?;
        let failures = after(cloud, voice, &stack, &mut raw, &settings, None);
        return Ok(Outcome { stack: raw.to_string(), problems: failures.into_iter().map(problem).collect() });
    };
    let changes = change_set.changes.as_deref().map(|text| parse("change set", text)).transpose().map_err(one)?;
    let changes: ChangeSet =
        changes.map_or_else(|| Ok(ChangeSet::default()), |raw| read("DescribeChangeSet", &raw)).map_err(one)?;
    let stack = stack_id(deployment, before.as_ref(), &changes);

    let newest = newest_event(cloud, &stack).map_err(one)?;
    // A policy guards what is there already, so a new stack needs none.
    let temporary = match settings.stack_policy_during_update.as_ref().filter(|_| before.is_some()) {
        Some(policy) => {
            voice.status("setting the stack policy for the update");
            Some(Temporary::set(cloud, &stack, policy).map_err(one)?)
        }
        None => None,
    };
    voice.status(&format!("executing the change set of {}", deployment.stack));
    let ended =
        cloud.execute_change_set(&request(id, &changes, &settings)).map(|()| cloud.wait(&stack, newest.as_deref()));
    let mut problems = Vec::new();
    let mut policy = None;
    match temporary.map(Temporary::restore) {
        Some(Ok(now)) => policy = Some(now),
        Some(Err(failure)) => problems.push(problem(failure)),
        None => {}
    }
    let ended = match ended {
        Ok(Ok(ended)) => ended,
        Err(failure) => {
            problems.splice(0..0, one(maybe_started(failure, &deployment.stack)));
            return Err(problems);
        }
        Ok(Err(failure)) => {
            // It was started, so that this is no error: AWS goes on, and how it ends is not known here.
            problems.splice(0..0, one(failure));
            let raw = cloud.describe(&stack).ok().or(before);
            let raw = raw.unwrap_or_else(|| json!({ "StackName": deployment.stack, "StackId": stack }));
            return Ok(Outcome { stack: raw.to_string(), problems });
        }
    };
    Ok(outcome(cloud, voice, ended, problems, &settings, policy))
}

/// The outcome of a change that has ended; `problems` are those of putting the policy back. What is set on the stack
/// itself is set only when the change succeeded: a stack whose creation failed must not be protected from being
/// replaced.
fn outcome(
    cloud: &dyn Cloud,
    voice: &dyn Voice,
    ended: Ended,
    problems: Vec<Problem>,
    settings: &Settings,
    policy: Option<Option<Value>>,
) -> Outcome {
    let Ended { stack: mut raw, causes } = ended;
    let mut all: Vec<Problem> = causes
        .into_iter()
        .map(|cause| Problem { failure: hinted(cause.failure), logical_id: cause.logical_id, path: None })
        .collect();
    let mut last = Vec::new();
    match read::<Stack>("DescribeStacks", &raw) {
        Err(failure) => last.push(failure),
        Ok(stack) if all.is_empty() && is_failed_end(&stack.stack_status) => {
            let reason = said(stack.stack_status_reason.as_deref()).map(|reason| format!(": {reason}"));
            let message = format!("the stack ended in {}{}", stack.stack_status, reason.unwrap_or_default());
            all.extend(one(Failure::new(FailureKind::Other, message)));
        }
        Ok(stack) if all.is_empty() => last = after(cloud, voice, &stack, &mut raw, settings, policy),
        Ok(_) => {}
    }
    all.extend(problems);
    all.extend(last.into_iter().map(problem));
    Outcome { stack: raw.to_string(), problems: all }
}

/// Without an answer, nobody knows whether the request arrived.
fn maybe_started(failure: Failure, stack: &str) -> Failure {
    match failure.kind {
        FailureKind::TimedOut | FailureKind::Unavailable if failure.hint.is_none() => failure
            .with_hint(format!("It may have been started all the same: `formwork stack watch {stack}` shows it.")),
        _ => failure,
    }
}

/// The stack's ARN, because one that is deleted is found by nothing else; its name where no ARN is known.
fn stack_id(deployment: &Deployment, before: Option<&Value>, changes: &ChangeSet) -> String {
    let of_stack = || before.and_then(|stack| stack.get("StackId")).and_then(Value::as_str).map(str::to_owned);
    Some(changes.stack_id.clone())
        .filter(|id| !id.is_empty())
        .or_else(of_stack)
        .unwrap_or_else(|| deployment.stack.clone())
}

/// The members of ExecuteChangeSet. The change set's name is the token, so that a second request for the same change
/// set changes nothing, and the events say what they belong to.
fn request(id: &str, changes: &ChangeSet, settings: &Settings) -> Value {
    let mut request = Map::new();
    request.insert("ChangeSetId".into(), id.into());
    if let Some(name) = said(Some(&changes.change_set_name)) {
        request.insert("ClientRequestToken".into(), name.into());
    }
    // CloudFormation refuses both together, and the change set holds the action for failure.
    if let Some(disable) = settings.disable_rollback.filter(|_| settings.on_failure.is_none()) {
        request.insert("DisableRollback".into(), disable.into());
    }
    request.into()
}

fn parse(what: &str, text: &str) -> Result<Value, Failure> {
    serde_json::from_str(text).map_err(|error| {
        Failure::new(FailureKind::InvalidInput, format!("the {what} of the plan is not JSON: {error}"))
    })
}
