//! What CloudFormation's API speaks of, as far as Formwork needs it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A map from name to value, as tags and parameters are.
pub type Texts = BTreeMap<String, String>;

/// A stack (API reference, Stack).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Stack {
    /// The ARN.
    pub stack_id: String,
    /// The name.
    pub stack_name: String,
    /// The ARN of a change set that was executed last, where CloudFormation says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_set_id: Option<String>,
    /// The description in the template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Parameters.
    pub parameters: Vec<StackParameter>,
    /// RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_time: Option<String>,
    /// RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_time: Option<String>,
    /// RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_updated_time: Option<String>,
    /// `UPDATE_COMPLETE`, …; an open set.
    pub stack_status: String,
    /// Why, where CloudFormation says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack_status_reason: Option<String>,
    /// `CONFIGURATION_COMPLETE`, `VALIDATION_FAILED`; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detailed_status: Option<String>,
    /// Whether rollback is disabled.
    pub disable_rollback: bool,
    /// The ARNs of SNS topics.
    #[serde(rename = "NotificationARNs")]
    pub notification_arns: Vec<String>,
    /// `CAPABILITY_IAM`, …
    pub capabilities: Vec<String>,
    /// Outputs.
    pub outputs: Vec<StackOutput>,
    /// The role of the stack.
    #[serde(rename = "RoleARN", skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// Tags.
    #[serde(with = "tags")]
    pub tags: Texts,
    /// Whether termination protection is on.
    pub enable_termination_protection: bool,
    /// The stack that this one is nested in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    /// The outermost stack that this one is nested in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_id: Option<String>,
    /// `DRIFTED`, `IN_SYNC`, `NOT_CHECKED`, `UNKNOWN`; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drift_status: Option<String>,
}

/// A parameter of a stack or of a change set (API reference, Parameter).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct StackParameter {
    /// The name.
    pub parameter_key: String,
    /// The value; `****` for `NoEcho`; for an SSM type, the name of the SSM parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter_value: Option<String>,
    /// The value behind the name, for an SSM type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved_value: Option<String>,
}

/// An output of a stack (API reference, Output).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct StackOutput {
    /// The name.
    pub output_key: String,
    /// The value.
    pub output_value: String,
    /// The description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The name it is exported by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub export_name: Option<String>,
}

/// Where CloudFormation has a template from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TemplateSource {
    /// The text itself, up to [`super::MAX_TEMPLATE_BODY`] bytes.
    Body(String),
    /// An object in S3.
    Url(String),
    /// The one that the stack of this name has.
    Previous(String),
}

/// What a template declares (API reference, GetTemplateSummary).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TemplateSummary {
    /// The parameters.
    pub parameters: Vec<ParameterDeclaration>,
    /// The capabilities that it needs.
    pub capabilities: Vec<String>,
    /// Which resources need them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capabilities_reason: Option<String>,
    /// The types of its resources.
    pub resource_types: Vec<String>,
    /// Its transforms.
    pub declared_transforms: Vec<String>,
}

/// A parameter that a template declares (API reference, ParameterDeclaration).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ParameterDeclaration {
    /// The name.
    pub parameter_key: String,
    /// The default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_value: Option<String>,
    /// `String`, `AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter_type: Option<String>,
    /// Whether its value is never shown.
    pub no_echo: bool,
    /// The description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// The value of a parameter in a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub enum GivenValue {
    /// This value. The empty text is one.
    Value(String),
    /// What the stack has.
    Previous,
}

/// A request for a change set (API reference, CreateChangeSet). It may hold values of `NoEcho` parameters, so there is
/// no `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateChangeSet {
    /// The stack.
    pub stack_name: String,
    /// A name for the change set.
    pub change_set_name: String,
    /// `CREATE`, `UPDATE`, `IMPORT`.
    pub change_set_type: String,
    /// The template.
    pub template: TemplateSource,
    /// Parameters by name.
    #[serde(default)]
    pub parameters: BTreeMap<String, GivenValue>,
    /// Tags; none keeps those of the stack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Texts>,
    /// `CAPABILITY_IAM`, …
    #[serde(default)]
    pub capabilities: Vec<String>,
    /// The role that CloudFormation works with; none keeps that of the stack.
    #[serde(rename = "RoleARN", default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// The ARNs of SNS topics; none keeps those of the stack.
    #[serde(rename = "NotificationARNs", default, skip_serializing_if = "Option::is_none")]
    pub notification_arns: Option<Vec<String>>,
    /// `DO_NOTHING`, `ROLLBACK`, `DELETE`: what happens when it fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_stack_failure: Option<String>,
    /// Resources that exist already, for `IMPORT`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources_to_import: Vec<ResourceToImport>,
    /// Import resources with a name of their own that exist already.
    #[serde(default)]
    pub import_existing_resources: bool,
    /// `REVERT_DRIFT`: take resources back to what the template says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment_mode: Option<String>,
    /// Express mode: done as soon as the configuration is applied (DeploymentConfig, Mode `EXPRESS`).
    #[serde(default)]
    pub express: bool,
    /// The description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A resource that exists already (API reference, ResourceToImport).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ResourceToImport {
    /// `AWS::S3::Bucket`, …
    pub resource_type: String,
    /// Its name in the template.
    pub logical_resource_id: String,
    /// What identifies it: `{"BucketName": "…"}`.
    pub resource_identifier: Texts,
}

/// The ARNs of a change set and of its stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ChangeSetIds {
    /// The change set.
    pub id: String,
    /// The stack.
    pub stack_id: String,
}

/// A change set (API reference, DescribeChangeSet), all pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ChangeSet {
    /// The ARN.
    pub change_set_id: String,
    /// The name.
    pub change_set_name: String,
    /// The stack's ARN.
    pub stack_id: String,
    /// The stack's name.
    pub stack_name: String,
    /// `CREATE_PENDING`, `CREATE_IN_PROGRESS`, `CREATE_COMPLETE`, `FAILED`, …; an open set.
    pub status: String,
    /// Why, where CloudFormation says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_reason: Option<String>,
    /// `AVAILABLE`, `OBSOLETE`, `UNAVAILABLE`, …; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_status: Option<String>,
    /// RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_time: Option<String>,
    /// The parameters as they would be.
    pub parameters: Vec<StackParameter>,
    /// The tags as they would be.
    #[serde(with = "tags")]
    pub tags: Texts,
    /// The capabilities that were acknowledged.
    pub capabilities: Vec<String>,
    /// What would change.
    pub changes: Vec<Change>,
    /// The change set of the stack that this one is nested in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_change_set_id: Option<String>,
    /// `DRIFTED`, `IN_SYNC`, …: whether the stack's resources are as its template says; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack_drift_status: Option<String>,
    /// The change sets of nested stacks, by the logical id of the nested stack. Not the API's: it is what
    /// `ResourceChange.ChangeSetId` leads to.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub nested: BTreeMap<String, ChangeSet>,
}

/// One change (API reference, Change).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Change {
    /// `Resource`; an open set.
    #[serde(rename = "Type")]
    pub kind: String,
    /// How many hooks look at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hook_invocation_count: Option<i32>,
    /// The change of a resource.
    pub resource_change: ResourceChange,
}

/// The change of a resource (API reference, ResourceChange).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ResourceChange {
    /// `Add`, `Modify`, `Remove`, `Import`, `Dynamic`, `SyncWithActual`; an open set.
    pub action: String,
    /// `Delete`, `Retain`, `Snapshot`, `ReplaceAndDelete`, `ReplaceAndRetain`, `ReplaceAndSnapshot`; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_action: Option<String>,
    /// Its name in the template.
    pub logical_resource_id: String,
    /// What it is in AWS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub physical_resource_id: Option<String>,
    /// `AWS::EC2::Instance`, …
    pub resource_type: String,
    /// `True`, `False`, `Conditional`; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
    /// `Properties`, `Metadata`, `Tags`, …; an open set.
    pub scope: Vec<String>,
    /// Why.
    pub details: Vec<ResourceChangeDetail>,
    /// The change set of a nested stack.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_set_id: Option<String>,
    /// The resource before, JSON text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before_context: Option<String>,
    /// The resource after, JSON text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_context: Option<String>,
    /// The resource as it was deployed last, JSON text; for drift-aware change sets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_deployment_context: Option<String>,
    /// `IN_SYNC`, `MODIFIED`, `DELETED`, …; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_drift_status: Option<String>,
    /// The module that it is from: `TypeHierarchy`, and `LogicalIdHierarchy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
}

/// Why a resource changes (API reference, ResourceChangeDetail).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ResourceChangeDetail {
    /// What of it.
    pub target: ResourceTarget,
    /// `Static`, `Dynamic`; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evaluation: Option<String>,
    /// `ResourceReference`, `ParameterReference`, `ResourceAttribute`, `DirectModification`, `Automatic`,
    /// `NoModification`; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_source: Option<String>,
    /// The parameter, or `Resource.Attribute`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub causing_entity: Option<String>,
}

/// What of a resource changes (API reference, ResourceTargetDefinition).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ResourceTarget {
    /// `Properties`, `Metadata`, `Tags`, …; an open set.
    pub attribute: String,
    /// The property, for `Properties`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `Never`, `Conditionally`, `Always`; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requires_recreation: Option<String>,
    /// `/Properties/Tags/0/Value`: a JSON pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The value before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before_value: Option<String>,
    /// The value after; `{{changeSet:KNOWN_AFTER_APPLY}}` where it is not known yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_value: Option<String>,
    /// `PREVIOUS_DEPLOYMENT_STATE`, `ACTUAL_STATE`; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before_value_from: Option<String>,
    /// `TEMPLATE`; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_value_from: Option<String>,
    /// The value as it was deployed last, where the actual one has drifted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drift>,
    /// `Add`, `Remove`, `Modify`, `SyncWithActual`; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute_change_type: Option<String>,
}

/// How a value has drifted (API reference, LiveResourceDrift).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Drift {
    /// As it was deployed last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_value: Option<String>,
    /// As it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual_value: Option<String>,
}

/// A request to execute a change set (API reference, ExecuteChangeSet).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ExecuteChangeSet {
    /// The ARN.
    pub change_set_id: String,
    /// A token that the events carry, and that makes a second request harmless.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_request_token: Option<String>,
    /// Keep what was made when it fails. Not together with `OnStackFailure` of the change set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_rollback: Option<bool>,
}

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

/// A resource of a stack (API reference, StackResourceSummary).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct StackResource {
    /// Its name in the template.
    pub logical_resource_id: String,
    /// What it is in AWS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub physical_resource_id: Option<String>,
    /// `AWS::EC2::Instance`, …
    pub resource_type: String,
    /// `CREATE_COMPLETE`, …; an open set.
    pub resource_status: String,
    /// Why, where CloudFormation says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_status_reason: Option<String>,
    /// RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_updated_timestamp: Option<String>,
    /// `IN_SYNC`, `MODIFIED`, …; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drift_status: Option<String>,
}

/// An exported output (API reference, Export).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Export {
    /// The ARN of the stack that exports it.
    pub exporting_stack_id: String,
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// A request to delete a stack (API reference, DeleteStack).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteStack {
    /// The name or ARN.
    pub stack_name: String,
    /// Resources to leave behind; only for a stack in `DELETE_FAILED`.
    pub retain_resources: Vec<String>,
    /// The role that CloudFormation works with; none takes that of the stack.
    #[serde(rename = "RoleARN", skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// Delete the stack even if resources cannot be (DeletionMode `FORCE_DELETE_STACK`).
    pub force: bool,
    /// A token that the events carry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_request_token: Option<String>,
}

/// A request to go on with a rollback (API reference, ContinueUpdateRollback).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ContinueRollback {
    /// The name or ARN.
    pub stack_name: String,
    /// Resources to leave as they are: `Logical`, or `NestedStack.Logical`.
    pub resources_to_skip: Vec<String>,
    /// Go on whatever fails (`ForceRollback`); not together with resources to skip.
    pub force: bool,
    /// A token that the events carry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_request_token: Option<String>,
}

/// How far a drift detection is (API reference, DescribeStackDriftDetectionStatus).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DriftDetection {
    /// `DETECTION_IN_PROGRESS`, `DETECTION_COMPLETE`, `DETECTION_FAILED`; an open set.
    pub detection_status: String,
    /// Why, where CloudFormation says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detection_status_reason: Option<String>,
    /// `DRIFTED`, `IN_SYNC`, …; an open set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack_drift_status: Option<String>,
}

/// How a resource has drifted (API reference, StackResourceDrift).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ResourceDrift {
    /// Its name in the template.
    pub logical_resource_id: String,
    /// What it is in AWS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub physical_resource_id: Option<String>,
    /// `AWS::EC2::Instance`, …
    pub resource_type: String,
    /// `MODIFIED`, `DELETED`, `NOT_CHECKED`, …; an open set.
    pub stack_resource_drift_status: String,
    /// What differs.
    pub property_differences: Vec<PropertyDifference>,
}

/// A property that has drifted (API reference, PropertyDifference).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PropertyDifference {
    /// `/Value`: a JSON pointer.
    pub property_path: String,
    /// What the template says.
    pub expected_value: String,
    /// What it is.
    pub actual_value: String,
    /// `ADD`, `REMOVE`, `NOT_EQUAL`; an open set.
    pub difference_type: String,
}

/// Tags as the API has them, `[{"Key": …, "Value": …}]`.
mod tags {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Texts;

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Tag {
        key: String,
        value: String,
    }

    pub(super) fn serialize<S: Serializer>(tags: &Texts, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Texts, D::Error> {
        let tags = Vec::<Tag>::deserialize(deserializer)?;
        Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect())
    }
}
