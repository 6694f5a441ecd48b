//! From the state that a stack is in to one that a change set can be made for.

use formwork_plugin::deployer::{Deployment, Problem, TemplateSource};
use formwork_plugin::{Failure, FailureKind};
use serde_json::{Map, Value};

use crate::cloud::{Cloud, Voice};
use crate::model::{Stack, StackEvent, problem, read, said};
use crate::settings::Settings;
use crate::state::{Standing, refusal, standing};

/// How often an operation that is under way is waited for: someone else may start the next one at once, for ever.
const MAX_WAITS: usize = 5;

/// What there is before the change.
pub(crate) enum Before {
    /// No stack.
    Absent,
    /// A stack without resources, which a change set that was never executed left.
    Reviewed,
    /// A stack that can be updated.
    Live(Present),
}

/// A stack, as it came and as it is read here.
pub(crate) struct Present {
    pub(crate) raw: Value,
    pub(crate) stack: Stack,
}

/// Look at the stack until it can be changed; waits, and deletes what is left of a failure, if the settings say so.
pub(crate) fn ready(
    cloud: &dyn Cloud,
    voice: &dyn Voice,
    deployment: &Deployment,
    settings: &Settings,
) -> Result<Before, Vec<Problem>> {
    let name = &deployment.stack;
    let previous = matches!(deployment.template, TemplateSource::Previous);
    let no_template = || {
        Failure::new(FailureKind::NotFound, format!("there is no stack `{name}` whose template could be used again"))
            .with_hint("Name a template with `--template FILE`.")
    };
    let mut waits = 0;
    loop {
        voice.status(&format!("looking at the stack {name}"));
        let found = find(cloud, name).map_err(one)?;
        let standing = found.as_ref().map_or(Standing::Gone, |found| standing(&found.stack.stack_status));
        let Some(present) = found.filter(|_| standing != Standing::Gone) else {
            return if previous { Err(one(no_template())) } else { Ok(Before::Absent) };
        };
        let refuse = || {
            let stack = &present.stack;
            one(refusal(name, &stack.stack_status, said(stack.stack_status_reason.as_deref())))
        };
        match standing {
            Standing::Live => return Ok(Before::Live(present)),
            Standing::Dead | Standing::Reviewed if settings.replace_failed => {
                // Checked before the stack is deleted, because the template goes with it.
                if previous {
                    return Err(one(no_template()));
                }
                remove(cloud, voice, name, &present.stack, settings)?;
                return Ok(Before::Absent);
            }
            Standing::Reviewed if previous => return Err(one(no_template())),
            Standing::Reviewed => return Ok(Before::Reviewed),
            Standing::Busy if settings.wait && waits < MAX_WAITS => {
                waits += 1;
                voice.status(&format!("waiting for the stack {name}, which is in {}", present.stack.stack_status));
                let id = &present.stack.stack_id;
                let newest = newest_event(cloud, id).map_err(one)?;
                // How that operation ends is not our problem: the next look says what can be done.
                cloud.wait(id, newest.as_deref()).map_err(one)?;
            }
            _ => return Err(refuse()),
        }
    }
}

/// A stack; none where the cloud has none.
pub(crate) fn find(cloud: &dyn Cloud, stack: &str) -> Result<Option<Present>, Failure> {
    match cloud.describe(stack) {
        Ok(raw) => Ok(Some(Present { stack: read("DescribeStacks", &raw)?, raw })),
        Err(failure) if matches!(failure.kind, FailureKind::NotFound) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// The id of the newest event of a stack, none where there are none.
pub(crate) fn newest_event(cloud: &dyn Cloud, stack: &str) -> Result<Option<String>, Failure> {
    match cloud.events(stack) {
        Ok(events) => {
            let events: Vec<StackEvent> = read("DescribeStackEvents", &events)?;
            Ok(events.into_iter().next().map(|event| event.event_id))
        }
        Err(failure) if matches!(failure.kind, FailureKind::NotFound) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Delete what a failure left, and wait until it is gone.
fn remove(
    cloud: &dyn Cloud,
    voice: &dyn Voice,
    name: &str,
    stack: &Stack,
    settings: &Settings,
) -> Result<(), Vec<Problem>> {
    let status = &stack.stack_status;
    if stack.enable_termination_protection {
        return Err(one(Failure::new(
            FailureKind::Conflict,
            format!("the stack `{name}` is in {status} and has termination protection, so it cannot be replaced"),
        )
        .with_hint(format!("Turn the protection off with `formwork stack protect {name} --off`."))));
    }
    voice.status(&format!("deleting the stack {name}, which is in {status}"));
    let newest = newest_event(cloud, &stack.stack_id).map_err(one)?;
    let mut request = Map::new();
    request.insert("StackName".into(), stack.stack_id.clone().into());
    if let Some(role) = &settings.role_arn {
        request.insert("RoleARN".into(), role.clone().into());
    }
    cloud.delete(&request.into()).map_err(one)?;
    let ended = cloud.wait(&stack.stack_id, newest.as_deref()).map_err(one)?;
    let after: Stack = read("DescribeStacks", &ended.stack).map_err(one)?;
    if ended.causes.is_empty() && after.stack_status == "DELETE_COMPLETE" {
        return Ok(());
    }
    let mut problems = one(Failure::new(
        FailureKind::Conflict,
        format!("the stack `{name}` could not be deleted to make it anew: it is in {}", after.stack_status),
    )
    .with_hint(format!("`formwork stack delete {name} --retain RESOURCE` leaves behind what cannot be deleted.")));
    problems.extend(ended.causes.into_iter().map(|cause| Problem {
        failure: cause.failure,
        logical_id: cause.logical_id,
        path: None,
    }));
    Err(problems)
}

/// One problem of the stack as a whole.
pub(crate) fn one(failure: Failure) -> Vec<Problem> {
    vec![problem(crate::hints::hinted(failure))]
}
