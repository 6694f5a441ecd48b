//! Steps, and the plugins of schema 1.x.

use super::references::Scope;
use super::{Check, Known, inputs, precondition, shell, tokens};
use crate::document::model::{Content, DocumentFinding, Member, Node, Origin, PluginConfig, Step, Text};
use crate::document::parse::did_you_mean;
use crate::stack::template::place::excerpt;

/// What steers a document from within the inputs of a step, whatever its action is.
pub(super) const FLOW: [&str; 3] = ["onFailure", "onSuccess", "finallyStep"];

/// Fields of Automation steps that a Command document has no use for.
const AUTOMATION: [&str; 7] = ["maxAttempts", "isEnd", "isCritical", "nextStep", "onCancel", "outputs", "description"];

pub(super) fn check(check: &mut Check<'_>) {
    let document = check.document;
    let last = document.steps().len().saturating_sub(1);
    for (number, step) in document.steps().iter().enumerate() {
        name(check, step, number);
        action(check, step);
        for member in &step.extra {
            extra(check, step, member);
        }
        precondition::check(check, step, number);
        let scope = Scope { action: step.action(), step: Some(number) };
        if let Some(settings) = &step.settings {
            check.references(settings, scope);
        }
        let Some(inputs) = &step.inputs else {
            let message = format!("the step `{}` has no `inputs`", excerpt(step.name()));
            check.findings.push(DocumentFinding::error(Origin::Service, "missing-field", step.at, message));
            continue;
        };
        check.references(inputs, scope);
        flow(check, inputs, number == last);
        inputs::check(check, step.action(), inputs, &FLOW);
        shell::check(check, step.action(), inputs);
    }
    for plugin in document.plugins() {
        self::plugin(check, plugin);
    }
}

fn plugin(check: &mut Check<'_>, plugin: &PluginConfig) {
    let name = plugin.name.value.as_str();
    known(check, &plugin.name, false);
    if name == "aws:downloadContent" {
        let message = "`aws:downloadContent` is not supported in documents of schema version 1.x".to_owned();
        let finding = DocumentFinding::error(Origin::AgentStep, "unsupported-action", plugin.name.at, message);
        check.findings.push(finding.hint("Write a document of schema version 2.2."));
    }
    let scope = Scope { action: name, step: None };
    if let Some(settings) = &plugin.settings {
        check.references(settings, scope);
    }
    for properties in plugin.instances() {
        check.references(properties, scope);
        inputs::check(check, name, properties, &["id", "onFailure", "onSuccess", "finallyStep"]);
        shell::check(check, name, properties);
    }
}

/// Names of steps: the agent takes any, also none and the same twice, and then has one result for both.
fn name(check: &mut Check<'_>, step: &Step, number: usize) {
    let error = |at, message| DocumentFinding::error(Origin::Service, "step-name", at, message);
    let Some(Text { value: name, at }) = &step.name else {
        let finding = error(step.at, "a step has no `name`".to_owned());
        check.findings.push(finding.hint("Give each step a name of 3 to 128 letters, digits, `_` and `-`."));
        return;
    };
    let shown = excerpt(name);
    check.not_replaced(name, *at, "the name of a step");
    let first = check.steps.get(name.as_str()).copied().filter(|first| *first < number);
    if let Some(first) = first.and_then(|first| check.document.steps().get(first)) {
        let line = first.name.as_ref().map_or(first.at.line, |name| name.at.line);
        let message = format!("the step name `{shown}` is given twice, first in line {line}");
        check.findings.push(
            DocumentFinding::error(Origin::Service, "duplicate-step", *at, message)
                .hint("Each step needs a name of its own: the results are kept by name."),
        );
    }
    let length = name.chars().count();
    if !tokens::is_step_name(name) && !name.is_empty() {
        let message = format!("the step name `{shown}` has characters other than letters, digits, `_` and `-`");
        check.findings.push(error(*at, message));
    } else if !(3..=128).contains(&length) {
        let message = format!("the step name `{shown}` has {length} characters, it must have 3 to 128");
        check.findings.push(error(*at, message));
    }
}

fn action(check: &mut Check<'_>, step: &Step) {
    let Some(action) = &step.action else {
        let message = format!("the step `{}` has no `action`", excerpt(step.name()));
        check.findings.push(DocumentFinding::error(Origin::AgentStep, "missing-field", step.at, message));
        return;
    };
    check.not_replaced(&action.value, action.at, "the name of an action");
    let skips = check.document.schema_version.has_preconditions();
    known(check, action, skips && step.precondition.is_some());
}

/// Whether there is an action. One for other platforms behind a precondition is what preconditions are for.
fn known(check: &mut Check<'_>, action: &Text, has_precondition: bool) {
    let shown = excerpt(&action.value);
    match check.actions.known(&action.value) {
        Known::Here => {}
        Known::Elsewhere(platforms) => {
            if !has_precondition {
                let ending = match check.document.schema_version.has_preconditions() {
                    true => "is skipped on others",
                    false => "fails on others",
                };
                let message = format!("the action `{shown}` runs on {} and {ending}", list(&platforms));
                let finding = DocumentFinding::warning(Origin::AgentStep, "other-platform", action.at, message);
                check.findings.push(finding.hint("A step with a precondition tells where it is meant to run."));
            }
        }
        Known::Unknown => {
            if check.findings.skips(Origin::AgentStep) {
                return;
            }
            let names = check.actions.names();
            let hint = did_you_mean(&action.value, names.iter().map(String::as_str));
            let hint = hint.or_else(|| Some("`formwork action list` tells which there are.".to_owned()));
            let message = format!("there is no action `{shown}`");
            let finding = DocumentFinding::error(Origin::AgentStep, "unknown-action", action.at, message);
            check.findings.push(DocumentFinding { hint, ..finding });
        }
    }
}

fn list(platforms: &[String]) -> String {
    match platforms {
        [] => "other platforms".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A field of a step that the agent ignores.
fn extra(check: &mut Check<'_>, step: &Step, member: &Member) {
    if check.findings.skips(Origin::Advice) {
        return;
    }
    let key = member.key.as_str();
    let name = excerpt(key);
    let warning = |code, message| DocumentFinding::warning(Origin::Advice, code, member.key_at, message);
    let is_input = |name: &str| {
        let properties = check.actions.schema(step.action()).and_then(|schema| schema.get("properties"));
        properties.is_some_and(|properties| properties.get(name).is_some())
    };
    let finding = if FLOW.contains(&key) || key == "timeoutSeconds" || is_input(key) {
        warning("misplaced-field", format!("`{name}` is ignored here")).hint(format!("Write `{name}` in `inputs`."))
    } else if key == "interpolationType" {
        warning("misplaced-field", "`interpolationType` is ignored here".to_owned())
            .hint("Write `interpolationType: ENV_VAR` in the definition of the parameter.")
    } else if AUTOMATION.contains(&key) {
        warning("ignored-field", format!("`{name}` is ignored in the steps of a Command document"))
    } else {
        let known = ["action", "name", "inputs", "settings", "precondition"];
        let hint = did_you_mean(key, known);
        let finding = warning("unknown-field", format!("a step has no field `{name}`: it is ignored"));
        DocumentFinding { hint, ..finding }
    };
    check.findings.push(finding);
}

/// `onFailure`, `onSuccess` and `finallyStep` in the inputs (amazon-ssm-agent, `runpluginutil`).
fn flow(check: &mut Check<'_>, inputs: &Node, is_last: bool) {
    for (field, known) in [("onFailure", &["exit", "successAndExit"][..]), ("onSuccess", &["exit"])] {
        let Some(member) = inputs.member(field) else { continue };
        let value = member.value.text();
        if value.is_some_and(|value| known.contains(&value) || value.contains("{{")) {
            continue;
        }
        let shown = value.map_or_else(|| member.value.what().to_owned(), |value| format!("`{}`", excerpt(value)));
        let message = format!("`{field}` is {shown}, which is as if it were not there");
        let hint = match value {
            Some("Abort" | "Continue") => {
                Some("`Abort` and `Continue` are of Automation; write `exit` to stop here.".to_owned())
            }
            value => value
                .and_then(|value| did_you_mean(value, known.iter().copied()))
                .or_else(|| Some(format!("Known values: `{}`.", known.join("`, `")))),
        };
        let finding = DocumentFinding::warning(Origin::Agent, "unknown-value", member.value.at, message);
        check.findings.push(DocumentFinding { hint, ..finding });
    }
    let Some(member) = inputs.member("finallyStep") else { return };
    let written = match &member.value.content {
        Content::Text(text) => text.as_str(),
        Content::Literal { value: serde_json::Value::Bool(true), .. } => "true",
        Content::Literal { value: serde_json::Value::Bool(false), .. } => "false",
        _ => "",
    };
    let message = match written {
        "true" if is_last => return,
        "false" => return,
        text if text.contains("{{") => return,
        "true" => "`finallyStep` is ignored: the step is not the last one".to_owned(),
        _ => "`finallyStep` is neither true nor false, which is as if it were not there".to_owned(),
    };
    check.findings.push(DocumentFinding::warning(Origin::Agent, "finally-step", member.key_at, message));
}
