//! Preconditions, by the rules of the agent (amazon-ssm-agent, `runpluginutil`).

use super::Check;
use super::references::Scope;
use super::tokens::{self, Kind};
use crate::document::model::{Condition, DocumentFinding, Origin, Step, Text};
use crate::document::parse::did_you_mean;
use crate::stack::template::place::excerpt;

/// What stands for the platform.
const PLATFORM: &str = "platformType";

/// The platforms, as they are written; the agent compares them without regard to case.
const PLATFORMS: [&str; 3] = ["Linux", "Windows", "MacOS"];

pub(super) fn check(check: &mut Check<'_>, step: &Step, number: usize) {
    let Some(precondition) = &step.precondition else { return };
    if precondition.conditions.is_empty() {
        return;
    }
    if !check.document.schema_version.has_preconditions() {
        let version = check.document.schema_version.name();
        let message = format!("schema version {version} has no preconditions: the step fails");
        check.findings.push(
            DocumentFinding::error(Origin::AgentStep, "precondition", precondition.at, message)
                .hint("Write `schemaVersion: \"2.2\"`.")
                .agent("Precondition is not supported for document schema version prior to 2.2"),
        );
        return;
    }
    for condition in &precondition.conditions {
        for argument in &condition.arguments {
            check.references_in(&argument.value, argument.at, Scope { action: step.action(), step: Some(number) });
        }
        if let Some((at, message, hint)) = malformed(check, condition) {
            let finding = DocumentFinding::error(Origin::AgentStep, "precondition", at, message);
            check.findings.push(DocumentFinding { hint, ..finding });
        } else if let Some(finding) = never(condition) {
            check.findings.push(finding);
        }
    }
}

type Malformed = (crate::document::model::Place, String, Option<String>);

/// What makes the agent fail the step with "Unrecognized precondition(s)".
fn malformed(check: &Check<'_>, condition: &Condition) -> Option<Malformed> {
    let operator = &condition.operator;
    if operator.value != "StringEquals" {
        let message = format!("the precondition `{}` is unknown: the step fails", excerpt(&operator.value));
        return Some((operator.at, message, Some("`StringEquals` is the only one.".to_owned())));
    }
    let [left, right] = condition.arguments.as_slice() else {
        let message = format!("`StringEquals` compares two strings, not {}: the step fails", condition.arguments.len());
        return Some((operator.at, message, None));
    };
    if left.value == right.value {
        return Some((operator.at, "`StringEquals` compares a string with itself: the step fails".to_owned(), None));
    }
    let has_store = |text: &&Text| tokens::tokens(&text.value).iter().any(|token| token.inner.starts_with("ssm:"));
    if let Some(text) = [left, right].into_iter().find(has_store) {
        let message = "a precondition cannot refer to Parameter Store: the step fails".to_owned();
        return Some((text.at, message, Some("Make it the default of a parameter.".to_owned())));
    }
    let has_parameter = |text: &Text| {
        let is_declared = |name: &str| check.parameters.contains_key(name);
        let tokens = tokens::tokens(&text.value);
        tokens.iter().any(|token| match token.kind() {
            Kind::Parameter(name) | Kind::BadName(name) => is_declared(name),
            // What earlier steps gave is put in as parameters are.
            Kind::Output(step) => check.steps.contains_key(step),
            _ => false,
        })
    };
    match platform(left, right) {
        Some(other) if has_parameter(other) => {
            let message = "the platform cannot be compared with a parameter: the step fails".to_owned();
            Some((other.at, message, None))
        }
        Some(_) => None,
        None if has_parameter(left) || has_parameter(right) => None,
        None => {
            let message = "a precondition must compare `platformType` or a parameter: the step fails".to_owned();
            let hint = did_you_mean(&left.value, [PLATFORM]).or_else(|| did_you_mean(&right.value, [PLATFORM]));
            Some((operator.at, message, hint))
        }
    }
}

/// What the platform is compared with.
fn platform<'c>(left: &'c Text, right: &'c Text) -> Option<&'c Text> {
    match (left.value.as_str(), right.value.as_str()) {
        (PLATFORM, _) => Some(right),
        (_, PLATFORM) => Some(left),
        _ => None,
    }
}

/// A platform that there is not.
fn never(condition: &Condition) -> Option<DocumentFinding> {
    let [left, right] = condition.arguments.as_slice() else { return None };
    let other = platform(left, right)?;
    if PLATFORMS.iter().any(|platform| platform.eq_ignore_ascii_case(&other.value)) {
        return None;
    }
    let message = format!("there is no platform `{}`: the step is always skipped", excerpt(&other.value));
    let hint = did_you_mean(&other.value, PLATFORMS)
        .or_else(|| Some(format!("The platforms are `{}`.", PLATFORMS.join("`, `"))));
    Some(DocumentFinding { hint, ..DocumentFinding::warning(Origin::Agent, "platform", other.at, message) })
}
