//! Everything that the service or the agent would refuse in a document, and what hardly is what was meant: all of it at
//! once, before anything runs.
//!
//! What the service asks for is in the User Guide, "Data elements and parameters" and "Command document plugin
//! reference"; what the agent makes of it is known from amazon-ssm-agent itself.

mod definitions;
mod inputs;
mod precondition;
mod references;
mod schema;
mod shell;
mod spots;
mod steps;
#[cfg(test)]
mod tests;
mod tokens;
mod values;

use std::collections::HashMap;

use serde_json::Value;

pub use self::values::check_values;
use crate::document::model::{Document, DocumentFinding, Findings, Parameter, Step};
use crate::document::parse::nearest;

/// The actions that there are.
pub trait Actions {
    /// The JSON Schema of an action's inputs (the parts of it that the module `schema` knows); none of an action that
    /// is not here, or that takes anything.
    fn schema(&self, name: &str) -> Option<&Value>;

    /// Whether there is an action with this name.
    fn known(&self, name: &str) -> Known;

    /// The names of all actions, for suggestions.
    fn names(&self) -> Vec<String>;
}

/// Whether there is an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// It can run here.
    Here,
    /// The agent knows it, on these platforms: `Windows`, `Linux`, `macOS`.
    Elsewhere(Vec<String>),
    /// There is none.
    Unknown,
}

/// All that there is to tell about a document, in the order of the text.
///
/// A document without any error of an origin that [`DocumentFinding::stops_agent`] is one that the agent runs; one
/// without errors is one that the service takes as well, as far as is known.
pub fn check(document: &Document, actions: &dyn Actions) -> Vec<DocumentFinding> {
    let mut check = Check::new(document, actions);
    check.findings.extend(document.problems().iter().cloned());
    definitions::check(&mut check);
    steps::check(&mut check);
    check.findings.finish()
}

/// A document that is being checked.
struct Check<'d> {
    document: &'d Document,
    actions: &'d dyn Actions,
    /// By name.
    parameters: HashMap<&'d str, &'d Parameter>,
    /// The number of the first step with a name.
    steps: HashMap<&'d str, usize>,
    findings: Findings,
    /// How many more names are compared with all names of the document, which can be thousands.
    suggestions: usize,
}

impl<'d> Check<'d> {
    fn new(document: &'d Document, actions: &'d dyn Actions) -> Self {
        let mut steps = HashMap::new();
        for (number, step) in document.steps().iter().enumerate() {
            steps.entry(step.name()).or_insert(number);
        }
        let parameters = document.parameters.iter().map(|parameter| (parameter.name.value.as_str(), parameter));
        let findings = Findings::default();
        Self { document, actions, parameters: parameters.collect(), steps, findings, suggestions: 100 }
    }

    /// The parameter that was meant.
    fn nearest_parameter(&mut self, name: &str) -> Option<&'d str> {
        self.suggestions = self.suggestions.checked_sub(1)?;
        nearest(name, self.document.parameters.iter().map(|parameter| parameter.name.value.as_str()))
    }

    /// The step that was meant.
    fn nearest_step(&mut self, name: &str) -> Option<&'d str> {
        self.suggestions = self.suggestions.checked_sub(1)?;
        nearest(name, self.document.steps().iter().map(Step::name))
    }
}
