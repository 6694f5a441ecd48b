//! Files of parameters.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use super::read::{named, only, required, scalar, value, with_root};
use super::{InputError, policy, tags};
use crate::cloud::stacks::{GivenValue, Texts};
use crate::stack::template::document::{Kind, NodeRef, ReadError};
use crate::stack::template::place::{Place, excerpt};

/// The members of the AWS CLI's form (API reference, Parameter).
const LIST: [&str; 4] = ["ParameterKey", "ParameterValue", "UsePreviousValue", "ResolvedValue"];

/// The members of CodePipeline's form (User Guide, "Template configuration file").
const PIPELINE: [&str; 3] = ["Parameters", "Tags", "StackPolicy"];

/// What a file of parameters gives.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ParameterFile {
    /// The parameters by name.
    pub parameters: BTreeMap<String, GivenValue>,
    /// The tags; only the form of CodePipeline has some.
    pub tags: Option<Texts>,
    /// The stack policy, a map with `Statement`; only the form of CodePipeline has one.
    pub stack_policy: Option<Value>,
}

impl fmt::Debug for ParameterFile {
    /// Names only: a value may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParameterFile").field("parameters", &self.parameters.keys()).finish_non_exhaustive()
    }
}

/// Read a file of parameters, JSON or YAML. `name` is for messages. The forms:
///
/// - the list of the AWS CLI, `[{"ParameterKey": "A", "ParameterValue": "1"}]`, or `"UsePreviousValue": true` in place of
///   the value (`ResolvedValue` is passed over);
/// - CodePipeline's, `{"Parameters": {"A": "1"}, "Tags": {…}, "StackPolicy": {…}}`;
/// - the list of texts that `aws cloudformation deploy --parameter-overrides` takes, `["A=1"]`;
/// - a plain map, `{"A": "1"}`.
///
/// Numbers and booleans are taken as they are written, the elements of a list are joined by commas, and the empty text
/// is a value.
///
/// # Errors
/// When the text is neither JSON nor YAML or has none of the forms: a value that is null or a map, a parameter that is
/// given twice, a member that the form does not have.
pub fn read_parameters(name: &str, text: &str) -> Result<ParameterFile, InputError> {
    with_root(name, text, |root| match root.kind() {
        Kind::Mapping if is_pipeline(root) => pipeline(root),
        Kind::Mapping => Ok(ParameterFile { parameters: plain(root)?, ..ParameterFile::default() }),
        Kind::Sequence => Ok(ParameterFile { parameters: list(root)?, ..ParameterFile::default() }),
        Kind::Text(_) | Kind::Null => Err(ReadError::new(root.place(), "the file is neither a list nor a map")
            .hint("Write `{\"NAME\": \"VALUE\"}`, or the list that the AWS CLI takes.")),
    })
}

/// A plain map has no maps in it.
fn is_pipeline(root: NodeRef<'_>) -> bool {
    PIPELINE.iter().any(|key| root.get(key).is_some_and(|node| matches!(node.kind(), Kind::Mapping)))
}

fn pipeline(root: NodeRef<'_>) -> Result<ParameterFile, ReadError> {
    only("the CodePipeline form", root, &PIPELINE)?;
    let map = |key: &str| match root.member(key) {
        None => Ok(None),
        Some((_, node)) if matches!(node.kind(), Kind::Mapping) => Ok(Some(node)),
        Some((at, _)) => Err(ReadError::new(at, format!("`{key}` is no map"))),
    };
    Ok(ParameterFile {
        parameters: map("Parameters")?.map(plain).transpose()?.unwrap_or_default(),
        tags: map("Tags")?.map(tags::read).transpose()?,
        stack_policy: map("StackPolicy")?.map(policy::read).transpose()?,
    })
}

fn plain(root: NodeRef<'_>) -> Result<BTreeMap<String, GivenValue>, ReadError> {
    let one = |(name, at, node)| {
        let name = named("parameter", at, name)?;
        Ok((name.to_owned(), GivenValue::Value(value("parameter", name, at, node)?)))
    };
    root.members().map(one).collect()
}

fn list(root: NodeRef<'_>) -> Result<BTreeMap<String, GivenValue>, ReadError> {
    let mut parameters = BTreeMap::new();
    for (at, node) in root.elements() {
        let (name, given) = match node.kind() {
            Kind::Mapping => entry(at, node)?,
            Kind::Text(_) => text(at, node)?,
            _ => {
                let message = "an entry is neither a map with `ParameterKey` nor a text `NAME=VALUE`";
                return Err(ReadError::new(at, message));
            }
        };
        if parameters.contains_key(&name) {
            return Err(ReadError::new(at, format!("the parameter `{}` is given twice", excerpt(&name))));
        }
        parameters.insert(name, given);
    }
    Ok(parameters)
}

/// An entry of the AWS CLI's list.
fn entry(at: Place, node: NodeRef<'_>) -> Result<(String, GivenValue), ReadError> {
    only("an entry of the list", node, &LIST)?;
    let name = required("an entry of the list", node, "ParameterKey")?;
    let previous = match node.member("UsePreviousValue") {
        None => false,
        Some((at, member)) => match scalar("member", "UsePreviousValue", at, member)?.to_ascii_lowercase().as_str() {
            "true" => true,
            "false" => false,
            _ => return Err(ReadError::new(at, "`UsePreviousValue` is neither true nor false")),
        },
    };
    let shown = excerpt(&name);
    match (node.member("ParameterValue"), previous) {
        (None, true) => Ok((name, GivenValue::Previous)),
        (Some((at, member)), false) => {
            let value = value("parameter", &name, at, member)?;
            Ok((name, GivenValue::Value(value)))
        }
        (Some((at, _)), true) => {
            Err(ReadError::new(at, format!("the parameter `{shown}` has a value and `UsePreviousValue`")))
        }
        (None, false) => Err(ReadError::new(at, format!("the parameter `{shown}` has no `ParameterValue`"))
            .hint("Write `\"UsePreviousValue\": true` to keep the value that the stack has.")),
    }
}

/// An entry `NAME=VALUE`.
fn text(at: Place, node: NodeRef<'_>) -> Result<(String, GivenValue), ReadError> {
    let text = scalar("entry", "NAME=VALUE", at, node)?;
    let (name, value) = super::assignment(&text)
        .map_err(|problem| ReadError::new(at, format!("a parameter cannot be read: {problem}")))?;
    Ok((name, GivenValue::Value(value)))
}
