//! Stacks, what is in them and what comes out of them.

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

/// Tags as the API has them, `[{"Key": …, "Value": …}]`.
pub(super) mod tags {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Texts;

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Tag {
        key: String,
        value: String,
    }

    pub(in crate::cloud::stacks::model) fn serialize<S: Serializer>(
        tags: &Texts,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }))
    }

    pub(in crate::cloud::stacks::model) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Texts, D::Error> {
        let tags = Vec::<Tag>::deserialize(deserializer)?;
        Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect())
    }
}
