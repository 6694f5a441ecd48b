//! The inputs of a step against what its action takes.

use super::Check;
use super::schema::{self, Dynamic, Problem, ProblemKind};
use super::tokens::{self, Kind};
use crate::document::model::{Content, DocumentFinding, Node, Origin, ParameterType};
use crate::document::parse::did_you_mean;
use crate::stack::template::place::excerpt;

/// What the agent takes for `timeoutSeconds`, in seconds; others are 3600 for it.
const TIMEOUT: std::ops::RangeInclusive<f64> = 5.0..=172_800.0;

/// Look at the inputs of an action. `also` are the names of inputs that every action has.
pub(super) fn check(check: &mut Check<'_>, action: &str, inputs: &Node, also: &[&str]) {
    timeout(check, action, inputs);
    let shown = excerpt(action);
    if !matches!(inputs.content, Content::Map(_)) {
        let whole = inputs.text().is_some_and(|text| tokens::tokens(text).iter().any(|token| token.whole));
        if !whole {
            let message = format!("the inputs of `{shown}` must be a map, not {}: the step fails", inputs.what());
            check.findings.push(DocumentFinding::error(Origin::AgentStep, "input-type", inputs.at, message));
        }
        return;
    }
    let actions = check.actions;
    let Some(schema) = actions.schema(action) else { return };
    let parameters = &check.parameters;
    let steps = &check.steps;
    let dynamic = |text: &str| {
        if !text.contains("{{") {
            return None;
        }
        let tokens = tokens::tokens(text);
        if let [token] = tokens.as_slice()
            && token.whole
        {
            return match token.kind() {
                Kind::Parameter(name) => {
                    Some(match parameters.get(name).and_then(|parameter| parameter.kind.as_ref()) {
                        Some(ParameterType::String) => Dynamic::Is(&["string"]),
                        Some(ParameterType::StringList | ParameterType::MapList) => Dynamic::Is(&["array"]),
                        Some(ParameterType::Integer) => Dynamic::Is(&["integer", "number", "string"]),
                        Some(ParameterType::Boolean) => Dynamic::Is(&["boolean", "string"]),
                        Some(ParameterType::StringMap) => Dynamic::Is(&["object", "string"]),
                        Some(ParameterType::Other(_)) | None => Dynamic::Anything,
                    })
                }
                Kind::Store | Kind::Output(_) => Some(Dynamic::Anything),
                Kind::SecureStore => Some(Dynamic::Is(&["string"])),
                // It stays as it is.
                _ => None,
            };
        }
        let is_replaced = tokens.iter().any(|token| match token.kind() {
            Kind::Parameter(name) | Kind::BadName(name) => parameters.contains_key(name),
            Kind::Store | Kind::SecureStore => true,
            Kind::Output(step) => steps.contains_key(step),
            _ => false,
        });
        is_replaced.then_some(Dynamic::Is(&["string"]))
    };
    for problem in schema::validate(schema, inputs, also, &dynamic) {
        let finding = worded(&problem, &shown);
        check.findings.push(finding);
    }
}

fn worded(problem: &Problem<'_>, action: &str) -> DocumentFinding {
    let Problem { path, at, kind } = problem;
    let path = excerpt(path);
    match kind {
        ProblemKind::Type { wanted, found, is_list_in_list } => {
            let message = format!("`{path}` of `{action}` must be {wanted}, not {found}: the step fails");
            let finding = DocumentFinding::error(Origin::AgentStep, "input-type", *at, message);
            let hint = match (wanted.as_str(), *found) {
                _ if *is_list_in_list => "Write the parameter without the list around it: it is a list itself.",
                ("a list", "a string") => "Write a list, with one element even if it is a single line.",
                ("a string", "a number" | "a boolean") => "Put quotes around it.",
                _ => return finding,
            };
            finding.hint(hint)
        }
        ProblemKind::Unknown { names } => {
            let name = path.rsplit('.').next().unwrap_or_default();
            let message = format!("`{action}` has no input `{path}`");
            let finding = DocumentFinding::error(Origin::Service, "unknown-input", *at, message);
            let hint = did_you_mean(name, names.iter().copied())
                .or_else(|| (!names.is_empty()).then(|| format!("It takes `{}`.", excerpt(&names.join("`, `")))));
            DocumentFinding { hint, ..finding }
        }
        ProblemKind::Missing => {
            let message = format!("`{action}` needs the input `{path}`");
            DocumentFinding::error(Origin::Service, "missing-input", *at, message)
        }
        ProblemKind::Value(what) => {
            let message = format!("`{path}` of `{action}` {what}");
            DocumentFinding::error(Origin::Service, "input-value", *at, message)
        }
    }
}

/// `timeoutSeconds` of scripts: the agent reads it as a number or a text, and takes an hour for what it does not like.
fn timeout(check: &mut Check<'_>, action: &str, inputs: &Node) {
    if !matches!(action, "aws:runShellScript" | "aws:runPowerShellScript" | "aws:psModule") {
        return;
    }
    let Some(node) = inputs.get("timeoutSeconds") else { return };
    let seconds = match &node.content {
        Content::Text(text) if text.contains("{{") => return,
        Content::Text(text) => text.trim().parse::<f64>().ok(),
        Content::Literal { value, .. } => value.as_f64(),
        _ => None,
    };
    if !seconds.is_some_and(|seconds| TIMEOUT.contains(&seconds)) {
        let message = "`timeoutSeconds` is not from 5 to 172800: the agent takes 3600".to_owned();
        check.findings.push(DocumentFinding::warning(Origin::Agent, "timeout", node.at, message));
    }
}
