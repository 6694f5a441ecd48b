//! How deployments ended, for people and for programs.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{FailedStack, Outcomes};
use crate::cli::context::Context;
use crate::cli::report::{Exit, Report};
use crate::cloud::stacks::Stack;
use crate::output::{Style, table};
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

    fn json(&self) -> Value {
        let stack = self.stack.as_ref();
        let outputs: Map<String, Value> = stack.map(outputs).unwrap_or_default();
        json!({
            "type": "outcome",
            "stack": stack.map_or(&self.key, |stack| &stack.stack_name),
            "stackId": stack.map(|stack| &stack.stack_id),
            "status": self.status,
            "changed": self.changed,
            "seconds": (self.time.as_secs_f64() * 10.0).round() / 10.0,
            "outputs": outputs,
            "causes": self.problems.iter().map(problem_json).collect::<Vec<_>>(),
        })
    }
}

fn outputs(stack: &Stack) -> Map<String, Value> {
    stack.outputs.iter().map(|output| (output.output_key.clone(), json!(output.output_value))).collect()
}

fn problem_json(problem: &StackProblem) -> Value {
    json!({
        "logicalId": problem.logical_id,
        "path": problem.path,
        "code": problem.failure.code,
        "message": problem.failure.message,
        "hint": problem.failure.hint,
    })
}

/// A table of outputs, for people.
pub(in crate::cli) fn outputs_text(stack: &Stack) -> String {
    let rows = stack.outputs.iter().map(|output| {
        vec![inert_line(&output.output_key), crate::plugin::inert(&output.output_value)]
    });
    if stack.outputs.is_empty() { String::new() } else { table(&["OUTPUT", "VALUE"], rows) }
}

/// Tell how all ended, and decide the exit code.
pub(super) fn finish(outcomes: Outcomes, context: &Context) -> Result<Exit, Report> {
    let printer = &context.printer;
    let many = outcomes.len() > 1;
    let mut documents = Vec::new();
    let mut failed = Vec::new();
    let mut texts = Vec::new();
    for (key, outcome) in outcomes {
        match outcome {
            Outcome::Done(result) => {
                documents.push(result.json());
                texts.push(done_text(&result, many, context));
            }
            Outcome::Failed(FailedStack { result, report }) => {
                let mut json = match &result {
                    Some(result) => result.json(),
                    None => json!({ "type": "outcome", "stack": key, "changed": false }),
                };
                if let (Value::Object(members), Value::Object(error)) = (&mut json, report.json()) {
                    members.extend(error);
                }
                documents.push(json);
                failed.push(report);
            }
            Outcome::Skipped { because } => {
                documents.push(json!({ "type": "outcome", "stack": key, "changed": false, "skipped": because }));
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
