//! What the agent itself checks of parameter values (`agent/framework/docparser/paramvalidator`). An ordinary
//! command is only checked against `allowedPattern`; the limits and allowed values are looked at for a document that
//! `aws:runDocument` runs. Error texts are the agent's, and they show the values.

#[cfg(test)]
mod tests;

use serde_json::Value;

use super::go;
use super::parameters::{Definitions, ParameterDefinition, Values};
use super::regexp::Regexp;
use super::store;

/// Where a document comes from; the agent checks more in the second case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A command of the service, or of the offline folder.
    Command,
    /// The step `aws:runDocument` of another document.
    RunDocument,
}

/// Check the values of a document's parameters.
///
/// `resolved` are the merged values with `{{ssm:…}}` looked up, `merged` the same before; limits are not checked for
/// a value that came from the store.
///
/// # Errors
/// All violations in one text, each on a line of its own, in the order of the names (the agent's own order is by
/// chance).
pub fn validate(definitions: &Definitions, resolved: &Values, merged: &Values, origin: Origin) -> Result<(), String> {
    let mut errors = Vec::new();
    let mut check = |validators: &[(&str, Validator)], name: &str, definition: &ParameterDefinition| {
        let value = resolved.get(name).unwrap_or(&Value::Null);
        for (validator, validate) in validators {
            if let Err(error) = validate(definition, value) {
                errors.push(format!("error thrown in '{validator}' while validating parameter /{name}/: {error}"));
            }
        }
    };
    for (name, definition) in definitions {
        check(&[("AllowedRegexParamValidator", pattern)], name, definition);
    }
    if origin == Origin::RunDocument {
        for (name, definition) in definitions {
            if !merged.get(name).is_some_and(store::mentions) {
                check(&OPTIONAL, name, definition);
            }
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(format!("all errors during param validation errors: {}", errors.join("\n")))
    }
}

type Validator = fn(&ParameterDefinition, &Value) -> Result<(), String>;

const OPTIONAL: [(&str, Validator); 3] = [
    ("MinMaxCharParamValidator", characters),
    ("MinMaxItemParamValidator", items),
    ("AllowedValueParamValidator", allowed),
];

fn wrong_type(definition: &ParameterDefinition, value: &Value) -> String {
    format!("invalid parameter type {} with parameter value {}", definition.kind, go::print(value))
}

/// The texts that a check is about: a text, each item of a list, a map as JSON. Items that are no texts are JSON too;
/// the error shows them as Go prints them.
fn each(
    definition: &ParameterDefinition,
    value: &Value,
    check: impl Fn(&str, &Value) -> Result<(), String>,
) -> Result<(), String> {
    let one = |item: &Value| match item {
        Value::String(text) => check(text, item),
        other => check(&go::marshal(other), other),
    };
    match value {
        Value::String(_) | Value::Object(_) => one(value),
        Value::Array(list) => list.iter().try_for_each(one),
        _ => Err(wrong_type(definition, value)),
    }
}

fn pattern(definition: &ParameterDefinition, value: &Value) -> Result<(), String> {
    let pattern = &definition.allowed_pattern;
    if pattern.is_empty() {
        return Ok(());
    }
    let regexp = Regexp::new(pattern)
        .map_err(|error| format!("encountered error while compiling allowed pattern - internal error: {error}"))?;
    each(definition, value, |text, item| {
        if regexp.is_match(text) {
            return Ok(());
        }
        Err(format!("parameter value /{}/ does not match the allowed pattern /{pattern}/", go::print(item)))
    })
}

/// A limit as the agent understands it: what is no integer, is negative or is larger than 2³¹-1 is the other value.
fn limit(text: Option<&str>, otherwise: usize) -> Option<usize> {
    let number = text?.parse::<i64>().ok().and_then(|number| usize::try_from(number).ok());
    Some(number.filter(|number| *number <= LARGEST).unwrap_or(otherwise))
}

const LARGEST: usize = i32::MAX as usize;

/// Characters are bytes here.
fn characters(definition: &ParameterDefinition, value: &Value) -> Result<(), String> {
    if definition.min_chars.is_none() && definition.max_chars.is_none()
        || matches!(definition.kind.as_str(), "Integer" | "Boolean")
    {
        return Ok(());
    }
    let (least, most) = (limit(definition.min_chars.as_deref(), 0), limit(definition.max_chars.as_deref(), LARGEST));
    each(definition, value, |text, _| {
        if let Some(least) = least.filter(|least| text.len() < *least) {
            return Err(format!("parameter value /{text}/ is less than the min char limit /{least}/"));
        }
        match most.filter(|most| text.len() > *most) {
            Some(most) => Err(format!("parameter value /{text}/ is exceeding the max chars /{most}/")),
            None => Ok(()),
        }
    })
}

fn items(definition: &ParameterDefinition, value: &Value) -> Result<(), String> {
    if definition.min_items.is_none() && definition.max_items.is_none()
        || matches!(definition.kind.as_str(), "Integer" | "Boolean" | "String")
    {
        return Ok(());
    }
    let count = match value {
        // A map that the console sends as a text.
        Value::String(_) => return Ok(()),
        Value::Array(list) => list.len(),
        Value::Object(map) => map.len(),
        _ => return Err(wrong_type(definition, value)),
    };
    if limit(definition.min_items.as_deref(), 0).is_some_and(|least| count < least) {
        return Err(format!("parameter value list length /{count}/ is less the min item count"));
    }
    match limit(definition.max_items.as_deref(), LARGEST).filter(|most| count > *most) {
        // The agent shows the limit here, not the length.
        Some(most) => Err(format!("parameter value list length /{most}/ has exceeded the max item count")),
        None => Ok(()),
    }
}

fn allowed(definition: &ParameterDefinition, value: &Value) -> Result<(), String> {
    match definition.kind.as_str() {
        "Integer" => return integer(definition, value),
        "Boolean" if value.is_boolean() && *value == definition.default => return Ok(()),
        "Boolean" => {
            return Err(format!("parameter value /{}/ not equal to default for Boolean", go::print(value)));
        }
        _ => {}
    }
    let list = &definition.allowed_values;
    if list.is_empty() {
        return Ok(());
    }
    each(definition, value, |text, _| {
        if list.iter().any(|allowed| allowed == text) {
            return Ok(());
        }
        Err(format!("parameter value /{text}/ is not in the allowed list {}", go::print_list(list)))
    })
}

fn integer(definition: &ParameterDefinition, value: &Value) -> Result<(), String> {
    let shown = go::print(value);
    let Some(number) = value.as_f64() else {
        return Err(format!("could not convert /{shown}/ to float64 for Integer"));
    };
    if number >= f64::from(i32::MAX) || number <= f64::from(i32::MIN) {
        // The space at the end is the agent's.
        return Err(format!("out-of-boundary error for parameter value /{shown}/ for type Integer "));
    }
    let default = go::print(&definition.default);
    if shown == default {
        return Ok(());
    }
    Err(format!("parameter value /{shown}/ not equal to default /{default}/ for Integer"))
}
