//! Why an operation failed: the first real failure, not what followed from it.
//!
//! When one resource fails, CloudFormation cancels those under way, says so of each of them, says so of the stack, and
//! of each stack that it is nested in. All of these end in `_FAILED`; only one of them is why.

use jiff::Timestamp;

use super::WatchedEvent;
use super::hints::hint;
use crate::cloud::{Failure, FailureKind};

/// The type of a nested stack, and of a stack itself, in events.
pub(super) const STACK_TYPE: &str = "AWS::CloudFormation::Stack";

/// Why an operation failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The resource's name in the template, `Nested.Resource` inside a nested stack; none for the outermost stack.
    pub logical_id: Option<String>,
    /// `AWS::EC2::Instance`, …
    pub resource_type: String,
    /// What it is in AWS, where it exists.
    pub physical_id: Option<String>,
    /// `CREATE_FAILED`, …; an open set. For the stack itself also `ROLLBACK_IN_PROGRESS` and the like.
    pub status: String,
    /// What CloudFormation says, as it says it; for a hook, the hook's type before it.
    pub reason: String,
    /// What to do about it, where the reason is known.
    pub hint: Option<String>,
    /// RFC 3339, UTC.
    pub time: String,
}

impl From<Cause> for Failure {
    /// Kind `Other`, the status as code, what CloudFormation says as message. The resource is not in it.
    fn from(cause: Cause) -> Self {
        let message = cause.reason.trim().trim_end_matches('.').to_owned();
        Self { kind: FailureKind::Other, code: Some(cause.status), message, hint: cause.hint }
    }
}

/// Why the operation failed that these events belong to, in the order they came: the root cause first. Events of a
/// rollback count when the rollback failed. Empty when nothing failed, also when a person cancelled it.
#[must_use]
pub fn causes(events: &[WatchedEvent]) -> Vec<Cause> {
    let mut sorted: Vec<&WatchedEvent> = events.iter().collect();
    sorted.sort_by_key(|watched| watched.event.timestamp.parse::<Timestamp>().ok());
    let undone = undoing_that_worked(&sorted);
    let forward = match undone {
        Some(at) => sorted.get(..=at).unwrap_or(&sorted),
        None => &sorted,
    };
    let mut found: Vec<(Rank, Found<'_>)> = Vec::new();
    for (index, watched) in forward.iter().enumerate() {
        let later = forward.get(index + 1..).unwrap_or_default();
        if let Some((rank, reason)) = judge(watched, later) {
            let one = Found { watched, reason };
            if !found.iter().any(|(_, other)| other.is_same(&one)) {
                found.push((rank, one));
            }
        }
    }
    // Whose failure is told already: the stacks that have one inside, and the resources.
    let real = |found: &[(Rank, Found<'_>)]| -> Vec<(Vec<String>, String)> {
        let real = found.iter().filter(|(rank, _)| *rank == Rank::Real);
        real.map(|(_, one)| (one.watched.path.clone(), one.watched.event.logical_resource_id.clone())).collect()
    };
    let told = real(&found);
    found.retain(|(rank, one)| match rank {
        Rank::Real => true,
        Rank::Echo => !told.iter().any(|(path, logical_id)| {
            path.starts_with(&one.watched.inside())
                || (*path == one.watched.path && *logical_id == one.watched.event.logical_resource_id)
        }),
        Rank::Last => told.is_empty(),
    });
    // An echo whose source was not seen says more than a failure without words.
    if found.iter().any(|(rank, _)| *rank == Rank::Echo) {
        found.retain(|(rank, _)| *rank != Rank::Last);
    }
    found.into_iter().map(|(_, found)| found.cause()).collect()
}

/// How much an event says about why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rank {
    /// A failure of its own.
    Real,
    /// A nested stack failed, or hooks refused: a cause only when what is inside, or the hook, has not said why.
    Echo,
    /// A warning of a hook, or a failure without words: a cause only when there is no other.
    Last,
}

struct Found<'a> {
    watched: &'a WatchedEvent,
    reason: String,
}

impl Found<'_> {
    /// CloudFormation tries deletions again and says the same again.
    fn is_same(&self, other: &Self) -> bool {
        let key = |found: &Self| {
            let event = &found.watched.event;
            (event.logical_resource_id.clone(), event.resource_status.clone(), event.physical_resource_id.clone())
        };
        self.watched.path == other.watched.path && self.reason == other.reason && key(self) == key(other)
    }

    fn cause(self) -> Cause {
        let event = &self.watched.event;
        let hook_failed = hook_failed(self.watched) && !event.resource_status.ends_with("_FAILED");
        let status = match &event.hook_status {
            Some(status) if hook_failed => status.clone(),
            _ => event.resource_status.clone(),
        };
        let reason =
            if self.reason.trim().is_empty() { "CloudFormation gives no reason".to_owned() } else { self.reason };
        Cause {
            logical_id: self.watched.logical_path(),
            hint: hint(&event.resource_type, event.physical_resource_id.as_deref(), &reason)
                .or_else(|| hook_failed.then(|| hint("", None, "the following hook(s) failed")).flatten()),
            resource_type: event.resource_type.clone(),
            physical_id: event.physical_resource_id.clone().filter(|id| !id.is_empty()),
            status,
            reason,
            time: event.timestamp.clone(),
        }
    }
}

/// Whether an event says that something failed, and what it says then. `later` are the events after it.
fn judge(watched: &WatchedEvent, later: &[&WatchedEvent]) -> Option<(Rank, String)> {
    let event = &watched.event;
    let reason = event.resource_status_reason.as_deref().unwrap_or_default().trim();
    if hook_failed(watched) {
        // A hook may only warn; it refused when the resource then failed because of it.
        let refused = event.resource_status.ends_with("_FAILED")
            || later.iter().any(|other| {
                other.path == watched.path
                    && other.event.logical_resource_id == event.logical_resource_id
                    && names_hooks(other)
            });
        let hook = event.hook_type.as_deref().unwrap_or("a hook");
        let said = event.hook_status_reason.as_deref().unwrap_or(reason).trim();
        let said = if said.is_empty() { "it refused without a reason" } else { said };
        return Some((if refused { Rank::Real } else { Rank::Last }, format!("{hook}: {said}")));
    }
    if watched.is_of_its_stack() {
        return of_stack(watched, reason);
    }
    if !event.resource_status.ends_with("_FAILED") || is_cancellation(reason) {
        return None;
    }
    if reason.is_empty() {
        return Some((Rank::Last, String::new()));
    }
    let embedded = event.resource_type == STACK_TYPE && reason.starts_with("Embedded stack");
    Some((if embedded || names_hooks(watched) { Rank::Echo } else { Rank::Real }, reason.to_owned()))
}

/// An event of a stack itself. It repeats what its resources said, except where the failure is the stack's own: an
/// export that is in use, say; that stands in the event that begins the rollback.
fn of_stack(watched: &WatchedEvent, reason: &str) -> Option<(Rank, String)> {
    let event = &watched.event;
    let status = event.resource_status.as_str();
    let rollback = status.ends_with("ROLLBACK_IN_PROGRESS");
    if !status.ends_with("_FAILED") && !rollback {
        return None;
    }
    if follows(reason) || is_cancellation(reason) {
        return None;
    }
    Some((if names_hooks(watched) { Rank::Echo } else { Rank::Real }, reason.to_owned()))
}

/// Whether a stack's reason only repeats, or says that a person wanted it.
fn follows(reason: &str) -> bool {
    let reason = reason.trim_matches(|c: char| c == '.' || c.is_whitespace());
    reason.is_empty()
        || reason.starts_with("The following resource(s) failed")
        || reason.starts_with("Embedded stack")
        || [
            "User Initiated",
            "Rollback requested",
            "Rollback requested by user",
            "Delete requested by user",
            "Transformation succeeded",
        ]
        .iter()
        .any(|known| reason.eq_ignore_ascii_case(known))
}

/// "Resource creation cancelled", and its kin.
fn is_cancellation(reason: &str) -> bool {
    let lower = reason.to_lowercase();
    let lower = lower.strip_prefix("resource ").unwrap_or(&lower);
    ["creation", "update", "deletion", "import", "operation", "rollback"]
        .iter()
        .filter_map(|what| lower.strip_prefix(what))
        .any(|rest| rest.trim_start().starts_with("cancelled") || rest.trim_start().starts_with("canceled"))
}

fn hook_failed(watched: &WatchedEvent) -> bool {
    watched.event.hook_status.as_deref().is_some_and(|status| status.ends_with("_FAILED"))
}

/// "The following hook(s) failed: [X]": what the resource says after its hook.
fn names_hooks(watched: &WatchedEvent) -> bool {
    watched.event.hook_status.is_none()
        && watched.event.resource_status_reason.as_deref().is_some_and(|reason| reason.contains("hook(s) failed"))
}

/// Where the outermost stack's rollback, or its deletion after a failure, began, when that ended well: what failed in
/// it mended itself, for CloudFormation tries deletions again.
fn undoing_that_worked(events: &[&WatchedEvent]) -> Option<usize> {
    let own = |watched: &&WatchedEvent| {
        watched.path.is_empty() && watched.is_of_its_stack() && watched.event.hook_status.is_none()
    };
    let last = events.iter().rev().find(|watched| own(watched))?;
    let start = match last.event.resource_status.as_str() {
        "DELETE_COMPLETE" => "DELETE_IN_PROGRESS",
        status if status.ends_with("ROLLBACK_COMPLETE") => "ROLLBACK_IN_PROGRESS",
        _ => return None,
    };
    events.iter().position(|watched| own(watched) && watched.event.resource_status.ends_with(start))
}
