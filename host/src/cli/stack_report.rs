//! How the commands about stacks end badly.

use super::report::{Exit, Problem, Report, exit_of};
use crate::plugin::Finding;
use crate::stack::error::StackError;
use crate::stack::inputs::InputError;
use crate::stack::saved::SavedError;

impl From<StackError> for Report {
    fn from(error: StackError) -> Self {
        match error {
            StackError::Render { source, file, template } => Self::of_rendering(*source, &file, &template, "planned"),
            StackError::Findings { stack, verb, findings, template } => of_findings(&stack, verb, findings, template),
            StackError::Denied(denials) => {
                let problems = denials.iter().map(Problem::of_denial).collect();
                Self::of_problems(Exit::Refused, "the deployer was refused what it asked for", problems)
            }
            StackError::Stale { .. } => Self::new(Exit::Refused, error.to_string())
                .with_hint("Plan it again with `formwork plan --out FILE`, and look at what has changed."),
            StackError::Incomplete { .. } => Self::new(Exit::Refused, error.to_string())
                .with_hint("Deploy that stack first, with a plan of its own; then plan this one again."),
            StackError::Plugin(error) => error.into(),
            StackError::Lock(error) => error.into(),
            StackError::Cloud(failure) => failure.into(),
        }
    }
}

impl From<SavedError> for Report {
    fn from(error: SavedError) -> Self {
        crate::cloud::Failure::from(error).into()
    }
}

fn of_findings(stack: &str, verb: &str, findings: Vec<Finding>, template: Option<(String, String)>) -> Report {
    let exit = exit_of(findings.iter().map(|finding| finding.failure.kind));
    let (file, text) = template.unwrap_or_default();
    let problems = Problem::of_findings(findings, &file, &text);
    Report::of_problems(exit, format!("the stack `{stack}` was not {verb}"), problems)
}

impl From<InputError> for Report {
    fn from(error: InputError) -> Self {
        Self::new(Exit::Usage, error.to_string()).with_hint_of(error.hint)
    }
}
