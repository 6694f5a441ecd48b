//! The sections of a template.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::document::{Document, Kind, NodeRef, ReadError};
use super::place::{Place, excerpt};
use super::refers::Names;

/// A parameter (User Guide, "Parameters").
#[derive(Clone, PartialEq, Eq)]
pub struct DeclaredParameter {
    /// The name.
    pub name: String,
    /// `String`, `AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>`, …; empty when the template does not say.
    pub kind: String,
    /// The default, as CloudFormation has it: numbers as they are written, booleans as `true` and `false`, the elements
    /// of a list joined by commas.
    pub default: Option<String>,
    /// Whether its value is never shown.
    pub no_echo: bool,
    /// The description.
    pub description: Option<String>,
    /// Where its name is written.
    pub place: Place,
}

impl DeclaredParameter {
    /// Whether the value is the name of an SSM parameter that CloudFormation reads.
    #[must_use]
    pub fn is_ssm_value(&self) -> bool {
        self.kind.starts_with("AWS::SSM::Parameter::Value<")
    }
}

impl fmt::Debug for DeclaredParameter {
    /// Without the default of a `NoEcho` parameter.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let default = self.default.as_deref().map(|default| if self.no_echo { "hidden" } else { default });
        f.debug_struct("DeclaredParameter")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("default", &default)
            .field("no_echo", &self.no_echo)
            .finish_non_exhaustive()
    }
}

/// A resource (User Guide, "Resources").
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TemplateResource {
    /// The logical id.
    pub logical_id: String,
    /// `AWS::EC2::Instance`, …; empty when the template does not say.
    pub resource_type: String,
    /// `Delete`, `Retain`, `RetainExceptOnCreate`, `Snapshot`, where it is a text; an open set.
    pub deletion_policy: Option<String>,
    /// `Delete`, `Retain`, `Snapshot`, where it is a text; an open set.
    pub update_replace_policy: Option<String>,
    /// The condition that it is made under.
    pub condition: Option<String>,
    /// The logical ids of the resources that it refers to: `Ref`, `Fn::GetAtt`, `Fn::Sub`, `DependsOn`. Sorted, without
    /// duplicates, only resources that the template has. What conditions refer to is not among them.
    pub refers_to: Vec<String>,
    /// The same for parameters.
    pub refers_to_parameters: Vec<String>,
    /// `TemplateURL` of a nested stack (`AWS::CloudFormation::Stack`), where it is a text.
    pub nested_template_url: Option<String>,
    /// Where its logical id is written.
    pub place: Place,
}

/// An output (User Guide, "Outputs").
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TemplateOutput {
    /// The name.
    pub name: String,
    /// The name that it is exported by, where it is a text and no function.
    pub export_name: Option<String>,
    /// The logical ids of the resources that it refers to, sorted, without duplicates.
    pub refers_to: Vec<String>,
    /// The same for parameters.
    pub refers_to_parameters: Vec<String>,
    /// Where its name is written.
    pub place: Place,
}

/// The map that a template is.
pub(super) fn root(document: &Document) -> Result<NodeRef<'_>, ReadError> {
    let beginning = Place { line: 1, column: 1, ..Place::default() };
    let Some(root) = document.root() else { return Err(ReadError::new(beginning, "the template is empty")) };
    match root.kind() {
        Kind::Mapping if root.local_tag().is_none() => Ok(root),
        Kind::Null => Err(ReadError::new(root.place(), "the template is empty")),
        _ => Err(ReadError::new(root.place(), "the template is no map")
            .hint("A template has sections, `Resources:` for one.")),
    }
}

/// The parameters.
pub(super) fn parameters(root: NodeRef<'_>) -> Result<Vec<DeclaredParameter>, ReadError> {
    let entries = entries(root, "Parameters", "parameter")?;
    let parameter = |(name, place, node): (&str, Place, NodeRef<'_>)| DeclaredParameter {
        name: name.to_owned(),
        kind: text(node, "Type").unwrap_or_default(),
        default: node.get("Default").and_then(default),
        no_echo: text(node, "NoEcho").is_some_and(|text| is_true(&text)),
        description: text(node, "Description"),
        place,
    };
    Ok(entries.into_iter().map(parameter).collect())
}

/// Resources and outputs.
pub(super) fn resources_and_outputs(
    root: NodeRef<'_>,
    value: &Value,
    parameters: &[DeclaredParameter],
) -> Result<(Vec<TemplateResource>, Vec<TemplateOutput>), ReadError> {
    let resources = entries(root, "Resources", "resource")?;
    let outputs = entries(root, "Outputs", "output")?;
    let names = Names {
        resources: resources.iter().map(|(name, ..)| *name).collect(),
        parameters: parameters.iter().map(|parameter| parameter.name.as_str()).collect(),
    };
    let found = |section: &str, name: &str| {
        let found = value.get(section).and_then(|section| section.get(name)).map(|body| names.of(body));
        let found = found.unwrap_or_default();
        (Vec::from_iter(found.resources), Vec::from_iter(found.parameters))
    };
    let resource = |(logical_id, place, node): &(&str, Place, NodeRef<'_>)| {
        let (refers_to, refers_to_parameters) = found("Resources", logical_id);
        let resource_type = text(*node, "Type").unwrap_or_default();
        let url = || node.get("Properties").and_then(|properties| text(properties, "TemplateURL"));
        TemplateResource {
            logical_id: (*logical_id).to_owned(),
            deletion_policy: text(*node, "DeletionPolicy"),
            update_replace_policy: text(*node, "UpdateReplacePolicy"),
            condition: text(*node, "Condition"),
            refers_to,
            refers_to_parameters,
            nested_template_url: (resource_type == "AWS::CloudFormation::Stack").then(url).flatten(),
            resource_type,
            place: *place,
        }
    };
    let output = |(name, place, node): &(&str, Place, NodeRef<'_>)| {
        let (refers_to, refers_to_parameters) = found("Outputs", name);
        let export_name = node.get("Export").and_then(|export| text(export, "Name"));
        TemplateOutput { name: (*name).to_owned(), export_name, refers_to, refers_to_parameters, place: *place }
    };
    Ok((resources.iter().map(resource).collect(), outputs.iter().map(output).collect()))
}

/// The names in a section and where they are written.
pub(super) fn names(root: NodeRef<'_>, section: &str) -> Result<Vec<(String, Place)>, ReadError> {
    let members = members(root, section)?;
    Ok(members.into_iter().map(|(name, at, _)| (name.to_owned(), at)).collect())
}

/// The names of the transforms: a text, a map with a `Name`, or a list of them (User Guide, "Transform").
pub(super) fn transforms(value: &Value) -> Vec<String> {
    let name = |transform: &Value| Some(transform.get("Name").unwrap_or(transform).as_str()?.to_owned());
    match value.get("Transform") {
        Some(Value::Array(transforms)) => transforms.iter().filter_map(name).collect(),
        transform => transform.and_then(name).into_iter().collect(),
    }
}

/// The members of a section, each of which must be a map.
fn entries<'d>(root: NodeRef<'d>, section: &str, what: &str) -> Result<Vec<(&'d str, Place, NodeRef<'d>)>, ReadError> {
    let members = members(root, section)?;
    match members.iter().find(|(_, _, node)| !matches!(node.kind(), Kind::Mapping)) {
        Some((name, at, _)) => Err(ReadError::new(*at, format!("the {what} `{}` is no map", excerpt(name)))),
        None => Ok(members),
    }
}

/// The members of a section, without loops and transforms. A section that is null has none.
fn members<'d>(root: NodeRef<'d>, section: &str) -> Result<Vec<(&'d str, Place, NodeRef<'d>)>, ReadError> {
    let Some((at, node)) = root.member(section) else { return Ok(Vec::new()) };
    match node.kind() {
        Kind::Null => Ok(Vec::new()),
        // `Fn::ForEach::Loop`, `Fn::Transform`
        Kind::Mapping => Ok(node.members().filter(|(name, ..)| !name.starts_with("Fn::")).collect()),
        Kind::Text(_) | Kind::Sequence => Err(ReadError::new(at, format!("the section `{section}` is no map"))),
    }
}

/// A member that is a text.
fn text(node: NodeRef<'_>, key: &str) -> Option<String> {
    node.get(key)?.text().map(str::to_owned)
}

/// A default as a text.
fn default(node: NodeRef<'_>) -> Option<String> {
    let one = |node: NodeRef<'_>| {
        let text = node.text()?;
        Some(node.boolean().map_or_else(|| text.to_owned(), |value| value.to_string()))
    };
    match node.kind() {
        Kind::Sequence if node.local_tag().is_none() => {
            let elements: Option<Vec<String>> = node.elements().map(|(_, element)| one(element)).collect();
            elements.map(|elements| elements.join(","))
        }
        _ => one(node),
    }
}

/// As CloudFormation takes booleans: `true`, `"true"`, `yes`.
fn is_true(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "true" | "yes" | "on")
}
