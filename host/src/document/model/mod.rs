//! What an SSM document is: what the agent reads of it, where each part is written, and what is wrong with it.
//!
//! Sources: Systems Manager User Guide, "Data elements and parameters" and "Schemas, features, and examples".

mod finding;
mod node;

use serde_json::Value;

pub(in crate::document) use self::finding::Findings;
pub use self::finding::{DocumentFinding, Origin, Severity};
pub use self::node::{Content, Member, Node};
pub use crate::stack::template::Place;

/// A Command document, taken apart. It can be faulty: see [`Document::problems`] and `check`.
#[derive(Clone, Debug)]
pub struct Document {
    /// How it is written.
    pub format: Format,
    /// Its schema version.
    pub schema_version: SchemaVersion,
    /// `description`.
    pub description: Option<Text>,
    /// `parameters`, in the order of the text.
    pub parameters: Vec<Parameter>,
    /// What it does.
    pub body: Body,
    /// Whether the agent puts parameters into the steps. It does not when a document of schema 2.x has a
    /// `runtimeConfig` too: then it looks at that one only.
    pub substitutes: bool,
    /// The text that it was read from.
    pub(in crate::document) text: String,
    /// What parsing found.
    pub(in crate::document) problems: Vec<DocumentFinding>,
}

impl Document {
    /// What parsing found wrong. `check` tells these too.
    pub fn problems(&self) -> &[DocumentFinding] {
        &self.problems
    }

    /// The text that it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The definition of the parameter with this name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name.value == name)
    }

    /// The steps of a document of schema 2.x; none of one of schema 1.x.
    pub fn steps(&self) -> &[Step] {
        match &self.body {
            Body::Steps(steps) => steps,
            Body::Plugins(_) => &[],
        }
    }

    /// The plugins of a document of schema 1.x; none of one of schema 2.x.
    pub fn plugins(&self) -> &[PluginConfig] {
        match &self.body {
            Body::Steps(_) => &[],
            Body::Plugins(plugins) => plugins,
        }
    }
}

/// How a document is written. The agent reads JSON; the service and `aws:runDocument` take YAML too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON.
    Json,
    /// YAML, also where it looks like faulty JSON.
    Yaml,
}

/// The schema versions that the agent runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SchemaVersion {
    /// 1.0.
    V1_0,
    /// 1.2.
    V1_2,
    /// 2.0.
    V2_0,
    /// 2.0.1.
    V2_0_1,
    /// 2.0.2.
    V2_0_2,
    /// 2.0.3.
    V2_0_3,
    /// 2.2.
    V2_2,
}

impl SchemaVersion {
    /// All, oldest first.
    pub const ALL: [Self; 7] =
        [Self::V1_0, Self::V1_2, Self::V2_0, Self::V2_0_1, Self::V2_0_2, Self::V2_0_3, Self::V2_2];

    /// What is written in a document.
    pub fn name(self) -> &'static str {
        match self {
            Self::V1_0 => "1.0",
            Self::V1_2 => "1.2",
            Self::V2_0 => "2.0",
            Self::V2_0_1 => "2.0.1",
            Self::V2_0_2 => "2.0.2",
            Self::V2_0_3 => "2.0.3",
            Self::V2_2 => "2.2",
        }
    }

    /// The version with this name; none for those that the agent does not run.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.name() == name)
    }

    /// Whether documents have `runtimeConfig` in place of `mainSteps`.
    pub fn has_runtime_config(self) -> bool {
        self <= Self::V1_2
    }

    /// Whether steps may have a precondition.
    pub fn has_preconditions(self) -> bool {
        self >= Self::V2_2
    }
}

/// A text and where it is written. Numbers and booleans of YAML are as they are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub value: String,
    /// Where.
    pub at: Place,
}

/// A definition in `parameters`.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name, where it is defined.
    pub name: Text,
    /// `type`; none where it is missing.
    pub kind: Option<ParameterType>,
    /// Where `type` is written; where the name is if it is missing.
    pub kind_at: Place,
    /// `description`.
    pub description: Option<Text>,
    /// `default`; an explicit null is none, as for the agent.
    pub default: Option<Node>,
    /// `allowedValues`; empty where there are none.
    pub allowed_values: Vec<Text>,
    /// `allowedPattern`: a Java expression for the service, one of Go (RE2) for the agent.
    pub allowed_pattern: Option<Text>,
    /// `displayType`: `textfield` or `textarea`. The console alone looks at it.
    pub display_type: Option<Text>,
    /// `minItems`, of lists and maps.
    pub min_items: Option<Text>,
    /// `maxItems`, of lists and maps.
    pub max_items: Option<Text>,
    /// `minChars`, of texts and each item of a list.
    pub min_chars: Option<Text>,
    /// `maxChars`, of texts and each item of a list.
    pub max_chars: Option<Text>,
    /// `interpolationType`: `ENV_VAR`.
    pub interpolation: Option<Text>,
}

impl Parameter {
    /// The default as a JSON value.
    pub fn default_value(&self) -> Option<Value> {
        self.default.as_ref().map(Node::value)
    }

    /// Whether a step gets the value as the environment variable `SSM_<name>`.
    pub fn is_environment_variable(&self) -> bool {
        self.interpolation.as_ref().is_some_and(|text| text.value == "ENV_VAR")
    }
}

/// The type of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParameterType {
    /// `String`.
    String,
    /// `StringList`.
    StringList,
    /// `Integer`.
    Integer,
    /// `Boolean`.
    Boolean,
    /// `MapList`.
    MapList,
    /// `StringMap`.
    StringMap,
    /// Any other, as it is written.
    Other(String),
}

impl ParameterType {
    /// The names of those that are known.
    pub const NAMES: [&'static str; 6] = ["String", "StringList", "Integer", "Boolean", "MapList", "StringMap"];

    /// The type with this name.
    pub fn from_name(name: &str) -> Self {
        match name {
            "String" => Self::String,
            "StringList" => Self::StringList,
            "Integer" => Self::Integer,
            "Boolean" => Self::Boolean,
            "MapList" => Self::MapList,
            "StringMap" => Self::StringMap,
            other => Self::Other(other.to_owned()),
        }
    }

    /// What is written in a document.
    pub fn name(&self) -> &str {
        match self {
            Self::String => "String",
            Self::StringList => "StringList",
            Self::Integer => "Integer",
            Self::Boolean => "Boolean",
            Self::MapList => "MapList",
            Self::StringMap => "StringMap",
            Self::Other(name) => name,
        }
    }
}

/// What a document does.
#[derive(Clone, Debug)]
pub enum Body {
    /// `mainSteps` of schema 2.x: they run in this order.
    Steps(Vec<Step>),
    /// `runtimeConfig` of schema 1.x, in the order of the text. The agent keeps them in a Go map and runs them in an
    /// order that differs from run to run; a document cannot count on any.
    Plugins(Vec<PluginConfig>),
}

/// An element of `mainSteps`.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where it is written.
    pub at: Place,
    /// `action`; the agent takes a missing one for an unknown plugin with an empty name.
    pub action: Option<Text>,
    /// `name`; the agent takes a missing one for an empty name.
    pub name: Option<Text>,
    /// `inputs`.
    pub inputs: Option<Node>,
    /// `settings`.
    pub settings: Option<Node>,
    /// `precondition`, also in documents whose schema has none.
    pub precondition: Option<Precondition>,
    /// Whatever else is written. The agent ignores it.
    pub extra: Vec<Member>,
}

impl Step {
    /// The action's name, empty where it is missing.
    pub fn action(&self) -> &str {
        self.action.as_ref().map_or("", |text| &text.value)
    }

    /// The step's name, empty where it is missing.
    pub fn name(&self) -> &str {
        self.name.as_ref().map_or("", |text| &text.value)
    }
}

/// `precondition` of a step: all conditions must hold.
#[derive(Clone, Debug)]
pub struct Precondition {
    /// Where it is written.
    pub at: Place,
    /// In the order of the text.
    pub conditions: Vec<Condition>,
}

/// `StringEquals: [platformType, Linux]`.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The operator and where it is written.
    pub operator: Text,
    /// What it is about.
    pub arguments: Vec<Text>,
}

/// A member of `runtimeConfig`.
#[derive(Clone, Debug)]
pub struct PluginConfig {
    /// The action, which is the key.
    pub name: Text,
    /// `settings`.
    pub settings: Option<Node>,
    /// `properties`: an object, or a list of objects that run one after the other regardless of failures.
    pub properties: Option<Node>,
    /// Whatever else is written. The agent ignores it.
    pub extra: Vec<Member>,
}

impl PluginConfig {
    /// The elements of `properties` if it is a list, `properties` itself otherwise.
    pub fn instances(&self) -> &[Node] {
        match &self.properties {
            Some(Node { content: Content::List(elements), .. }) => elements,
            Some(node) => std::slice::from_ref(node),
            None => &[],
        }
    }
}
