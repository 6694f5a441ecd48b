//! How deployments ended, for people and for programs.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::{FailedStack, Outcomes};
use crate::cli::context::Context;
use crate::cli::outcome::{self, cause, outputs_text};
use crate::cli::report::{Exit, Report};
use crate::cloud::stacks::Stack;
use crate::output::Style;
use crate::plugin::{Applied, StackProblem, inert_line};
use crate::stack::change::Change;
use crate::stack::order::Outcome;

/// How a stack is after its deployment.
pub(crate) struct StackResult {
    key: String,
    pub(super) status: String,
    stack: Option<Stack>,
    changed: bool,
    time: Duration,
    problems: Vec<StackProblem>,
}

impl StackResult {
    /// There was nothing to do.
    pub(super) fn unchanged(key: &str, change: &Change) -> Self {
        let stack = change.planned.as_ref().and_then(|planned| planned.stack.clone());
        Self {
            key: key.to_owned(),
            status: stack.as_ref().map(|stack| stack.stack_status.clone()).unwrap_or_default(),
            stack,
            changed: false,
            time: Duration::ZERO,
            problems: Vec::new(),
        }
    }

    /// It was applied; `changed` is whether there was anything to do.
    pub(super) fn applied(key: &str, applied: &Applied, changed: bool, time: Duration) -> Self {
        Self {
            key: key.to_owned(),
            status: inert_line(&applied.stack.stack_status),
            stack: Some(applied.stack.clone()),
            changed,
            time,
            problems: applied.problems.clone(),
        }
    }

    fn json(&self, name: &str) -> Value {
        let causes = self
            .problems
            .iter()
            .map(|problem| cause(problem.logical_id.as_deref(), problem.path.as_deref(), &problem.failure));
        let (stack, causes) = (self.stack.as_ref(), causes.collect());
        outcome::Outcome { name, stack, changed: self.changed, time: self.time, causes }.json()
    }
}

/// Tell how all ended, and decide the exit code.
///
/// `names` are the names in CloudFormation by key.
pub(super) fn finish(outcomes: Outcomes, names: &BTreeMap<String, String>, context: &Context) -> Result<Exit, Report> {
    let printer = &context.printer;
    let many = outcomes.len() > 1;
    let mut documents = Vec::new();
    let mut failed = Vec::new();
    let mut texts = Vec::new();
    for (key, outcome) in outcomes {
        let name = names.get(&key).unwrap_or(&key);
        let nothing =
            || outcome::Outcome { name, stack: None, changed: false, time: Duration::ZERO, causes: Vec::new() };
        match outcome {
            Outcome::Done(result) => {
                documents.push(result.json(name));
                texts.push(done_text(&result, many, context));
            }
            Outcome::Failed(FailedStack { result, report }) => {
                let mut json = match &result {
                    Some(result) => result.json(name),
                    None => nothing().json(),
                };
                if let (Value::Object(members), Value::Object(error)) = (&mut json, report.json()) {
                    members.extend(error);
                }
                documents.push(json);
                failed.push(report);
            }
            Outcome::Skipped { because } => {
                let mut json = nothing().json();
                if let Value::Object(members) = &mut json {
                    members.insert("skipped".into(), json!(because));
                }
                documents.push(json);
                failed.push(Report::failed(format!("`{key}` was skipped, because `{because}` failed")));
            }
        }
    }
    if printer.is_stream() {
        for document in documents {
            printer.data(|| document, String::new)?;
        }
    } else if many {
        printer.data(|| json!({ "stacks": documents }), || texts.join(""))?;
    } else {
        printer.data(|| documents.pop().unwrap_or_default(), || texts.join(""))?;
    }
    let exit = match failed.as_slice() {
        [] => return Ok(Exit::Done),
        [only] => only.exit(),
        _ if failed.iter().any(|report| report.exit() == Exit::Interrupted) => Exit::Interrupted,
        _ => Exit::Failed,
    };
    if !printer.is_json() {
        for report in &failed {
            printer.complain(&report.text(printer));
        }
    }
    Ok(exit)
}

fn done_text(result: &StackResult, many: bool, context: &Context) -> String {
    let printer = &context.printer;
    let name = printer.paint(Style::Strong, &result.key);
    printer.note(&match result.changed {
        true => format!("{name}: {} in {:.0} s", result.status, result.time.as_secs_f64()),
        false => format!("{name}: nothing to do"),
    });
    let text = result.stack.as_ref().map(outputs_text).unwrap_or_default();
    match (many, text.is_empty()) {
        (_, true) => String::new(),
        (true, _) => format!("{}\n{text}\n\n", result.key),
        (false, _) => format!("{text}\n"),
    }
}
