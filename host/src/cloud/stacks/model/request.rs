//! What CloudFormation is asked to do.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{TemplateSource, Texts};

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
