//! A CloudFormation of which only DescribeStacks and DescribeStackEvents are there, and a watcher that notes all.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use jiff::Timestamp;
use tokio::time::Instant;

use super::super::{After, Ended, Pace, WatchedEvent, Watcher, watch};
use crate::cloud::stacks::*;
use crate::cloud::{Failure, FailureKind, Page, Stacks};

/// The stack that is watched.
pub(super) const ROOT: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/web/11111111-0000";

/// The ARN of a nested stack.
pub(super) fn arn(name: &str) -> String {
    format!("arn:aws:cloudformation:eu-west-1:123456789012:stack/web-{name}-1ABC/22222222-0000")
}

/// Second `at` of the tests.
fn time(at: usize) -> String {
    let start: Timestamp = "2026-03-01T10:00:00Z".parse().unwrap();
    (start + jiff::SignedDuration::from_secs(at as i64)).to_string()
}

/// An event of a stack's resource. Its id is made of all that it says.
pub(super) fn event(stack: &str, at: usize, logical: &str, kind: &str, status: &str, reason: &str) -> StackEvent {
    StackEvent {
        stack_id: stack.to_owned(),
        event_id: format!("{stack} {logical} {status} {at}"),
        stack_name: stack.split('/').nth(1).unwrap().to_owned(),
        logical_resource_id: logical.to_owned(),
        physical_resource_id: Some(format!("{logical}-physical")),
        resource_type: kind.to_owned(),
        timestamp: time(at),
        resource_status: status.to_owned(),
        resource_status_reason: Some(reason.to_owned()).filter(|reason| !reason.is_empty()),
        ..StackEvent::default()
    }
}

/// An event of a stack itself.
pub(super) fn own_of(stack: &str, at: usize, status: &str, reason: &str) -> StackEvent {
    let name = stack.split('/').nth(1).unwrap();
    let mut event = event(stack, at, name, "AWS::CloudFormation::Stack", status, reason);
    event.physical_resource_id = Some(stack.to_owned());
    event
}

/// An event of the watched stack itself.
pub(in super::super) fn own(at: usize, status: &str) -> StackEvent {
    own_of(ROOT, at, status, "")
}

/// An event of a topic in the watched stack.
pub(super) fn topic(at: usize, logical: &str, status: &str) -> StackEvent {
    event(ROOT, at, logical, "AWS::SNS::Topic", status, "")
}

/// An event of a stack about the stack that is nested in it.
pub(super) fn nested(stack: &str, at: usize, logical: &str, inner: &str, status: &str, reason: &str) -> StackEvent {
    let mut event = event(stack, at, logical, "AWS::CloudFormation::Stack", status, reason);
    event.physical_resource_id = Some(inner.to_owned());
    event
}

/// What there is.
#[derive(Default)]
pub(super) struct World {
    /// What DescribeStacks says; nothing when the stack is not found.
    pub(super) status: Option<String>,
    /// Events by the ARN of the stack, oldest first.
    pub(super) events: BTreeMap<String, Vec<StackEvent>>,
    /// What DescribeStacks fails with.
    pub(super) describe_fails: Option<Failure>,
    /// What DescribeStackEvents fails with, by ARN.
    pub(super) events_fail: BTreeMap<String, Failure>,
}

impl World {
    pub(super) fn status(&mut self, status: &str) {
        self.status = Some(status.to_owned());
    }

    /// An event happens.
    pub(super) fn add(&mut self, event: StackEvent) {
        self.events.entry(event.stack_id.clone()).or_default().push(event);
    }

    /// An own event of the watched stack, and its status.
    pub(super) fn turns(&mut self, at: usize, status: &str) {
        self.add(own(at, status));
        self.status(status);
    }
}

/// With the events after that one.
pub(super) fn after(id: &str) -> After {
    After::Event(Some(id.to_owned()))
}

/// A stack that was created long ago.
pub(super) fn created(world: &mut World) {
    world.turns(0, "CREATE_IN_PROGRESS");
    world.add(topic(1, "Old", "CREATE_COMPLETE"));
    world.turns(2, "CREATE_COMPLETE");
}

/// The last event before the operation.
pub(super) fn after_creation() -> After {
    after(&own(2, "CREATE_COMPLETE").event_id)
}

type Change = Box<dyn FnOnce(&mut World) + Send>;

/// A call, and the milliseconds since the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) at: u128,
    /// The stack it was about, `describe NAME` or `events NAME CURSOR`.
    pub(super) what: String,
}

pub(super) struct Fake {
    world: Mutex<World>,
    script: Mutex<BTreeMap<usize, Vec<Change>>>,
    calls: Mutex<Vec<Call>>,
    started: Instant,
    page: usize,
}

impl Fake {
    pub(super) fn new(start: impl FnOnce(&mut World)) -> Self {
        let mut world = World::default();
        start(&mut world);
        Self {
            world: Mutex::new(world),
            script: Mutex::default(),
            calls: Mutex::default(),
            started: Instant::now(),
            page: 100,
        }
    }

    /// What happens just before DescribeStacks is asked for the n-th time, from 1.
    pub(super) fn at(self, poll: usize, change: impl FnOnce(&mut World) + Send + 'static) -> Self {
        self.script.lock().unwrap().entry(poll).or_default().push(Box::new(change));
        self
    }

    pub(super) fn page(mut self, page: usize) -> Self {
        self.page = page;
        self
    }

    pub(super) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// How many calls began like this.
    pub(super) fn count(&self, start: &str) -> usize {
        self.calls().iter().filter(|call| call.what.starts_with(start)).count()
    }

    fn call(&self, what: String) {
        let at = self.started.elapsed().as_millis();
        self.calls.lock().unwrap().push(Call { at, what });
    }

    pub(super) async fn watch(&self, after: After) -> (Result<Ended, Failure>, Notes) {
        self.watch_as(ROOT, after).await
    }

    pub(super) async fn watch_as(&self, stack: &str, after: After) -> (Result<Ended, Failure>, Notes) {
        let notes = Notes::default();
        let ended = watch(self, stack, after, &notes, Pace::default()).await;
        (ended, notes)
    }
}

/// What the watcher was told.
#[derive(Default)]
pub(super) struct Notes {
    events: Mutex<Vec<WatchedEvent>>,
    troubles: Mutex<Vec<String>>,
    statuses: Mutex<Vec<String>>,
}

impl Notes {
    pub(super) fn events(&self) -> Vec<WatchedEvent> {
        self.events.lock().unwrap().clone()
    }

    /// `Path STATUS` of each event; the watched stack itself is `*`.
    pub(super) fn lines(&self) -> Vec<String> {
        let line = |watched: &WatchedEvent| {
            let path = watched.logical_path().unwrap_or_else(|| "*".to_owned());
            let own = if watched.is_of_its_stack() && watched.depth > 0 { "(own)" } else { "" };
            format!("{}{path}{own} {}", "  ".repeat(watched.depth), watched.event.resource_status)
        };
        self.events().iter().map(line).collect()
    }

    pub(super) fn troubles(&self) -> Vec<String> {
        self.troubles.lock().unwrap().clone()
    }

    pub(super) fn statuses(&self) -> Vec<String> {
        self.statuses.lock().unwrap().clone()
    }
}

impl Watcher for Notes {
    fn event(&self, event: &WatchedEvent) {
        self.events.lock().unwrap().push(event.clone());
    }

    fn trouble(&self, message: &str) {
        self.troubles.lock().unwrap().push(message.to_owned());
    }

    fn poll(&self, stack: &Stack) {
        self.statuses.lock().unwrap().push(stack.stack_status.clone());
    }
}

fn not_found() -> Failure {
    Failure::new(FailureKind::NotFound, "stack with id web does not exist").with_code("ValidationError")
}

#[async_trait]
impl Stacks for Fake {
    async fn describe(&self, stack: &str) -> Result<Stack, Failure> {
        self.call(format!("describe {stack}"));
        let mut world = self.world.lock().unwrap();
        let poll = self.count("describe");
        for change in self.script.lock().unwrap().remove(&poll).unwrap_or_default() {
            change(&mut world);
        }
        if let Some(failure) = &world.describe_fails {
            return Err(failure.clone());
        }
        let stack_status = world.status.clone().ok_or_else(not_found)?;
        Ok(Stack { stack_id: ROOT.to_owned(), stack_name: "web".to_owned(), stack_status, ..Stack::default() })
    }

    async fn events(&self, stack: &str, cursor: Option<&str>) -> Result<Page<StackEvent>, Failure> {
        self.call(format!("events {stack} {}", cursor.unwrap_or("-")));
        let world = self.world.lock().unwrap();
        if let Some(failure) = world.events_fail.get(stack) {
            return Err(failure.clone());
        }
        let stack = if stack == "web" { ROOT } else { stack };
        let events = world.events.get(stack).ok_or_else(not_found)?;
        let from: usize = cursor.map_or(0, |cursor| cursor.parse().unwrap());
        let items = events.iter().rev().skip(from).take(self.page).cloned().collect();
        let next = (from + self.page < events.len()).then(|| (from + self.page).to_string());
        Ok(Page { items, next })
    }

    async fn list(&self) -> Result<Vec<Stack>, Failure> {
        unreachable!()
    }
    async fn template_summary(&self, _: &TemplateSource) -> Result<TemplateSummary, Failure> {
        unreachable!()
    }
    async fn template(&self, _: &str) -> Result<String, Failure> {
        unreachable!()
    }
    async fn create_change_set(&self, _: &CreateChangeSet) -> Result<ChangeSetIds, Failure> {
        unreachable!()
    }
    async fn change_set(&self, _: &str) -> Result<ChangeSet, Failure> {
        unreachable!()
    }
    async fn delete_change_set(&self, _: &str) -> Result<(), Failure> {
        unreachable!()
    }
    async fn execute_change_set(&self, _: &ExecuteChangeSet) -> Result<(), Failure> {
        unreachable!()
    }
    async fn failed_events(&self, _: &EventsOf) -> Result<Vec<OperationEvent>, Failure> {
        unreachable!()
    }
    async fn hook_result(&self, _: &str) -> Result<HookResult, Failure> {
        unreachable!()
    }
    async fn resources(&self, _: &str) -> Result<Vec<StackResource>, Failure> {
        unreachable!()
    }
    async fn exports(&self) -> Result<Vec<Export>, Failure> {
        unreachable!()
    }
    async fn imports(&self, _: &str) -> Result<Vec<String>, Failure> {
        unreachable!()
    }
    async fn delete(&self, _: &DeleteStack) -> Result<(), Failure> {
        unreachable!()
    }
    async fn cancel_update(&self, _: &str) -> Result<(), Failure> {
        unreachable!()
    }
    async fn continue_rollback(&self, _: &ContinueRollback) -> Result<(), Failure> {
        unreachable!()
    }
    async fn rollback(&self, _: &str) -> Result<(), Failure> {
        unreachable!()
    }
    async fn protect(&self, _: &str, _: bool) -> Result<(), Failure> {
        unreachable!()
    }
    async fn policy(&self, _: &str) -> Result<Option<String>, Failure> {
        unreachable!()
    }
    async fn set_policy(&self, _: &str, _: &str) -> Result<(), Failure> {
        unreachable!()
    }
    async fn detect_drift(&self, _: &str) -> Result<String, Failure> {
        unreachable!()
    }
    async fn drift_detection(&self, _: &str) -> Result<DriftDetection, Failure> {
        unreachable!()
    }
    async fn drifts(&self, _: &str) -> Result<Vec<ResourceDrift>, Failure> {
        unreachable!()
    }
}
