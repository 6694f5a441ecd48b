//! Values of parameters, looked at as the service does before it sends anything to a node (User Guide, "Data elements
//! and parameters"). The agent itself looks at patterns only.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::definitions::count;
use super::tokens;
use crate::document::agent::{go, regexp::Regexp};
use crate::document::model::{Document, DocumentFinding, Findings, Origin, Parameter, ParameterType};
use crate::document::parse::{LARGEST, did_you_mean};
use crate::stack::template::place::excerpt;

/// How much of a value is shown, in characters.
const SHOWN: usize = 60;

/// What the service would refuse in the values that are given for a run. Places are those of the definitions.
///
/// A value is a JSON value: a list for StringList (one text is a list of one, as with the API), a map or its JSON text
/// for StringMap, a list of maps or its JSON text for MapList, a number or a boolean or its text for Integer and
/// Boolean. Values that refer to Parameter Store are not looked at before it has been asked. Findings of the origin
/// [`Origin::Agent`] are warnings.
pub fn check_values(document: &Document, supplied: &BTreeMap<String, Value>) -> Vec<DocumentFinding> {
    let mut findings = Findings::default();
    let start = document.parameters.first().map(|parameter| parameter.name.at).unwrap_or_default();
    let declared: HashSet<&str> = document.parameters.iter().map(|parameter| parameter.name.value.as_str()).collect();
    for name in supplied.keys().filter(|name| !declared.contains(name.as_str())) {
        let message = format!("the document has no parameter `{}`", excerpt(name));
        let hint = did_you_mean(name, document.parameters.iter().map(|parameter| parameter.name.value.as_str()));
        let finding = DocumentFinding::error(Origin::Service, "unknown-parameter", start, message);
        findings.push(DocumentFinding { hint, ..finding });
    }
    for parameter in &document.parameters {
        let name = excerpt(&parameter.name.value);
        let at = parameter.name.at;
        let Some(value) = supplied.get(&parameter.name.value) else {
            if parameter.default.is_none() {
                let message = format!("the parameter `{name}` has no default and is not given");
                let finding = DocumentFinding::error(Origin::Service, "missing-parameter", at, message);
                findings.push(finding.hint(format!("Give it with `--parameter {name}=VALUE`.")));
            }
            continue;
        };
        if !tokens::is_parameter_name(&parameter.name.value) {
            let message = format!("the agent drops what is given for `{name}`: its name is not of letters and digits");
            findings.push(DocumentFinding::warning(Origin::Agent, "parameter-name", at, message));
        }
        for violation in violations(parameter, value, Source::Supplied) {
            let message = format!("the value of the parameter `{name}` {}", violation.message);
            findings.push(DocumentFinding::error(Origin::Service, violation.code, at, message));
        }
    }
    let size: usize = supplied.iter().map(|(name, value)| name.len() + weight(value)).sum();
    if size + document.text.len() > LARGEST && document.text.len() <= LARGEST {
        let message =
            format!("the document and the values are larger than {LARGEST} bytes, which is all that the service takes");
        findings.push(DocumentFinding::error(Origin::Service, "document-size", start, message));
    }
    findings.finish()
}

fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(weight).sum(),
        other => other.to_string().len(),
    }
}

/// What is wrong with a value.
pub(super) struct Violation {
    pub(super) code: &'static str,
    /// It goes on behind "the value".
    pub(super) message: String,
}

/// Where a value comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// The definition itself.
    Default,
    /// Whoever starts the document.
    Supplied,
}

/// What the type and the limits of a parameter do not allow.
pub(super) fn violations(parameter: &Parameter, value: &Value, source: Source) -> Vec<Violation> {
    let Some(kind) = &parameter.kind else { return Vec::new() };
    if refers_to_store(value) {
        return Vec::new();
    }
    let Some(texts) = texts(kind, value, source) else {
        let what = match kind {
            ParameterType::String => "a string",
            ParameterType::StringList => "a list of strings",
            ParameterType::Integer => "a whole number",
            ParameterType::Boolean => "true or false",
            ParameterType::StringMap => "a map",
            ParameterType::MapList => "a list of maps",
            ParameterType::Other(_) => return Vec::new(),
        };
        return vec![Violation { code: "value-type", message: format!("must be {what}, not {}", shown(value)) }];
    };
    let mut violations = Vec::new();
    let mut tell = |code, message| violations.push(Violation { code, message });
    if !parameter.allowed_values.is_empty()
        && matches!(
            kind,
            ParameterType::String | ParameterType::StringList | ParameterType::Integer | ParameterType::Boolean
        )
    {
        let allowed: HashSet<&str> = parameter.allowed_values.iter().map(|value| value.value.as_str()).collect();
        for text in texts.iter().filter(|text| !allowed.contains(text.as_str())) {
            tell("allowed-values", format!("`{}` is not among the allowed values", cut(text)));
        }
    }
    if let Some(pattern) =
        parameter.allowed_pattern.as_ref().and_then(|text| Some((Regexp::new(&text.value).ok()?, text)))
    {
        for text in texts.iter().filter(|text| !pattern.0.is_match(text)) {
            let pattern = cut(&pattern.1.value);
            tell("allowed-pattern", format!("`{}` does not match the pattern `{pattern}`", cut(text)));
        }
    }
    if matches!(kind, ParameterType::Integer | ParameterType::Boolean) {
        return violations;
    }
    let least = parameter.min_chars.as_ref().and_then(count);
    let most = parameter.max_chars.as_ref().and_then(count);
    for text in &texts {
        let length = text.chars().count();
        if let Some(least) = least.filter(|least| length < *least) {
            tell("min-chars", format!("`{}` has {length} characters, at least {least} are needed", cut(text)));
        }
        if let Some(most) = most.filter(|most| length > *most) {
            tell("max-chars", format!("`{}` has {length} characters, at most {most} are allowed", cut(text)));
        }
    }
    let items = match (kind, value) {
        (ParameterType::String, _) => return violations,
        (ParameterType::StringMap, Value::Object(members)) => members.len(),
        _ => texts.len(),
    };
    if let Some(least) = parameter.min_items.as_ref().and_then(count).filter(|least| items < *least) {
        tell("min-items", format!("has {items} items, at least {least} are needed"));
    }
    if let Some(most) = parameter.max_items.as_ref().and_then(count).filter(|most| items > *most) {
        tell("max-items", format!("has {items} items, at most {most} are allowed"));
    }
    violations
}

/// The texts that the limits are about, maps as JSON; none if the value is not of the type.
fn texts(kind: &ParameterType, value: &Value, source: Source) -> Option<Vec<String>> {
    let strings = |values: &[Value]| values.iter().map(|value| value.as_str().map(str::to_owned)).collect();
    match (kind, value) {
        (ParameterType::String, Value::String(text)) => Some(vec![text.clone()]),
        (ParameterType::StringList, Value::Array(values)) => strings(values),
        (ParameterType::StringList, Value::String(text)) if source == Source::Supplied => Some(vec![text.clone()]),
        (ParameterType::Integer, Value::Number(number)) => {
            (number.is_i64() || number.is_u64()).then(|| vec![number.to_string()])
        }
        (ParameterType::Integer, Value::String(text)) => text.parse::<i64>().ok().map(|_| vec![text.clone()]),
        (ParameterType::Boolean, Value::Bool(value)) => Some(vec![value.to_string()]),
        (ParameterType::Boolean, Value::String(text)) => {
            ["true", "false"].contains(&&*text.to_ascii_lowercase()).then(|| vec![text.clone()])
        }
        (ParameterType::StringMap, Value::Object(_)) => Some(vec![go::marshal(value)]),
        (ParameterType::StringMap, Value::String(text)) => {
            matches!(serde_json::from_str(text), Ok(Value::Object(_))).then(|| vec![text.clone()])
        }
        (ParameterType::MapList, Value::Array(values)) => {
            values.iter().all(Value::is_object).then(|| values.iter().map(go::marshal).collect())
        }
        (ParameterType::MapList, Value::String(text)) => match serde_json::from_str(text) {
            Ok(value @ Value::Array(_)) => texts(kind, &value, source),
            _ => None,
        },
        _ => None,
    }
}

fn refers_to_store(value: &Value) -> bool {
    match value {
        Value::String(text) => tokens::has_store_reference(text),
        Value::Array(values) => values.iter().any(refers_to_store),
        Value::Object(members) => members.values().any(refers_to_store),
        _ => false,
    }
}

/// A value for a message.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::String(text) => format!("`{}`", cut(text)),
        Value::Bool(_) => "a boolean".to_owned(),
        Value::Number(_) => "a number".to_owned(),
        Value::Array(values) => match values.iter().find(|value| !value.is_string()) {
            Some(value) => format!("a list with {}", what(value)),
            None => "a list".to_owned(),
        },
        Value::Object(_) => "a map".to_owned(),
    }
}

fn what(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::String(_) => "a string",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

/// The beginning of a value, fit for a line of a message.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", excerpt(text.get(..end).unwrap_or_default())),
        None => excerpt(text),
    }
}
