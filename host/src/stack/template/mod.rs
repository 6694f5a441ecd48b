//! A CloudFormation template that can be asked: what it declares, what refers to what, and where each part is written.
//!
//! It is only read, never written again: what is deployed are the bytes that the renderer gave. The text may still hold
//! references (`<<resolve:…>>`).

pub(crate) mod document;
mod find;
mod limits;
pub(crate) mod place;
mod refers;
mod sections;
#[cfg(test)]
mod tests;

use serde_json::Value;

use self::document::{Document, ReadError};
pub use self::limits::LimitProblem;
pub(crate) use self::limits::MAX_PARAMETER_VALUE;
pub use self::place::Place;
pub use self::sections::{DeclaredParameter, TemplateOutput, TemplateResource};

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct TemplateError {
    /// A lower-case fragment without a full stop. It may name keys of the template, never values; it is one line without
    /// control characters.
    pub message: String,
    /// What to do about it, one sentence.
    pub hint: Option<String>,
    /// From 1.
    pub line: u32,
    /// The character on that line, from 1.
    pub column: u32,
}

impl From<ReadError> for TemplateError {
    fn from(error: ReadError) -> Self {
        let ReadError { message, hint, at } = error;
        Self { message, hint, line: at.line, column: at.column }
    }
}

/// A template (User Guide, "CloudFormation template sections").
pub struct Template {
    document: Document,
    value: Value,
    parameters: Vec<DeclaredParameter>,
    resources: Vec<TemplateResource>,
    outputs: Vec<TemplateOutput>,
    mappings: Vec<(String, Place)>,
    conditions: Vec<(String, Place)>,
    transforms: Vec<String>,
}

impl Template {
    /// Read a template, YAML with CloudFormation's tags or JSON. YAML aliases and merge keys are read too, although
    /// CloudFormation does not take them.
    ///
    /// # Errors
    /// When the text is neither, is nested deeper than 128 levels, has duplicate keys, keys that are no texts or several
    /// documents; and when the template, a section, a parameter, a resource or an output is no map.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let document = Document::read(text)?;
        let root = sections::root(&document)?;
        let value = root.value()?;
        let parameters = sections::parameters(root)?;
        let (resources, outputs) = sections::resources_and_outputs(root, &value, &parameters)?;
        let mappings = sections::names(root, "Mappings")?;
        let conditions = sections::names(root, "Conditions")?;
        let transforms = sections::transforms(&value);
        Ok(Self { document, value, parameters, resources, outputs, mappings, conditions, transforms })
    }

    /// The whole template, with intrinsic functions in their long form: `!Ref x` is `{"Ref": "x"}`, `!GetAtt a.b` is
    /// `{"Fn::GetAtt": ["a", "b"]}`. Scalars are what CloudFormation takes them for: quoted ones are texts, plain ones
    /// may be null, booleans (`yes`, `no`, `on`, `off` too) and numbers; integers with leading zeros or beyond 64 bits
    /// stay texts.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The parameters, in order.
    #[must_use]
    pub fn parameters(&self) -> &[DeclaredParameter] {
        &self.parameters
    }

    /// The parameter of a name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&DeclaredParameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }

    /// The resources, in order. What a loop or a transform of the section makes (`Fn::ForEach`, `Fn::Transform`) is not
    /// among them.
    #[must_use]
    pub fn resources(&self) -> &[TemplateResource] {
        &self.resources
    }

    /// The resource of a logical id.
    #[must_use]
    pub fn resource(&self, logical_id: &str) -> Option<&TemplateResource> {
        self.resources.iter().find(|resource| resource.logical_id == logical_id)
    }

    /// The outputs, in order; as with resources without those of loops.
    #[must_use]
    pub fn outputs(&self) -> &[TemplateOutput] {
        &self.outputs
    }

    /// The names of the mappings, in order.
    pub fn mappings(&self) -> impl ExactSizeIterator<Item = &str> {
        self.mappings.iter().map(|(name, _)| name.as_str())
    }

    /// The names of the conditions, in order.
    pub fn conditions(&self) -> impl ExactSizeIterator<Item = &str> {
        self.conditions.iter().map(|(name, _)| name.as_str())
    }

    /// The names of the transforms of the whole template, in order: `AWS::Serverless-2016-10-31`.
    #[must_use]
    pub fn transforms(&self) -> &[String] {
        &self.transforms
    }

    /// Where the part is that a JSON pointer (RFC 6901) into [`Template::value`] names, or the longest part of the
    /// pointer that there is: the key of a member, the whole of an element. The pointer may lack its first slash, as in
    /// CloudFormation's messages. None when the template has nothing of it.
    #[must_use]
    pub fn place(&self, pointer: &str) -> Option<Place> {
        find::place(self.document.root()?, pointer)
    }

    /// What is over CloudFormation's quotas; `length` is that of the text in bytes.
    #[must_use]
    pub fn limits(&self, length: usize) -> Vec<LimitProblem> {
        limits::check(self, length)
    }
}

impl std::fmt::Debug for Template {
    /// Without the content: it may hold the default of a `NoEcho` parameter.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Template")
            .field("parameters", &self.parameters)
            .field("resources", &self.resources)
            .field("outputs", &self.outputs)
            .finish_non_exhaustive()
    }
}
