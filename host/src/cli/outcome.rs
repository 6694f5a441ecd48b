//! How an operation of a stack ended, for programs: one form, whichever command tells it.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::cloud::Failure;
use crate::cloud::stacks::Stack;
use crate::output::table;
use crate::plugin::{inert, inert_line};

/// What ended.
pub(super) struct Outcome<'a> {
    /// The stack's name in CloudFormation.
    pub(super) name: &'a str,
    /// The stack then; none where it cannot be told.
    pub(super) stack: Option<&'a Stack>,
    /// Whether anything was done.
    pub(super) changed: bool,
    /// How long it took.
    pub(super) time: Duration,
    /// Why it failed; see [`cause`].
    pub(super) causes: Vec<Value>,
}

impl Outcome<'_> {
    pub(super) fn json(self) -> Value {
        json!({
            "type": "outcome",
            "stack": self.name,
            "stackId": self.stack.map(|stack| &stack.stack_id),
            "status": self.stack.map(|stack| &stack.stack_status),
            "changed": self.changed,
            "seconds": (self.time.as_secs_f64() * 10.0).round() / 10.0,
            "outputs": self.stack.map(outputs).unwrap_or_default(),
            "causes": self.causes,
        })
    }
}

/// Why something failed, and where.
pub(super) fn cause(logical_id: Option<&str>, path: Option<&str>, failure: &Failure) -> Value {
    json!({
        "logicalId": logical_id,
        "path": path,
        "code": failure.code,
        "message": failure.message,
        "hint": failure.hint,
    })
}

fn outputs(stack: &Stack) -> Map<String, Value> {
    stack.outputs.iter().map(|output| (output.output_key.clone(), json!(output.output_value))).collect()
}

/// A table of outputs, for people.
pub(super) fn outputs_text(stack: &Stack) -> String {
    let rows = stack.outputs.iter().map(|output| vec![inert_line(&output.output_key), inert(&output.output_value)]);
    if stack.outputs.is_empty() { String::new() } else { table(&["OUTPUT", "VALUE"], rows) }
}
