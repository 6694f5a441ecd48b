//! The events of one stack, as far as they belong to the operation that is watched.

use std::collections::HashSet;

use jiff::Timestamp;

use super::status::{State, state};
use crate::cloud::stacks::StackEvent;
use crate::cloud::{Failure, Stacks};

/// Where the operation begins in the events of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// After the event of this id.
    Event(String),
    /// With the first event of the stack.
    Beginning,
    /// With the stack's own event that began its last operation, not before this time where one is given.
    Operation(Option<Timestamp>),
}

/// The events of one stack.
pub(super) struct Stream {
    /// The name or ARN to ask with.
    pub(super) stack: String,
    /// The logical ids of the nested stacks that lead to it.
    pub(super) path: Vec<String>,
    /// Whether it is to be asked at all.
    pub(super) open: bool,
    /// Whether the stack that it is nested in says that it is done.
    pub(super) done: bool,
    /// The status in its last own event of the operation.
    pub(super) last_own: Option<String>,
    /// The status in its first own event of the operation.
    pub(super) first_own: Option<String>,
    /// When the first event of the operation was.
    pub(super) began: Option<Timestamp>,
    from: From,
    asked_since_done: u32,
    refused: u32,
    /// Whether the beginning of the operation was found.
    found_beginning: bool,
    /// All that were read, so that none comes twice. An operation has some thousands at most.
    seen: HashSet<String>,
}

impl Stream {
    pub(super) fn new(stack: String, path: Vec<String>, from: From) -> Self {
        Self {
            stack,
            path,
            open: true,
            done: false,
            asked_since_done: 0,
            last_own: None,
            first_own: None,
            began: None,
            from,
            refused: 0,
            found_beginning: false,
            seen: HashSet::new(),
        }
    }

    /// The new events, oldest first. `at_work` is whether CloudFormation is known to be at work on the stack.
    pub(super) async fn read(&mut self, stacks: &dyn Stacks, at_work: bool) -> Result<Vec<StackEvent>, Failure> {
        let mut found = self.chain(stacks).await?;
        if !self.found_beginning && self.needs_beginning() {
            let count = operation_length(&found).unwrap_or(found.len());
            let before = found.split_off(count);
            if !self.is_recent(&found) || (at_work && self.is_behind(&found)) {
                return Ok(Vec::new());
            }
            self.seen.extend(before.into_iter().map(|event| event.event_id));
        }
        self.found_beginning |= !found.is_empty();
        found.reverse();
        for event in &found {
            self.seen.insert(event.event_id.clone());
            if is_own(event) {
                if event.resource_status != "REVIEW_IN_PROGRESS" {
                    self.first_own.get_or_insert_with(|| event.resource_status.clone());
                }
                self.last_own = Some(event.resource_status.clone());
            }
        }
        if self.began.is_none() {
            self.began = found.first().and_then(|event| event.timestamp.parse().ok());
        }
        Ok(found)
    }

    /// The stack that it is nested in says how it is: at work (again), or done.
    pub(super) fn reported(&mut self, status: &str) {
        self.done = state(status) != State::InProgress;
        self.open = true;
        self.asked_since_done = 0;
    }

    /// It was asked: a nested stack that is done, and says so itself, needs not be asked again. One without an event
    /// of its own in this operation was not touched.
    pub(super) fn asked(&mut self) {
        if !self.done {
            return;
        }
        self.asked_since_done += 1;
        let over = match &self.last_own {
            Some(status) => state(status) != State::InProgress,
            None => self.asked_since_done > 1,
        };
        if over {
            self.open = false;
        }
    }

    /// Whether the newest operation has ended although the stack is at work: then its events are behind. Not for ever.
    fn is_behind(&mut self, found: &[StackEvent]) -> bool {
        const TIMES: u32 = 3;
        let newest = found.iter().find(|event| is_own(event));
        let ended = newest.is_some_and(|event| state(&event.resource_status) != State::InProgress);
        self.refused += u32::from(ended);
        ended && self.refused <= TIMES
    }

    /// Whether the operation of a nested stack began after that of the stack that it is nested in. What its last own
    /// event tells of may be an operation of long ago.
    fn is_recent(&self, found: &[StackEvent]) -> bool {
        let From::Operation(Some(since)) = self.from else {
            return true;
        };
        let first: Option<Timestamp> = found.last().and_then(|event| event.timestamp.parse().ok());
        first.is_none_or(|first| first >= since)
    }

    fn needs_beginning(&self) -> bool {
        matches!(self.from, From::Operation(_))
    }

    /// What is new, newest first: pages until one has an event that is known.
    async fn chain(&mut self, stacks: &dyn Stacks) -> Result<Vec<StackEvent>, Failure> {
        let mut found: Vec<StackEvent> = Vec::new();
        let mut ids: HashSet<String> = HashSet::new();
        let mut cursor: Option<String> = None;
        let mut cursors: HashSet<String> = HashSet::new();
        loop {
            let page = stacks.events(&self.stack, cursor.as_deref()).await?;
            let mut known = false;
            for event in page.items {
                if matches!(&self.from, From::Event(id) if *id == event.event_id) {
                    return Ok(found);
                }
                if self.seen.contains(&event.event_id) {
                    known = true;
                } else if (!known || self.is_late(&event)) && ids.insert(event.event_id.clone()) {
                    found.push(event);
                }
            }
            let complete =
                known || (!self.found_beginning && self.needs_beginning() && operation_length(&found).is_some());
            match page.next {
                // A cursor that comes again would never end.
                Some(next) if !complete && cursors.insert(next.clone()) => cursor = Some(next),
                next => {
                    let at_end = next.is_none() && !known;
                    // The event that was to come before the operation is not there (it is too old, or of a stack of the
                    // same name): what belongs to the last operation is the best guess.
                    if at_end && self.seen.is_empty() && matches!(self.from, From::Event(_)) {
                        self.from = From::Operation(None);
                    }
                    return Ok(found);
                }
            }
        }
    }

    /// Whether an event that is listed among known ones is new all the same: it came late, out of order.
    fn is_late(&self, event: &StackEvent) -> bool {
        let time: Option<Timestamp> = event.timestamp.parse().ok();
        matches!((self.began, time), (Some(began), Some(time)) if time > began)
    }
}

/// Whether an event tells the status of the stack itself.
fn is_own(event: &StackEvent) -> bool {
    event.is_of_stack() && event.hook_status.is_none()
}

/// How many of these events, newest first, belong to the last operation; none when its beginning is not among them.
fn operation_length(newest_first: &[StackEvent]) -> Option<usize> {
    let mut newer: Option<(usize, &StackEvent)> = None;
    for (index, event) in newest_first.iter().enumerate().filter(|(_, event)| is_own(event)) {
        if let Some((at, newer)) = newer
            && !is_same_operation(event, newer)
        {
            // From an end back to another end without a beginning: all between them belongs to the newer one.
            let begins = newer.resource_status.ends_with("_IN_PROGRESS");
            return Some(if begins { at + 1 } else { index });
        }
        if always_begins(event) {
            return Some(index + 1);
        }
        newer = Some((index, event));
    }
    None
}

/// Whether an own event can be nothing but the first of an operation, whatever was before.
fn always_begins(event: &StackEvent) -> bool {
    event.detailed_status.is_none()
        && matches!(event.resource_status.as_str(), "CREATE_IN_PROGRESS" | "UPDATE_IN_PROGRESS" | "IMPORT_IN_PROGRESS")
}

/// Whether two own events in a row are of one operation. Rollbacks and deletions may be what CloudFormation does after
/// a failure, or what a person asked for.
fn is_same_operation(older: &StackEvent, newer: &StackEvent) -> bool {
    let is_same_request =
        older.client_request_token.is_some() && older.client_request_token == newer.client_request_token;
    let follows_from_failure =
        newer.resource_status_reason.as_deref().is_some_and(|reason| reason.contains("resource(s) failed to"));
    let was_at_work = state(&older.resource_status) == State::InProgress;
    let begins_anew = newer.resource_status == "DELETE_IN_PROGRESS" && older.resource_status != "DELETE_IN_PROGRESS";
    is_same_request || (begins_anew && follows_from_failure) || (was_at_work && !begins_anew)
}

#[cfg(test)]
mod tests {
    use super::super::tests::own;
    use super::*;

    /// The own events of a stack, oldest first, and how many of them are of the last operation.
    fn length(statuses: &[&str]) -> Option<usize> {
        let events: Vec<StackEvent> =
            statuses.iter().enumerate().rev().map(|(index, status)| own(index, status)).collect();
        operation_length(&events)
    }

    #[test]
    fn the_last_operation_is_found() {
        for (statuses, expected) in [
            (&["CREATE_IN_PROGRESS", "CREATE_COMPLETE"][..], Some(2)),
            (&["CREATE_IN_PROGRESS", "CREATE_COMPLETE", "UPDATE_IN_PROGRESS"], Some(1)),
            (&["REVIEW_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_COMPLETE"], Some(2)),
            (&["CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"], Some(3)),
            (&["ROLLBACK_COMPLETE", "DELETE_IN_PROGRESS"], Some(1)),
            (&["CREATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "DELETE_COMPLETE"], Some(2)),
            (&["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_FAILED"], Some(3)),
            (
                &[
                    "UPDATE_IN_PROGRESS",
                    "UPDATE_ROLLBACK_IN_PROGRESS",
                    "UPDATE_ROLLBACK_FAILED",
                    "UPDATE_ROLLBACK_IN_PROGRESS",
                    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
                    "UPDATE_ROLLBACK_COMPLETE",
                ],
                Some(3),
            ),
            (&["UPDATE_COMPLETE", "UPDATE_COMPLETE"], Some(1)),
            (&["DELETE_FAILED", "DELETE_IN_PROGRESS", "DELETE_COMPLETE"], Some(2)),
            (&["REVIEW_IN_PROGRESS"], None),
            (&["UPDATE_ROLLBACK_IN_PROGRESS"], None),
            (&[], None),
        ] {
            assert_eq!(length(statuses), expected, "{statuses:?}");
        }
    }

    #[test]
    fn a_deletion_after_a_failed_creation_is_one_operation_with_it() {
        let mut events = vec![own(2, "DELETE_IN_PROGRESS"), own(1, "CREATE_FAILED"), own(0, "CREATE_IN_PROGRESS")];
        assert_eq!(operation_length(&events), Some(1));
        for event in &mut events {
            event.client_request_token = Some("token".to_owned());
        }
        assert_eq!(operation_length(&events), Some(3));
        for event in &mut events {
            event.client_request_token = None;
            event.resource_status_reason =
                Some("The following resource(s) failed to create: [A]. Delete requested by user.".to_owned());
        }
        assert_eq!(operation_length(&events), Some(3));
    }

    #[test]
    fn hooks_and_details_begin_nothing() {
        let mut hook = own(2, "UPDATE_IN_PROGRESS");
        hook.hook_status = Some("HOOK_COMPLETE_SUCCEEDED".to_owned());
        let mut configured = own(1, "UPDATE_IN_PROGRESS");
        configured.detailed_status = Some("CONFIGURATION_COMPLETE".to_owned());
        let events = [own(3, "UPDATE_COMPLETE"), hook, configured, own(0, "UPDATE_IN_PROGRESS")];
        assert_eq!(operation_length(&events), Some(4));
    }
}
