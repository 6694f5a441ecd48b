//! What the deployer needs of its host, so that it can be tested without one.

use formwork_plugin::Failure;
use formwork_plugin::host::stacks::{Cause, EventsOf};
use serde_json::Value;

/// How an operation of a stack ended; `ended` in `wit/stacks.wit`.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The Stack as it is then.
    pub stack: Value,
    /// Why it failed, the root cause first; empty when it did not.
    pub causes: Vec<Cause>,
}

/// CloudFormation, as `wit/stacks.wit` describes it. The JSON is that of the CloudFormation API Reference with the
/// differences that are named there. All functions fail with what the host answers.
pub trait Cloud {
    /// A Stack, or `not-found`.
    ///
    /// # Errors
    /// What the host answers.
    fn describe(&self, stack: &str) -> Result<Value, Failure>;

    /// Ask for a change set; gives `{"Id": …, "StackId": …}`.
    ///
    /// # Errors
    /// What the host answers.
    fn create_change_set(&self, request: &Value) -> Result<Value, Failure>;

    /// A ChangeSet, as soon as it is made or has failed.
    ///
    /// # Errors
    /// What the host answers.
    fn wait_for_change_set(&self, change_set: &str) -> Result<Value, Failure>;

    /// Delete a change set.
    ///
    /// # Errors
    /// What the host answers.
    fn delete_change_set(&self, change_set: &str) -> Result<(), Failure>;

    /// Start to execute a change set.
    ///
    /// # Errors
    /// What the host answers.
    fn execute_change_set(&self, request: &Value) -> Result<(), Failure>;

    /// Start to delete a stack.
    ///
    /// # Errors
    /// What the host answers.
    fn delete(&self, request: &Value) -> Result<(), Failure>;

    /// Wait for the operation of a stack that is under way; `after` is the id of the last event before it.
    ///
    /// # Errors
    /// What the host answers.
    fn wait(&self, stack: &str, after: Option<&str>) -> Result<Ended, Failure>;

    /// The first page of a stack's events, newest first: a list of StackEvent.
    ///
    /// # Errors
    /// What the host answers.
    fn events(&self, stack: &str) -> Result<Value, Failure>;

    /// A list of OperationEvent: what failed.
    ///
    /// # Errors
    /// What the host answers.
    fn failed_events(&self, target: &EventsOf) -> Result<Value, Failure>;

    /// A HookResult.
    ///
    /// # Errors
    /// What the host answers.
    fn hook_result(&self, id: &str) -> Result<Value, Failure>;

    /// The stack policy; none where there is none.
    ///
    /// # Errors
    /// What the host answers.
    fn policy(&self, stack: &str) -> Result<Option<Value>, Failure>;

    /// Set the stack policy.
    ///
    /// # Errors
    /// What the host answers.
    fn set_policy(&self, stack: &str, policy: &Value) -> Result<(), Failure>;

    /// Turn termination protection on or off.
    ///
    /// # Errors
    /// What the host answers.
    fn protect(&self, stack: &str, on: bool) -> Result<(), Failure>;
}

/// What the person who waits is told.
pub trait Voice {
    /// What is done now, in a few words.
    fn status(&self, message: &str);

    /// A line that is always shown: something went wrong that does not change the result.
    fn warn(&self, message: &str);
}
