//! A cloud that answers as it is told, and writes down what it was asked.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};

use formwork_plugin::deployer::{ChangeSet, Deployment, Outcome, Problem, TemplateSource};
use formwork_plugin::host::stacks::{Cause, EventsOf};
use formwork_plugin::{Failure, FailureKind};
use formwork_update_stack::{Cloud, Ended, Voice};
use serde_json::{Value, json};

pub(crate) const STACK: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/web/1";
pub(crate) const CHANGE_SET: &str = "arn:aws:cloudformation:eu-west-1:123456789012:changeSet/formwork-1/2";

/// What the cloud answers. The calls are written down by the names of `wit/stacks.wit`.
#[derive(Default)]
pub(crate) struct Fake {
    /// One status for each look at the stack, the last one again and again; none for no stack.
    pub(crate) statuses: RefCell<VecDeque<Option<&'static str>>>,
    /// Members of the Stack beside its status.
    pub(crate) members: Value,
    /// The answer to `wait-for-change-set`.
    pub(crate) change_set: Value,
    /// The stack at the end of `wait`, one for each; and why it failed.
    pub(crate) ends: RefCell<VecDeque<(&'static str, Vec<Cause>)>>,
    /// Ids of events, newest first.
    pub(crate) events: Vec<&'static str>,
    /// OperationEvents by change set.
    pub(crate) failed: BTreeMap<String, Value>,
    /// HookResults by invocation.
    pub(crate) hooks: BTreeMap<String, Value>,
    /// The stack policy.
    pub(crate) policy: RefCell<Option<Value>>,
    /// Calls that fail.
    pub(crate) failures: BTreeMap<&'static str, Failure>,
    /// What was asked, `describe web`.
    pub(crate) calls: RefCell<Vec<String>>,
    /// The requests that are JSON.
    pub(crate) requests: RefCell<Vec<Value>>,
    /// What the person who waits was warned of.
    pub(crate) warnings: RefCell<Vec<String>>,
}

impl Fake {
    /// A cloud with this stack, and a change set with one change.
    pub(crate) fn with(status: Option<&'static str>) -> Self {
        let mut fake = Self::default();
        fake.statuses.borrow_mut().push_back(status);
        fake.change_set = json!({
            "ChangeSetId": CHANGE_SET, "ChangeSetName": "formwork-1", "StackId": STACK, "Status": "CREATE_COMPLETE",
            "ExecutionStatus": "AVAILABLE", "Changes": [{ "Type": "Resource" }],
        });
        fake
    }

    pub(crate) fn then(self, status: Option<&'static str>) -> Self {
        self.statuses.borrow_mut().push_back(status);
        self
    }

    pub(crate) fn ending(self, status: &'static str) -> Self {
        self.ends.borrow_mut().push_back((status, Vec::new()));
        self
    }

    pub(crate) fn failed_change_set(mut self, reason: &str) -> Self {
        self.change_set =
            json!({ "ChangeSetId": CHANGE_SET, "StackId": STACK, "Status": "FAILED", "StatusReason": reason });
        self
    }

    pub(crate) fn fail(mut self, call: &'static str, failure: Failure) -> Self {
        self.failures.insert(call, failure);
        self
    }

    pub(crate) fn plan(&self, deployment: &Deployment) -> Result<ChangeSet, Vec<Problem>> {
        formwork_update_stack::plan(self, self, deployment)
    }

    pub(crate) fn apply(&self, deployment: &Deployment, change_set: &ChangeSet) -> Result<Outcome, Vec<Problem>> {
        formwork_update_stack::apply(self, self, deployment, change_set)
    }

    /// The names of the calls.
    pub(crate) fn called(&self) -> Vec<String> {
        self.calls.borrow().iter().map(|call| call.split(' ').next().unwrap().to_owned()).collect()
    }

    /// The request of the first call of `create-change-set`.
    pub(crate) fn asked(&self) -> Value {
        self.requests.borrow().iter().find(|request| request.get("ChangeSetName").is_some()).unwrap().clone()
    }

    fn stack(&self, status: &str) -> Value {
        let mut stack = json!({ "StackId": STACK, "StackName": "web", "StackStatus": status });
        if let Value::Object(members) = &self.members {
            stack.as_object_mut().unwrap().extend(members.clone());
        }
        stack
    }

    fn note(&self, call: &'static str, about: &str) -> Result<(), Failure> {
        self.calls.borrow_mut().push(format!("{call} {about}").trim().to_owned());
        self.failures.get(call).map_or(Ok(()), |failure| Err(failure.clone()))
    }

    fn keep(&self, request: &Value) {
        self.requests.borrow_mut().push(request.clone());
    }
}

impl Cloud for Fake {
    fn describe(&self, stack: &str) -> Result<Value, Failure> {
        self.note("describe", stack)?;
        let mut statuses = self.statuses.borrow_mut();
        let status = if statuses.len() > 1 { statuses.pop_front() } else { statuses.front().copied() };
        match status.flatten() {
            Some(status) => Ok(self.stack(status)),
            None => Err(Failure::new(FailureKind::NotFound, "there is no such stack")),
        }
    }

    fn create_change_set(&self, request: &Value) -> Result<Value, Failure> {
        self.keep(request);
        self.note("create-change-set", request["ChangeSetType"].as_str().unwrap())?;
        Ok(json!({ "Id": CHANGE_SET, "StackId": STACK }))
    }

    fn wait_for_change_set(&self, change_set: &str) -> Result<Value, Failure> {
        self.note("wait-for-change-set", change_set)?;
        Ok(self.change_set.clone())
    }

    fn delete_change_set(&self, change_set: &str) -> Result<(), Failure> {
        self.note("delete-change-set", change_set)
    }

    fn execute_change_set(&self, request: &Value) -> Result<(), Failure> {
        self.keep(request);
        self.note("execute-change-set", request["ChangeSetId"].as_str().unwrap())
    }

    fn delete(&self, request: &Value) -> Result<(), Failure> {
        self.keep(request);
        self.note("delete", request["StackName"].as_str().unwrap())
    }

    fn wait(&self, stack: &str, after: Option<&str>) -> Result<Ended, Failure> {
        self.note("wait", &format!("{stack} {}", after.unwrap_or("-")))?;
        let (status, causes) = self.ends.borrow_mut().pop_front().unwrap_or(("UPDATE_COMPLETE", Vec::new()));
        Ok(Ended { stack: self.stack(status), causes })
    }

    fn events(&self, stack: &str) -> Result<Value, Failure> {
        self.note("events", stack)?;
        Ok(self.events.iter().map(|id| json!({ "EventId": id })).collect())
    }

    fn failed_events(&self, target: &EventsOf) -> Result<Value, Failure> {
        let EventsOf::ChangeSet(id) = target else { panic!("not the events of a change set") };
        self.note("failed-events", id)?;
        Ok(self.failed.get(id).cloned().unwrap_or_else(|| json!([])))
    }

    fn hook_result(&self, id: &str) -> Result<Value, Failure> {
        self.note("hook-result", id)?;
        self.hooks.get(id).cloned().ok_or_else(|| Failure::new(FailureKind::NotFound, "no such result"))
    }

    fn policy(&self, stack: &str) -> Result<Option<Value>, Failure> {
        self.note("policy", stack)?;
        Ok(self.policy.borrow().clone())
    }

    fn set_policy(&self, stack: &str, policy: &Value) -> Result<(), Failure> {
        self.note("set-policy", &format!("{stack} {policy}"))?;
        *self.policy.borrow_mut() = Some(policy.clone());
        Ok(())
    }

    fn protect(&self, stack: &str, on: bool) -> Result<(), Failure> {
        self.note("protect", &format!("{stack} {on}"))
    }
}

impl Voice for Fake {
    fn status(&self, message: &str) {
        assert!(!message.is_empty());
    }

    fn warn(&self, message: &str) {
        self.warnings.borrow_mut().push(message.to_owned());
    }
}

/// A deployment of the stack `web` with these settings.
pub(crate) fn deployment(settings: Value) -> Deployment {
    Deployment {
        stack: "web".into(),
        template: TemplateSource::Body("Resources: {}".into()),
        parameters: "{}".into(),
        declared: Vec::new(),
        settings: settings.to_string(),
    }
}

/// A cause as the host gives it.
pub(crate) fn cause(logical_id: Option<&str>, message: &str) -> Cause {
    Cause {
        logical_id: logical_id.map(str::to_owned),
        resource_type: None,
        failure: Failure::new(FailureKind::Other, message),
    }
}

/// The first problem, which there must be.
pub(crate) fn first<T>(result: Result<T, Vec<Problem>>) -> Problem {
    match result {
        Ok(_) => panic!("it did not fail"),
        Err(problems) => problems.into_iter().next().expect("a failure has a problem"),
    }
}

pub(crate) fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}
