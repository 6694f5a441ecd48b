//! Watching a stack's operation to its end: its events as they come, those of nested stacks too, and why it failed.
//!
//! CloudFormation tells nobody of events, so it is asked again and again (polled). A poll is one DescribeStacks of the
//! outermost stack, and one chain of DescribeStackEvents for it and for each nested stack that is under way; a chain
//! reads the pages that hold something new, and no more. DescribeStacks and DescribeStackEvents do not agree at all
//! times: each may be ahead of the other, so a watch ends when both say so.

mod cause;
mod hints;
mod pace;
mod poll;
mod status;
mod stream;
mod verdict;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Serialize;

pub use self::cause::{Cause, causes};
pub use self::hints::hint;
pub use self::pace::Pace;
pub use self::status::{Explanation, State, explain, state};
use crate::cloud::stacks::{Stack, StackEvent};
use crate::cloud::{Failure, Stacks};

/// Which events belong to the operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    /// Those after this one: the id of the last event before the operation was started; none when the stack was new.
    /// The operation was started for certain, so the watch waits for its first event.
    Event(Option<String>),
    /// Those of the operation that is under way, or else of the last one: back to the event that began it.
    CurrentOperation,
}

/// An event, and where it is from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct WatchedEvent {
    /// The event.
    pub event: StackEvent,
    /// How deep the stack is nested: 0 for the one that is watched.
    pub depth: usize,
    /// The logical ids of the nested stacks that lead to it, the outermost first; as many as `depth`.
    pub path: Vec<String>,
}

impl WatchedEvent {
    /// Whether it is about the stack itself that it is an event of.
    #[must_use]
    pub fn is_of_its_stack(&self) -> bool {
        self.event.is_of_stack()
    }

    /// The resource's name in the template, `Nested.Resource` inside a nested stack; none for the outermost stack.
    #[must_use]
    pub fn logical_path(&self) -> Option<String> {
        if !self.is_of_its_stack() {
            return Some(self.inside().join("."));
        }
        (!self.path.is_empty()).then(|| self.path.join("."))
    }

    /// The path of what is inside the nested stack that this event is about.
    fn inside(&self) -> Vec<String> {
        let mut inside = self.path.clone();
        inside.push(self.event.logical_resource_id.clone());
        inside
    }
}

/// Who is told while a watch goes on.
pub trait Watcher: Send + Sync {
    /// An event. Each comes once; those of a stack come in their order.
    fn event(&self, event: &WatchedEvent);

    /// Something is wrong, and the watch goes on: too many requests, a broken connection, expired credentials, a nested
    /// stack that cannot be read. A lower-case fragment, said once each time it begins.
    fn trouble(&self, message: &str);

    /// The stack, at each poll, before the events of the poll.
    fn poll(&self, _stack: &Stack) {}
}

/// How an operation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The stack then. One that vanished is in `DELETE_COMPLETE`, whatever CloudFormation said of it last.
    pub stack: Stack,
    /// Whether the operation did what it was for: a rollback that ends in `UPDATE_ROLLBACK_COMPLETE` did, an update
    /// that ends there did not.
    pub succeeded: bool,
    /// Why it failed, the root cause first. Empty when it succeeded, and never empty when it did not.
    pub causes: Vec<Cause>,
    /// What could not be deleted although the operation succeeded: still there, and no part of the stack any more.
    pub left_behind: Vec<Cause>,
    /// How many events there were.
    pub events: usize,
    /// The last status of each resource that had an event, by its path (`Nested.Resource`).
    pub resources: BTreeMap<String, String>,
    /// When the first event was, RFC 3339.
    pub began: Option<String>,
    /// When the last event was, RFC 3339.
    pub ended: Option<String>,
}

/// Watch the operation of a stack to its end. `stack` is the name or, better, the ARN: a deleted stack is found by its
/// ARN only, and a name may come to mean another stack. A stack in `REVIEW_IN_PROGRESS` has no operation under way.
///
/// Dropping the future ends the watch at any time; CloudFormation goes on.
///
/// # Errors
/// When the stack cannot be read, with how to come back as hint; what may pass is tried again as long as `pace` says.
/// `NotFound` when there never was such a stack; one that vanishes while it is watched was deleted, and is no error.
pub async fn watch(
    stacks: &dyn Stacks,
    stack: &str,
    after: After,
    watcher: &dyn Watcher,
    pace: Pace,
) -> Result<Ended, Failure> {
    poll::Watch::new(stacks, stack, after, watcher, pace).run().await
}
