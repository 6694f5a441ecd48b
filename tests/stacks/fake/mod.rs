//! A small CloudFormation on this machine that does what a test scripts, keeps state, and remembers what it was asked.
//!
//! It is written from the SDK's model: names of members are those of the API, and answers are checked by the SDK that
//! reads them. It does what moto and ministack cannot: property values, nested change sets, early validation, hooks,
//! pages, events that come over time, capabilities, stack policies, throttling and broken connections.

mod beside;
mod call;
mod change_sets;
mod operations;
mod reads;
mod script;
mod state;
mod template;
mod xml;

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::Value;

pub(crate) use self::call::{Call, Fault};
pub(crate) use self::script::{ChangeSetScript, Event, Operation, StackScript, event, nested_event, stack_event};
use self::state::State;
use crate::http::{HttpAnswer, HttpRequest, HttpServer};

/// The server. It ends with this value.
pub(crate) struct Fake {
    server: HttpServer,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    calls: Mutex<Vec<Call>>,
    rules: Mutex<Vec<Rule>>,
}

/// Calls that go wrong.
struct Rule {
    action: String,
    /// So many go well before.
    skip: usize,
    /// So many go wrong.
    times: usize,
    fault: Fault,
}

impl Fake {
    pub(crate) fn start() -> Self {
        let shared = Arc::new(Shared::default());
        let asked = shared.clone();
        Self { server: HttpServer::start(move |request| asked.answer(request)), shared }
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap()
    }

    /// There is this stack.
    pub(crate) fn stack(&self, script: StackScript) -> &Self {
        self.state().add_stack(script);
        self
    }

    /// The next change set of a stack; the last one that is given comes again and again. Without any, a new stack has
    /// all its resources added, and an unchanged one changes nothing.
    pub(crate) fn change_set(&self, stack: &str, script: ChangeSetScript) -> &Self {
        self.state().scripts.entry(stack.to_owned()).or_default().push_back(script);
        self
    }

    /// What a call (`DeleteStack`, `CancelUpdateStack`, `ContinueUpdateRollback`, `RollbackStack`) starts next.
    pub(crate) fn on(&self, action: &str, stack: &str, operation: Operation) -> &Self {
        self.state().operations.entry((action.to_owned(), stack.to_owned())).or_default().push_back(operation);
        self
    }

    /// What GetTemplateSummary says, whatever the template says.
    pub(crate) fn summary(&self, summary: Value) -> &Self {
        self.state().summary = Some(summary);
        self
    }

    /// What GetHookResult gives, by its HookResultId.
    pub(crate) fn hook_result(&self, result: Value) -> &Self {
        self.state().hook_results.push(result);
        self
    }

    /// A stack imports an export.
    pub(crate) fn import(&self, export: &str, stack: &str) -> &Self {
        self.state().imports.entry(export.to_owned()).or_default().push(stack.to_owned());
        self
    }

    /// A value of Parameter Store, with its version.
    pub(crate) fn parameter(&self, name: &str, value: &str, version: u32) -> &Self {
        self.state().parameters.insert(name.to_owned(), (value.to_owned(), version));
        self
    }

    /// A bucket in S3.
    pub(crate) fn bucket(&self, name: &str) -> &Self {
        self.state().objects.insert(name.to_owned(), String::new());
        self
    }

    /// What S3 holds, by `bucket` and `bucket/key`.
    pub(crate) fn objects(&self) -> Vec<(String, String)> {
        self.state().objects.clone().into_iter().collect()
    }

    /// So many items on a page.
    pub(crate) fn page_size(&self, size: usize) -> &Self {
        self.state().page_size = Some(size);
        self
    }

    /// A drift detection takes so many looks.
    pub(crate) fn drift_takes(&self, looks: usize) -> &Self {
        self.state().drift_looks = looks;
        self
    }

    /// After so many calls of this action (`*` for all), so many go wrong.
    pub(crate) fn fail(&self, action: &str, skip: usize, times: usize, fault: Fault) -> &Self {
        self.shared.rules.lock().unwrap().push(Rule { action: action.to_owned(), skip, times, fault });
        self
    }

    /// Somebody else has changed the stack: its change sets cannot be executed any more.
    pub(crate) fn changed_elsewhere(&self, name: &str) {
        let mut state = self.state();
        let time = state.now();
        let index = state.find(name).unwrap();
        state.stacks[index].set("LastUpdatedTime", time);
        for change_set in state.change_sets.iter_mut().filter(|change_set| change_set.stack == name) {
            change_set.members.insert("ExecutionStatus".into(), "OBSOLETE".into());
        }
    }

    /// A member of a stack now (DescribeStacks); null when there is no such stack.
    pub(crate) fn now(&self, stack: &str, member: &str) -> Value {
        let state = self.state();
        state.find(stack).and_then(|index| state.stacks[index].members.get(member).cloned()).unwrap_or_default()
    }

    /// The stack policy now.
    pub(crate) fn policy(&self, stack: &str) -> Option<String> {
        let state = self.state();
        state.find(stack).and_then(|index| state.stacks[index].policy.clone())
    }

    /// The ARNs of the change sets that are there.
    pub(crate) fn change_sets(&self) -> Vec<String> {
        self.state().change_sets.iter().map(|change_set| change_set.arn.clone()).collect()
    }

    /// All calls so far.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.shared.calls.lock().unwrap().clone()
    }

    /// The names of all calls so far.
    pub(crate) fn actions(&self) -> Vec<String> {
        self.calls().into_iter().map(|call| call.action).collect()
    }

    /// How often this was called so far.
    pub(crate) fn count(&self, action: &str) -> usize {
        self.calls().iter().filter(|call| call.action == action).count()
    }

    /// The only call of this action.
    #[track_caller]
    pub(crate) fn call(&self, action: &str) -> Call {
        let mut calls = self.calls();
        calls.retain(|call| call.action == action);
        assert_eq!(calls.len(), 1, "{action}: {:?}", self.actions());
        calls.remove(0)
    }

    /// Waits until this was called so often.
    #[track_caller]
    pub(crate) fn wait_for(&self, action: &str, times: usize) {
        let start = Instant::now();
        while self.count(action) < times {
            assert!(start.elapsed() < Duration::from_secs(30), "{action}: {:?}", self.actions());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Forgets the calls so far.
    pub(crate) fn forget(&self) {
        self.shared.calls.lock().unwrap().clear();
    }
}

impl Shared {
    fn answer(&self, request: HttpRequest) -> HttpAnswer {
        let form = xml::form(if request.body.starts_with("Action=") { &request.body } else { "" });
        let path = request.path.split('?').next().unwrap_or_default();
        let named = request.target.clone().or_else(|| form.get("Action").cloned());
        let action = named.unwrap_or_else(|| format!("{} {path}", request.method));
        let call = Call { action, form, body: request.body, at: Instant::now() };
        self.calls.lock().unwrap().push(call.clone());
        if let Some(fault) = self.fault(&call.action) {
            return beside::failed(fault);
        }
        let mut state = self.state.lock().unwrap();
        if let Some(target) = request.target {
            return state.parameter_store(&target, &call.body);
        }
        if call.form.is_empty() {
            return state.object_store(&request.method, &request.path, call.body);
        }
        if call.action == "GetCallerIdentity" {
            return beside::caller();
        }
        match state.answer(&call) {
            Ok(result) => HttpAnswer::Full(200, "text/xml", xml::answer(&call.action, &result)),
            Err(fault) => beside::failed(fault),
        }
    }

    /// How this call goes wrong, if it does.
    fn fault(&self, action: &str) -> Option<Fault> {
        for rule in self.rules.lock().unwrap().iter_mut().filter(|rule| rule.action == action || rule.action == "*") {
            if rule.skip > 0 {
                rule.skip -= 1;
            } else if rule.times > 0 {
                rule.times -= 1;
                return Some(rule.fault.clone());
            }
        }
        None
    }
}
