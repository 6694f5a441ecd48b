//! What happens, and what went wrong.

use serde::{Deserialize, Serialize};

/// One event of a stack (API reference, StackEvent).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct StackEvent {
    /// The stack's ARN.
    pub stack_id: String,
    /// Identifies the event.
    pub event_id: String,
    /// The stack's name.
    pub stack_name: String,
    /// Its name in the template; the stack's name for events of the stack itself.
    pub logical_resource_id: String,
    /// What it is in AWS; the ARN for a stack.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub physical_resource_id: Option<String>,
    /// `AWS::EC2::Instance`, …
    pub resource_type: String,
    /// RFC 3339, UTC.
    pub timestamp: String,
    /// `CREATE_IN_PROGRESS`, …; an open set.
    pub resource_status: String,
    /// Why, where CloudFormation says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_status_reason: Option<String>,
    /// `CONFIGURATION_COMPLETE`, `VALIDATION_FAILED`; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detailed_status: Option<String>,
    /// The token of the request that started the operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_request_token: Option<String>,
    /// `HOOK_IN_PROGRESS`, `HOOK_COMPLETE_FAILED`, …; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hook_status: Option<String>,
    /// The hook's type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hook_type: Option<String>,
    /// What the hook said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hook_status_reason: Option<String>,
}

impl StackEvent {
    /// Whether it is about the stack itself, not about a resource in it.
    #[must_use]
    pub fn is_of_stack(&self) -> bool {
        self.physical_resource_id.as_deref() == Some(self.stack_id.as_str())
    }
}

/// Whose events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventsOf {
    /// A change set, by its ARN.
    ChangeSet(String),
    /// A stack, by its name or ARN: its last operation.
    Stack(String),
}

/// An event of an operation (API reference, OperationEvent).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct OperationEvent {
    /// Identifies the event.
    pub event_id: String,
    /// `STACK_EVENT`, `PROGRESS_EVENT`, `VALIDATION_ERROR`, `PROVISIONING_ERROR`, `HOOK_INVOCATION_ERROR`; an open set.
    pub event_type: String,
    /// Its name in the template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logical_resource_id: Option<String>,
    /// `AWS::EC2::Instance`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
    /// RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    /// `CREATE_FAILED`, …; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_status: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_status_reason: Option<String>,
    /// `FAIL`, `WARN`: what a validation does; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation_failure_mode: Option<String>,
    /// `PROPERTY_VALIDATION`, `NAME_CONFLICT_VALIDATION`, …; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation_name: Option<String>,
    /// `FAILED`, `SKIPPED`; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation_status: Option<String>,
    /// Why the validation failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation_status_reason: Option<String>,
    /// Where, below the template: `/Resources/Bucket/Properties/BucketName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation_path: Option<String>,
    /// The hook's type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hook_type: Option<String>,
    /// `HOOK_COMPLETE_FAILED`, …; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hook_status: Option<String>,
    /// What the hook said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hook_status_reason: Option<String>,
    /// The id of the hook's invocation, for GetHookResult.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hook_invocation_id: Option<String>,
    /// `FAIL`, `WARN`: what a failure of the hook does; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hook_failure_mode: Option<String>,
}

/// What a hook said (API reference, GetHookResult).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct HookResult {
    /// `HOOK_COMPLETE_FAILED`, …; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hook_status_reason: Option<String>,
    /// The hook's type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub type_name: Option<String>,
    /// What it found: one entry for each control.
    pub annotations: Vec<HookAnnotation>,
}

/// One finding of a hook (API reference, Annotation).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct HookAnnotation {
    /// The control.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotation_name: Option<String>,
    /// `PASSED`, `FAILED`, `SKIPPED`; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_message: Option<String>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remediation_message: Option<String>,
}
