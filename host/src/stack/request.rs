//! What a user asks of one stack, from `formwork.toml` and the command line together.

use serde::Serialize;

use crate::cloud::stacks::{ResourceToImport, Texts};
use crate::resolve::{Pending, PinMode};

/// What is wanted of one stack. It holds values of `NoEcho` parameters, so there is no `Debug`.
#[derive(Clone)]
pub struct StackRequest {
    /// What people call it: the name in the project, else the name in CloudFormation.
    pub key: String,
    /// The name in CloudFormation.
    pub stack: String,
    /// The template.
    pub template: RequestedTemplate,
    /// Values by parameter; the rest keep theirs.
    pub parameters: Texts,
    /// Values that are meant for all stacks of an environment: those that a template does not declare are left out.
    pub shared_parameters: Texts,
    /// The capabilities that are acknowledged.
    pub capabilities: Vec<String>,
    /// What else is wanted.
    pub settings: Settings,
    /// The bucket for a template that is too long for a request.
    pub artifact_bucket: Option<String>,
    /// Make that bucket when it is not there.
    pub create_artifact_bucket: bool,
    /// What pins are good for.
    pub mode: PinMode,
    /// Stacks that are deployed before this one.
    pub pending: Pending,
}

/// Where a template is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestedTemplate {
    /// A file.
    File {
        /// Its name, as given.
        name: String,
        /// Its text.
        text: String,
    },
    /// The one that the stack has.
    Previous,
}

/// What else a deployer is told, in the names of `wit/deployer.wit`. What is absent changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// The name of the change set, without the deployer's prefix.
    pub change_set_name: String,
    /// The capabilities that are acknowledged.
    pub capabilities: Vec<String>,
    /// Tags, merged into those of the stack.
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub tags: Texts,
    /// The role that CloudFormation works with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// The ARNs of SNS topics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notification_arns: Option<Vec<String>>,
    /// `DO_NOTHING`, `ROLLBACK`, `DELETE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_failure: Option<String>,
    /// Keep what was made when it fails.
    #[serde(skip_serializing_if = "is_false")]
    pub disable_rollback: bool,
    /// Express mode.
    #[serde(skip_serializing_if = "is_false")]
    pub express: bool,
    /// Take drifted resources back to the template.
    #[serde(skip_serializing_if = "is_false")]
    pub revert_drift: bool,
    /// Resources that exist already.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources_to_import: Vec<ResourceToImport>,
    /// Import resources with names of their own that exist already.
    #[serde(skip_serializing_if = "is_false")]
    pub import_existing_resources: bool,
    /// Turn termination protection on or off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub termination_protection: Option<bool>,
    /// The stack policy afterwards, JSON text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack_policy: Option<String>,
    /// The stack policy meanwhile, JSON text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack_policy_during_update: Option<String>,
    /// Delete what a failed first deployment left.
    #[serde(skip_serializing_if = "is_false")]
    pub replace_failed: bool,
    /// Wait for an operation that is under way.
    #[serde(skip_serializing_if = "is_false")]
    pub wait: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // The signature is serde's.
fn is_false(value: &bool) -> bool {
    !value
}
