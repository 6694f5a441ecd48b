//! The component around the library.

use formwork_plugin::deployer::{ChangeSet, Deployer, Deployment, Outcome, Problem};
use formwork_plugin::host::progress;
use formwork_plugin::host::stacks::{self, EventsOf};
use formwork_plugin::{Failure, FailureKind};
use serde_json::Value;

use crate::cloud::{Cloud, Ended, Voice};

struct Host;

impl Cloud for Host {
    fn describe(&self, stack: &str) -> Result<Value, Failure> {
        json(&stacks::describe(stack)?)
    }

    fn create_change_set(&self, request: &Value) -> Result<Value, Failure> {
        json(&stacks::create_change_set(&request.to_string())?)
    }

    fn wait_for_change_set(&self, change_set: &str) -> Result<Value, Failure> {
        json(&stacks::wait_for_change_set(change_set)?)
    }

    fn delete_change_set(&self, change_set: &str) -> Result<(), Failure> {
        stacks::delete_change_set(change_set)
    }

    fn execute_change_set(&self, request: &Value) -> Result<(), Failure> {
        stacks::execute_change_set(&request.to_string())
    }

    fn delete(&self, request: &Value) -> Result<(), Failure> {
        stacks::delete(&request.to_string())
    }

    fn wait(&self, stack: &str, after: Option<&str>) -> Result<Ended, Failure> {
        let ended = stacks::wait(stack, after)?;
        Ok(Ended { stack: json(&ended.stack)?, causes: ended.causes })
    }

    fn events(&self, stack: &str) -> Result<Value, Failure> {
        json(&stacks::events(stack, None)?.events)
    }

    fn failed_events(&self, target: &EventsOf) -> Result<Value, Failure> {
        json(&stacks::failed_events(target)?)
    }

    fn hook_result(&self, id: &str) -> Result<Value, Failure> {
        json(&stacks::hook_result(id)?)
    }

    fn policy(&self, stack: &str) -> Result<Option<Value>, Failure> {
        stacks::policy(stack)?.map(|text| json(&text)).transpose()
    }

    fn set_policy(&self, stack: &str, policy: &Value) -> Result<(), Failure> {
        stacks::set_policy(stack, &policy.to_string())
    }

    fn protect(&self, stack: &str, on: bool) -> Result<(), Failure> {
        stacks::protect(stack, on)
    }
}

impl Voice for Host {
    fn status(&self, message: &str) {
        progress::status(message);
    }

    fn warn(&self, message: &str) {
        formwork_plugin::log::warn(message);
    }
}

fn json(text: &str) -> Result<Value, Failure> {
    serde_json::from_str(text)
        .map_err(|error| Failure::new(FailureKind::Other, format!("the host's answer is not JSON: {error}")))
}

struct UpdateStack;

impl Deployer for UpdateStack {
    fn plan(deployment: Deployment) -> Result<ChangeSet, Vec<Problem>> {
        crate::plan::plan(&Host, &Host, &deployment)
    }

    fn apply(deployment: Deployment, change_set: ChangeSet) -> Result<Outcome, Vec<Problem>> {
        crate::apply::apply(&Host, &Host, &deployment, &change_set)
    }
}

formwork_plugin::export_deployer!(UpdateStack);
