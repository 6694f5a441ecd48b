//! The definitions of parameters (User Guide, "Data elements and parameters").

use std::collections::HashSet;

use super::tokens::{self, Kind, Token};
use super::{Check, values};
use crate::document::agent::regexp::Regexp;
use crate::document::model::{DocumentFinding, Origin, Parameter, ParameterType, Text};
use crate::document::parse::did_you_mean;
use crate::stack::template::place::excerpt;

pub(super) fn check(check: &mut Check<'_>) {
    for parameter in &check.document.parameters {
        let mut findings = Vec::new();
        name(parameter, &mut findings);
        kind(parameter, &mut findings);
        pattern(parameter, &mut findings);
        limits(parameter, &mut findings);
        open_sets(parameter, &mut findings);
        default(parameter, &mut findings);
        check.findings.extend(findings);
    }
}

fn name(parameter: &Parameter, findings: &mut Vec<DocumentFinding>) {
    if tokens::is_parameter_name(&parameter.name.value) {
        return;
    }
    let name = excerpt(&parameter.name.value);
    let hint = "Use letters and digits only.";
    findings.push(match parameter.default {
        Some(_) => {
            let message = format!("the agent drops what is given for `{name}` and always takes the default");
            DocumentFinding::warning(Origin::Agent, "parameter-name", parameter.name.at, message).hint(hint)
        }
        None => {
            let message = format!("the agent drops what is given for `{name}`, which then is `null`");
            DocumentFinding::error(Origin::Advice, "parameter-name", parameter.name.at, message).hint(hint)
        }
    });
}

fn kind(parameter: &Parameter, findings: &mut Vec<DocumentFinding>) {
    let Some(kind) = &parameter.kind else { return };
    let at = parameter.kind_at;
    match kind {
        ParameterType::String | ParameterType::StringList => {}
        ParameterType::Integer | ParameterType::Boolean | ParameterType::MapList | ParameterType::StringMap => {
            let message =
                format!("Command documents have parameters of type String and StringList, not {}", kind.name());
            let finding = DocumentFinding::warning(Origin::Service, "parameter-type", at, message);
            findings.push(match kind {
                ParameterType::Integer | ParameterType::Boolean => finding
                    .hint("Use String with `allowedPattern` or `allowedValues`: in `aws:runDocument` the agent takes no value \
                           but the default."),
                _ => finding,
            });
        }
        ParameterType::Other(other) => {
            let message = format!("the type `{}` is unknown", excerpt(other));
            let hint = did_you_mean(other, ParameterType::NAMES);
            let hint = hint.or_else(|| Some("The types are String and StringList.".to_owned()));
            findings.push(DocumentFinding {
                hint,
                ..DocumentFinding::error(Origin::Service, "parameter-type", at, message)
            });
        }
    }
}

fn pattern(parameter: &Parameter, findings: &mut Vec<DocumentFinding>) {
    let Some(pattern) = &parameter.allowed_pattern else { return };
    if let Err(error) = Regexp::new(&pattern.value) {
        let message = format!("the agent cannot use the pattern: {}", excerpt(&error.to_string()));
        let finding = DocumentFinding::error(Origin::Agent, "pattern", pattern.at, message);
        let ahead = ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|part| pattern.value.contains(part));
        findings.push(match ahead {
            true => finding.hint("Go's expressions (RE2) have no look-ahead and no look-behind."),
            false => finding,
        });
    } else if pattern.value.contains("(?P<") {
        let message = "the service cannot use the pattern: Java has no `(?P<name>`".to_owned();
        findings.push(DocumentFinding::error(Origin::Service, "pattern", pattern.at, message));
    }
}

fn limits(parameter: &Parameter, findings: &mut Vec<DocumentFinding>) {
    let name = excerpt(&parameter.name.value);
    let is_text = matches!(parameter.kind, Some(ParameterType::String));
    let is_scalar = matches!(parameter.kind, Some(ParameterType::Integer | ParameterType::Boolean));
    let pairs = [
        ("minItems", &parameter.min_items, "maxItems", &parameter.max_items, is_text || is_scalar),
        ("minChars", &parameter.min_chars, "maxChars", &parameter.max_chars, is_scalar),
    ];
    for (least_name, least, most_name, most, is_ignored) in pairs {
        for (field, limit) in [(least_name, least), (most_name, most)] {
            let Some(limit) = limit else { continue };
            if count(limit).is_none() {
                let message =
                    format!("`{field}` of the parameter `{name}` must be a whole number from 0 to 2147483647");
                findings.push(DocumentFinding::error(Origin::Service, "limit", limit.at, message));
            } else if is_ignored {
                let kind = parameter.kind.as_ref().map_or("", ParameterType::name);
                let message = format!("`{field}` of the parameter `{name}` is ignored: its type is {kind}");
                findings.push(DocumentFinding::warning(Origin::Agent, "ignored-field", limit.at, message));
            }
        }
        if let (Some(low), Some(high)) = (least, most)
            && count(low).zip(count(high)).is_some_and(|(low, high)| low > high)
        {
            let message = format!("`{least_name}` of the parameter `{name}` is greater than `{most_name}`");
            findings.push(DocumentFinding::error(Origin::Service, "limit", low.at, message));
        }
    }
}

/// A limit that holds for the service and the agent alike.
pub(super) fn count(limit: &Text) -> Option<usize> {
    let count: u32 = limit.value.parse().ok().filter(|count| *count <= i32::MAX.unsigned_abs())?;
    usize::try_from(count).ok()
}

/// Fields with a few known values.
fn open_sets(parameter: &Parameter, findings: &mut Vec<DocumentFinding>) {
    let name = excerpt(&parameter.name.value);
    let mut unknown = |field: &str, text: &Text, known: &[&str]| {
        let message = format!("`{field}` of the parameter `{name}` has the unknown value `{}`", excerpt(&text.value));
        let hint = did_you_mean(&text.value, known.iter().copied())
            .or_else(|| Some(format!("Known values: `{}`.", known.join("`, `"))));
        findings.push(DocumentFinding {
            hint,
            ..DocumentFinding::warning(Origin::Advice, "unknown-value", text.at, message)
        });
    };
    if let Some(text) =
        parameter.display_type.as_ref().filter(|text| !["textfield", "textarea"].contains(&&*text.value))
    {
        unknown("displayType", text, &["textfield", "textarea"]);
    }
    if let Some(text) = &parameter.interpolation {
        if !parameter.is_environment_variable() {
            unknown("interpolationType", text, &["ENV_VAR"]);
        } else if let Some(kind) = parameter.kind.as_ref().filter(|kind| **kind != ParameterType::String) {
            let message = format!("`interpolationType` is for parameters of type String, not {}", kind.name());
            findings.push(DocumentFinding::warning(Origin::Advice, "interpolation", text.at, message));
        }
    }
    let mut seen = HashSet::new();
    for value in &parameter.allowed_values {
        if !seen.insert(&value.value) {
            let message = format!("the value `{}` is allowed twice", values::cut(&value.value));
            findings.push(DocumentFinding::warning(Origin::Advice, "duplicate-value", value.at, message));
        }
    }
}

fn default(parameter: &Parameter, findings: &mut Vec<DocumentFinding>) {
    let Some(node) = &parameter.default else { return };
    let name = excerpt(&parameter.name.value);
    if let Some(text) = node.text() {
        let is_name =
            |token: &Token<'_>| matches!(token.kind(), Kind::Parameter(_) | Kind::Foreign(_) | Kind::Output(_));
        if let Some(token) = tokens::tokens(text).iter().find(|token| is_name(token)) {
            let message = format!("`{}` stays as it is in the default of `{name}`", excerpt(token.text));
            let hint = "A default can refer to Parameter Store only: `{{ssm:NAME}}`.";
            findings.push(DocumentFinding::warning(Origin::Agent, "token-in-default", node.at, message).hint(hint));
        }
    }
    for violation in values::violations(parameter, &node.value(), values::Source::Default) {
        let message = format!("the default of the parameter `{name}` {}", violation.message);
        findings.push(DocumentFinding::error(Origin::Service, violation.code, node.at, message));
    }
}
