//! One watch: polls until the operation has ended.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use jiff::Timestamp;

use super::cause::STACK_TYPE;
use super::pace::{Pacer, Trouble};
use super::stream::{From, Stream};
use super::verdict::Verdict;
use super::{After, Ended, Pace, State, WatchedEvent, Watcher, state};
use crate::cloud::stacks::{Stack, StackEvent};
use crate::cloud::{Failure, FailureKind, Stacks};

/// One watch.
pub(super) struct Watch<'a> {
    stacks: &'a dyn Stacks,
    watcher: &'a dyn Watcher,
    after: After,
    pace: Pace,
    pacer: Pacer,
    root: Stream,
    /// Nested stacks, each after the one that it is nested in.
    nested: Vec<Stream>,
    /// What DescribeStacks said last.
    stack: Option<Stack>,
    /// How many polls in a row the stack and its events did not agree.
    lag: u32,
    /// How many polls in a row the stack was not found.
    missing: u32,
    told_unreadable: bool,
    /// The events that say why something failed, and those of stacks themselves. The others are told and forgotten.
    kept: Vec<WatchedEvent>,
    events: usize,
    resources: BTreeMap<String, String>,
    first: Option<String>,
    last: Option<String>,
}

/// How a poll went.
enum Step {
    /// The operation has ended.
    Ended,
    /// It has not; whether there was something new.
    More(bool),
}

impl<'a> Watch<'a> {
    pub(super) fn new(stacks: &'a dyn Stacks, stack: &str, after: After, watcher: &'a dyn Watcher, pace: Pace) -> Self {
        let from = match &after {
            After::Event(Some(id)) => From::Event(id.clone()),
            After::Event(None) => From::Beginning,
            After::CurrentOperation => From::Operation(None),
        };
        Self {
            stacks,
            watcher,
            after,
            pace,
            pacer: Pacer::new(pace),
            root: Stream::new(stack.to_owned(), Vec::new(), from),
            nested: Vec::new(),
            stack: None,
            lag: 0,
            missing: 0,
            told_unreadable: false,
            kept: Vec::new(),
            events: 0,
            resources: BTreeMap::new(),
            first: None,
            last: None,
        }
    }

    pub(super) async fn run(mut self) -> Result<Ended, Failure> {
        loop {
            let wait = match self.poll().await {
                Ok(Step::Ended) => return Ok(self.ended()),
                Ok(Step::More(news)) => self.pacer.answered(news),
                Err(failure) => self.retry(failure)?,
            };
            tokio::time::sleep(wait).await;
        }
    }

    async fn poll(&mut self) -> Result<Step, Failure> {
        // The stack first: when it has ended, the events that are read then are most likely all.
        let gone = match self.stacks.describe(&self.root.stack).await {
            Ok(stack) => {
                self.missing = 0;
                if !stack.stack_id.is_empty() {
                    self.root.stack.clone_from(&stack.stack_id);
                }
                self.watcher.poll(&stack);
                self.stack = Some(stack);
                false
            }
            Err(failure) if failure.kind == FailureKind::NotFound => {
                if !self.is_gone(failure)? {
                    return Ok(Step::More(false));
                }
                true
            }
            Err(failure) => return Err(failure),
        };
        let (news, failure) = self.read_events().await;
        if gone {
            self.vanish();
            return Ok(Step::Ended);
        }
        match failure {
            Some(failure) => Err(failure),
            None if self.is_over() => Ok(Step::Ended),
            None => Ok(Step::More(news > 0)),
        }
    }

    /// Whether a stack that is not found was deleted. A stack that is new, or was not being deleted, may just not be
    /// known everywhere.
    fn is_gone(&mut self, failure: Failure) -> Result<bool, Failure> {
        let is_deletion = |status: &String| status.starts_with("DELETE_");
        let expected = match (&self.stack, &self.after) {
            (Some(stack), _) => {
                is_deletion(&stack.stack_status) || self.root.last_own.as_ref().is_some_and(is_deletion)
            }
            (None, After::Event(Some(_))) => true,
            (None, After::Event(None)) => false,
            (None, After::CurrentOperation) => return Err(failure),
        };
        if expected {
            return Ok(true);
        }
        self.missing += 1;
        if self.missing <= self.pace.lag {
            return Ok(false);
        }
        // Who has an ARN has had a stack.
        if self.stack.is_some() || self.root.stack.starts_with("arn:") { Ok(true) } else { Err(failure) }
    }

    fn vanish(&mut self) {
        let name = self.name();
        let mut stack = self.stack.take().unwrap_or_default();
        if stack.stack_name.is_empty() {
            stack.stack_name = name;
        }
        if stack.stack_id.is_empty() && self.root.stack.starts_with("arn:") {
            stack.stack_id.clone_from(&self.root.stack);
        }
        "DELETE_COMPLETE".clone_into(&mut stack.stack_status);
        stack.stack_status_reason = None;
        self.stack = Some(stack);
    }

    /// Read and tell what is new; gives how many there were, and what went wrong. What was read before is told all the
    /// same.
    async fn read_events(&mut self) -> (usize, Option<Failure>) {
        let at_work = self.stack.as_ref().is_some_and(|stack| state(&stack.stack_status) == State::InProgress);
        let mut batches = Vec::new();
        let mut failure = None;
        match self.root.read(self.stacks, at_work).await {
            Ok(events) => self.take(events, None, &mut batches),
            // A stack may be found by its ARN when its events are not any more.
            Err(error) if error.kind == FailureKind::NotFound => {}
            Err(error) => failure = Some(error),
        }
        // Nested stacks that are found on the way are appended, so they are asked in the same poll.
        let mut index = 0;
        while failure.is_none()
            && let Some(stream) = self.nested.get_mut(index)
        {
            if stream.open {
                match stream.read(self.stacks, false).await {
                    Ok(events) => {
                        stream.asked();
                        self.take(events, Some(index), &mut batches);
                    }
                    Err(error) if error.kind == FailureKind::NotFound => stream.asked(),
                    Err(error) if Trouble::of(&error).is_some() => failure = Some(error),
                    // The outermost stack is what counts.
                    Err(error) => {
                        stream.open = false;
                        if !std::mem::replace(&mut self.told_unreadable, true) {
                            let path = stream.path.join(".");
                            self.watcher.trouble(&format!("events of the nested stack {path} cannot be read: {error}"));
                        }
                    }
                }
            }
            index += 1;
        }
        let mut count = 0;
        for event in merge(batches) {
            count += 1;
            self.tell(event);
        }
        (count, failure)
    }

    /// Events of the outermost stack, or of the nested one of this index: follow the stacks that are nested in it.
    fn take(&mut self, events: Vec<StackEvent>, nested: Option<usize>, batches: &mut Vec<VecDeque<WatchedEvent>>) {
        let (path, began) = match nested.and_then(|index| self.nested.get(index)) {
            Some(stream) => (stream.path.clone(), stream.began),
            None => (Vec::new(), self.root.began),
        };
        let mut batch = VecDeque::new();
        for event in events {
            if let Some(arn) = nested_stack(&event) {
                match self.nested.iter_mut().find(|stream| stream.stack == arn) {
                    Some(stream) => stream.reported(&event.resource_status),
                    None => {
                        let mut inside = path.clone();
                        inside.push(event.logical_resource_id.clone());
                        let mut stream = Stream::new(arn.to_owned(), inside, From::Operation(began));
                        stream.reported(&event.resource_status);
                        self.nested.push(stream);
                    }
                }
            }
            batch.push_back(WatchedEvent { event, depth: path.len(), path: path.clone() });
        }
        batches.push(batch);
    }

    fn tell(&mut self, watched: WatchedEvent) {
        self.watcher.event(&watched);
        self.events += 1;
        let event = &watched.event;
        self.first.get_or_insert_with(|| event.timestamp.clone());
        self.last = Some(event.timestamp.clone());
        let own = watched.is_of_its_stack();
        if !own && let Some(path) = watched.logical_path() {
            self.resources.insert(path, event.resource_status.clone());
        }
        let hook_failed = event.hook_status.as_deref().is_some_and(|status| status.ends_with("_FAILED"));
        if own || hook_failed || event.resource_status.ends_with("_FAILED") {
            self.kept.push(watched);
        }
    }

    /// Whether the stack and its events agree that the operation has ended, or have had time enough to.
    fn is_over(&mut self) -> bool {
        let Some(stack) = &self.stack else {
            return false;
        };
        let status = stack.stack_status.as_str();
        if state(status) == State::InProgress {
            self.lag = 0;
            return false;
        }
        let waits_for_events = self.after != After::CurrentOperation;
        let patience = match self.root.last_own.as_deref() {
            // A change set was executed, and the stack does not know it yet.
            _ if status == "REVIEW_IN_PROGRESS" && waits_for_events => self.pace.lag * 2,
            Some(last) if last == status => {
                if !self.nested.iter().any(|stream| stream.open) {
                    return true;
                }
                self.pace.lag
            }
            Some(last) if state(last) != State::InProgress => self.pace.lag,
            // Events are kept for 90 days; there may be none, and nothing is under way.
            None if !waits_for_events => return true,
            _ => self.pace.lag * 2,
        };
        self.lag += 1;
        self.lag > patience
    }

    /// How long to wait after a failure.
    fn retry(&mut self, failure: Failure) -> Result<Duration, Failure> {
        let is_known = self.stack.is_some() || self.after != After::CurrentOperation;
        let is_throttled = matches!(failure.kind, FailureKind::Throttled(_));
        // Who only looks is told at once; who has started something wants to know how it ends.
        if failure.kind == FailureKind::NotFound || !(is_known || is_throttled) {
            return Err(failure);
        }
        match self.pacer.failed(failure) {
            Ok(retry) => {
                if let Some(message) = retry.tell {
                    self.watcher.trouble(&message);
                }
                Ok(retry.wait)
            }
            Err(failure) => {
                let back =
                    format!("The operation goes on: come back to it with `formwork stack watch {}`.", self.name());
                let hint = match &failure.hint {
                    Some(hint) => format!("{hint} {back}"),
                    None => back,
                };
                Err(failure.with_hint(hint))
            }
        }
    }

    fn name(&self) -> String {
        match &self.stack {
            Some(stack) if !stack.stack_name.is_empty() => stack.stack_name.clone(),
            _ => name_of(&self.root.stack).to_owned(),
        }
    }

    fn ended(self) -> Ended {
        let name = self.name();
        let stack = self.stack.unwrap_or_default();
        let was_new = self.after == After::Event(None);
        let verdict = Verdict::of(&stack, &name, self.root.first_own.as_deref(), was_new, &self.kept);
        Ended {
            stack,
            succeeded: verdict.succeeded,
            causes: verdict.causes,
            left_behind: verdict.left_behind,
            events: self.events,
            resources: self.resources,
            began: self.first,
            ended: self.last,
        }
    }
}

/// `Name` of `arn:aws:cloudformation:eu-west-1:123456789012:stack/Name/…`, or the name itself.
fn name_of(stack: &str) -> &str {
    match stack.split_once(":stack/") {
        Some((_, rest)) => rest.split('/').next().unwrap_or(rest),
        None => stack,
    }
}

/// The ARN of the nested stack that an event is about, once there is one.
fn nested_stack(event: &StackEvent) -> Option<&str> {
    let id = event.physical_resource_id.as_deref()?;
    let is_stack = event.resource_type == STACK_TYPE && id.starts_with("arn:") && id.contains(":stack/");
    (is_stack && !event.is_of_stack() && event.hook_status.is_none()).then_some(id)
}

/// The events of all stacks by time; those of one stack stay in their order, whatever their times are.
fn merge(mut batches: Vec<VecDeque<WatchedEvent>>) -> Vec<WatchedEvent> {
    let mut merged = Vec::with_capacity(batches.iter().map(VecDeque::len).sum());
    loop {
        // The first of equals: an outer stack before those that are nested in it.
        let first = batches
            .iter_mut()
            .filter(|batch| !batch.is_empty())
            .min_by_key(|batch| batch.front().and_then(|watched| watched.event.timestamp.parse::<Timestamp>().ok()));
        match first.and_then(VecDeque::pop_front) {
            Some(watched) => merged.push(watched),
            None => return merged,
        }
    }
}
