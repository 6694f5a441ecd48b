//! Templates as CloudFormation sees them.

use serde::{Deserialize, Serialize};

/// Where CloudFormation has a template from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TemplateSource {
    /// The text itself, up to [`crate::cloud::stacks::MAX_TEMPLATE_BODY`] bytes.
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
