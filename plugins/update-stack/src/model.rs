//! What is read of CloudFormation's answers; the answers themselves are handed on as they came.

use std::collections::BTreeMap;

use formwork_plugin::deployer::Problem;
use formwork_plugin::{Failure, FailureKind};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A stack (API reference, Stack).
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Stack {
    pub(crate) stack_id: String,
    pub(crate) stack_status: String,
    pub(crate) stack_status_reason: Option<String>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) enable_termination_protection: bool,
}

/// A parameter of a stack, without its value.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Parameter {
    pub(crate) parameter_key: String,
}

/// A tag of a stack.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Tag {
    pub(crate) key: String,
    pub(crate) value: String,
}

/// The ARNs of a change set and its stack (API reference, CreateChangeSet).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Ids {
    pub(crate) id: String,
    pub(crate) stack_id: String,
}

/// A change set (API reference, DescribeChangeSet).
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct ChangeSet {
    pub(crate) change_set_id: String,
    pub(crate) change_set_name: String,
    pub(crate) stack_id: String,
    pub(crate) status: String,
    pub(crate) status_reason: Option<String>,
    pub(crate) execution_status: Option<String>,
    pub(crate) nested: BTreeMap<String, ChangeSet>,
}

/// An event of a stack (API reference, StackEvent).
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct StackEvent {
    pub(crate) event_id: String,
}

/// An event of an operation (API reference, OperationEvent).
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct OperationEvent {
    pub(crate) event_type: String,
    pub(crate) logical_resource_id: Option<String>,
    pub(crate) resource_status: Option<String>,
    pub(crate) resource_status_reason: Option<String>,
    pub(crate) validation_failure_mode: Option<String>,
    pub(crate) validation_name: Option<String>,
    pub(crate) validation_status_reason: Option<String>,
    pub(crate) validation_path: Option<String>,
    pub(crate) hook_type: Option<String>,
    pub(crate) hook_status_reason: Option<String>,
    pub(crate) hook_invocation_id: Option<String>,
    pub(crate) hook_failure_mode: Option<String>,
}

/// What a hook said (API reference, GetHookResult).
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct HookResult {
    pub(crate) hook_status_reason: Option<String>,
    pub(crate) annotations: Vec<Annotation>,
}

/// One finding of a hook (API reference, Annotation).
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Annotation {
    pub(crate) annotation_name: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) status_message: Option<String>,
    pub(crate) remediation_message: Option<String>,
}

/// Read an answer; `what` names it in the error.
pub(crate) fn read<T: DeserializeOwned>(what: &str, answer: &Value) -> Result<T, Failure> {
    T::deserialize(answer)
        .map_err(|error| Failure::new(FailureKind::Other, format!("the answer to {what} cannot be read: {error}")))
}

/// A problem of the stack as a whole.
pub(crate) fn problem(failure: Failure) -> Problem {
    Problem { failure, logical_id: None, path: None }
}

/// A text that says something, without blanks around it and without the full stop.
pub(crate) fn said(text: Option<&str>) -> Option<&str> {
    text.map(|text| text.trim().trim_end_matches('.')).filter(|text| !text.is_empty())
}
