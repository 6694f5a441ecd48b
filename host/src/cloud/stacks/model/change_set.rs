//! Change sets: what would change, and why.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{StackParameter, Texts, stack::tags};

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
