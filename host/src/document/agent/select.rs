//! Which steps run (`runpluginutil.getStepExecutionOperation`, `getShouldPluginSkipBasedOnControlFlow`). The texts
//! are the agent's.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use super::actions::{Platform, Standing};
use super::exit::{Modifiers, StepResult};
use super::precondition::{self, Precondition};
use super::status::Status;

/// What decides over a step.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// The name of its action, `aws:runShellScript`.
    pub action: &'a str,
    /// Its own name; in schema 1.x the name of its action. The agent takes names that are empty or used twice.
    pub id: &'a str,
    /// Whether anything performs the action here.
    pub standing: Standing,
    /// Whether the schema version knows preconditions: 2.2 does, nothing before.
    pub conditional: bool,
    /// All of the step's preconditions.
    pub preconditions: &'a [Precondition],
    /// From its inputs with the parameters put in.
    pub modifiers: Modifiers,
    /// Whether it is the last step of the document.
    pub last: bool,
}

/// What to do with a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Perform its action.
    Run,
    /// Leave it out; the text is its output.
    Skip(String),
    /// Refuse it; the text is its error.
    Fail(String),
}

impl Decision {
    /// The result of a step that does not run.
    #[must_use]
    pub fn result(&self) -> Option<StepResult> {
        match self {
            Self::Run => None,
            Self::Skip(why) => Some(StepResult::skipped(why)),
            Self::Fail(why) => Some(StepResult::refused(why)),
        }
    }
}

/// The steps that are done, in their order. Like the agent it finds results by the name of the step: the result of a
/// second step of one name takes the place of the first.
#[derive(Clone, Debug, Default)]
pub struct History {
    steps: Vec<(String, Modifiers)>,
    results: HashMap<String, (Status, i32)>,
}

impl History {
    /// A step is done.
    pub fn record(&mut self, id: &str, modifiers: Modifiers, result: &StepResult) {
        self.steps.push((id.to_owned(), modifiers));
        self.results.insert(id.to_owned(), (result.status, result.code));
    }

    /// Whether a step before the one of this name ended the document. An earlier step of the same name does not
    /// count: its result has just been replaced by that of the step which is about to begin.
    fn ended_before(&self, id: &str) -> bool {
        let others = self.steps.iter().filter(|(name, _)| name != id);
        others
            .filter_map(|(name, modifiers)| self.results.get(name).map(|result| (modifiers, *result)))
            .any(|(modifiers, (status, code))| modifiers.end_document(status, code))
    }

    /// Whether the loop over the steps is over for now, because the last step asked for a reboot.
    #[must_use]
    pub fn waits_for_reboot(&self) -> bool {
        let last = self.steps.last().and_then(|(id, _)| self.results.get(id));
        last.is_some_and(|(status, _)| *status == Status::SuccessAndReboot)
    }
}

/// Decide over a step.
#[must_use]
pub fn select(step: &Step<'_>, history: &History, platform: Platform) -> Decision {
    let Step { action, id, standing, preconditions, .. } = *step;
    let finally = step.modifiers.finally && step.last;
    if !finally && history.ended_before(id) {
        return Decision::Skip(format!(
            "Plugin with name {action} and id {id} skipped due to prior step with an exit condition"
        ));
    }
    let unknown = || {
        Decision::Fail(format!(
            "Plugin with name {action} is not supported by this version of ssm agent, please update to latest version. \
             Step name: {id}"
        ))
    };
    let unsupported =
        || Decision::Skip(format!("Step execution skipped due to unsupported plugin: {action}. Step name: {id}"));
    if !step.conditional {
        return if !standing.known {
            unknown()
        } else if !standing.supported {
            Decision::Fail(format!("Plugin with name {action} is not supported in current platform. Step name: {id}"))
        } else if !preconditions.is_empty() {
            Decision::Fail(format!(
                "Precondition is not supported for document schema version prior to 2.2. Step name: {id}"
            ))
        } else if !standing.handler {
            Decision::Fail(format!("Plugin with name {action} not found. Step name: {id}"))
        } else {
            Decision::Run
        };
    }
    // No preconditions are satisfied ones. Malformed ones, too, speak against nothing until the end.
    let evaluation = precondition::evaluate(preconditions, platform);
    let remarks = evaluation.remarks.join(", ");
    if !standing.known && evaluation.satisfied {
        unknown()
    } else if !standing.supported || !standing.handler {
        unsupported()
    } else if !evaluation.satisfied {
        Decision::Skip(format!("Step execution skipped due to unsatisfied preconditions: '{remarks}'. Step name: {id}"))
    } else if !remarks.is_empty() {
        Decision::Fail(format!(
            "Unrecognized precondition(s): '{remarks}', please update agent to latest version. Step name: {id}"
        ))
    } else {
        Decision::Run
    }
}
