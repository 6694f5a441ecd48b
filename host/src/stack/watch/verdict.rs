//! How an operation ended, from what was seen of it.

use super::cause::STACK_TYPE;
use super::{Cause, State, WatchedEvent, causes, explain, hint, state};
use crate::cloud::stacks::Stack;

/// How an operation ended; see [`super::Ended`].
pub(super) struct Verdict {
    pub(super) succeeded: bool,
    pub(super) causes: Vec<Cause>,
    pub(super) left_behind: Vec<Cause>,
}

impl Verdict {
    /// `first` is the status in the stack's first own event of the operation; `was_new` whether the operation was to
    /// make the stack; `events` are those that tell of failures, and those of stacks themselves.
    pub(super) fn of(stack: &Stack, name: &str, first: Option<&str>, was_new: bool, events: &[WatchedEvent]) -> Self {
        let succeeded = has_succeeded(first, &stack.stack_status, was_new);
        let mut causes = causes(events);
        let mut left_behind = Vec::new();
        if succeeded {
            left_behind = std::mem::take(&mut causes);
            left_behind.retain(|cause| cause.status == "DELETE_FAILED" && stack.stack_status != "DELETE_COMPLETE");
        } else if causes.is_empty() {
            causes.push(last_resort(stack, name, events));
        }
        Self { succeeded, causes, left_behind }
    }
}

/// Whether an operation that began with this own event and ended with this status did what it was for.
fn has_succeeded(first: Option<&str>, status: &str, was_new: bool) -> bool {
    match first {
        Some(first) if first.starts_with("DELETE_") => status == "DELETE_COMPLETE",
        Some(first) if first.contains("ROLLBACK_") => status.ends_with("ROLLBACK_COMPLETE"),
        None if status == "DELETE_COMPLETE" => !was_new,
        _ => state(status) == State::Done && !status.contains("ROLLBACK_"),
    }
}

/// Why, when no event tells: a person cancelled it, or the events are not there any more.
fn last_resort(stack: &Stack, name: &str, kept: &[WatchedEvent]) -> Cause {
    let told = kept.iter().rev().find(|watched| {
        let status = watched.event.resource_status.as_str();
        watched.path.is_empty()
            && watched.is_of_its_stack()
            && (status.ends_with("ROLLBACK_IN_PROGRESS")
                || status.ends_with("_FAILED")
                || status == "DELETE_IN_PROGRESS")
    });
    let explanation = explain(&stack.stack_status);
    let said = told
        .and_then(|watched| watched.event.resource_status_reason.as_deref())
        .or(stack.stack_status_reason.as_deref())
        .filter(|reason| !reason.trim().is_empty());
    let reason = match said {
        Some(said) if said.trim_end_matches('.').eq_ignore_ascii_case("User Initiated") => {
            format!("a person or program cancelled it ({said})")
        }
        Some(said) => said.to_owned(),
        None => explanation.what.to_owned(),
    };
    Cause {
        logical_id: None,
        resource_type: STACK_TYPE.to_owned(),
        physical_id: Some(stack.stack_id.clone()).filter(|id| !id.is_empty()),
        status: stack.stack_status.clone(),
        hint: hint(STACK_TYPE, None, &reason).or_else(|| explanation.todo_for(name)),
        reason,
        time: told.map(|watched| watched.event.timestamp.clone()).unwrap_or_default(),
    }
}
