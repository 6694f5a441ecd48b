//! What is not as the template says.

use serde::{Deserialize, Serialize};

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
