//! The calls that a deployer answers.

use serde::de::DeserializeOwned;

use super::bindings::deployer::exports::formwork::plugin::deployer as wit;
use super::calls::from_failure;
use super::error::CallError;
use super::grants::Need;
use super::inert::inert_line;
use super::inspect::Kind;
use super::runtime::Plugin;
use super::state::Services;
use crate::cloud::Failure;
use crate::cloud::stacks::{ChangeSet, Stack, TemplateSource, Texts};

/// What to deploy. It holds values of `NoEcho` parameters, so there is no `Debug`.
#[derive(Clone)]
pub struct Deployment {
    /// The stack's name.
    pub stack: String,
    /// The rendered template.
    pub template: TemplateSource,
    /// Values by parameter; the rest keep theirs.
    pub parameters: Texts,
    /// The parameters that the template declares.
    pub declared: Vec<String>,
    /// What else the user asked for, as `wit/deployer.wit` lists it.
    pub settings: serde_json::Value,
}

/// A change that can be applied exactly as it was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedChange {
    /// The change set's ARN; none when there is nothing to do.
    pub id: Option<String>,
    /// `CREATE`, `UPDATE`, `IMPORT`.
    pub change_set_type: String,
    /// The stack before; none when there is none yet.
    pub stack: Option<Stack>,
    /// What will happen; none when there is nothing to do.
    pub changes: Option<ChangeSet>,
    /// Whether the stack is there for this change set only.
    pub made_stack: bool,
}

/// Why something could not be done, and where in the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackProblem {
    /// Why.
    pub failure: Failure,
    /// The resource's name in the template, `Nested.Resource` inside a nested stack.
    pub logical_id: Option<String>,
    /// A JSON pointer into the template or into the resource.
    pub path: Option<String>,
}

/// How a deployment ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The stack then.
    pub stack: Stack,
    /// Why it failed, the root cause first; empty when it succeeded.
    pub problems: Vec<StackProblem>,
}

impl Plugin {
    /// Find out what a deployment would change.
    ///
    /// # Errors
    /// How the call ended badly. Why there is no change set is the inner error.
    pub async fn plan(
        &self,
        services: &Services,
        deployment: &Deployment,
    ) -> Result<Result<PlannedChange, Vec<StackProblem>>, CallError> {
        let pre = self.deployer().map_err(|error| CallError::Contract(error.to_string()))?;
        let given = to_wit(deployment)?;
        let answer = self
            .call(Kind::Deployer, services, |store| {
                Box::pin(async move {
                    let plugin = pre.instantiate_async(&mut *store).await?;
                    plugin.formwork_plugin_deployer().call_plan(store, &given).await
                })
            })
            .await?;
        match answer {
            Ok(change_set) => {
                let planned = PlannedChange {
                    id: change_set.id,
                    change_set_type: inert_line(&change_set.change_set_type),
                    stack: change_set.stack.as_deref().map(read_stack).transpose()?,
                    changes: change_set.changes.as_deref().map(read_changes).transpose()?,
                    made_stack: change_set.made_stack,
                };
                self.check_planned(services, &deployment.stack, &planned).await?;
                Ok(Ok(planned))
            }
            Err(problems) => Ok(Err(explained(problems)?)),
        }
    }

    /// The host deletes a planned change set that nobody agrees to, and the stack that it was to make. No plugin gets
    /// that done to what it may not touch itself: the stack must be granted to it, and the change set be that stack's.
    async fn check_planned(&self, services: &Services, stack: &str, planned: &PlannedChange) -> Result<(), CallError> {
        let (id, changes) = match (&planned.id, &planned.changes) {
            (Some(id), Some(changes)) => (id, changes),
            (None, None) => return Ok(()),
            _ => {
                return Err(CallError::Contract("it gave a change set without changes, or changes without one".into()));
            }
        };
        if id.chars().any(char::is_control) {
            return Err(CallError::Contract("it gave a change set whose id has control characters".into()));
        }
        if self.grants().check(self.name(), Need::AllStacks).is_ok() {
            return Ok(());
        }
        if let Err(denial) = self.grants().check(self.name(), Need::Stack(stack)) {
            let need = denial.need.clone();
            self.deny(denial);
            return Err(CallError::Contract(format!("it planned a change, and may not {need}")));
        }
        let theirs = |why: String| CallError::Contract(format!("it gave a change set that is not of `{stack}`{why}"));
        let found = async { services.cloud.open().await?.stacks()?.change_set(id).await };
        let found = found.await.map_err(|failure| theirs(format!(": {}", inert_line(&failure.to_string()))))?;
        if found.stack_name != stack && found.stack_id != stack {
            return Err(theirs(format!(", but of `{}`", inert_line(&found.stack_name))));
        }
        let told = [Some(&changes.stack_id), planned.stack.as_ref().map(|stack| &stack.stack_id)];
        match told.into_iter().flatten().find(|told| !told.is_empty() && **told != found.stack_id) {
            Some(other) => Err(CallError::Contract(format!("it gave `{}` as the stack `{stack}`", inert_line(other)))),
            None => Ok(()),
        }
    }

    /// Do exactly what was planned, and wait for the end.
    ///
    /// # Errors
    /// How the call ended badly. Why it was not started is the inner error.
    pub async fn apply(
        &self,
        services: &Services,
        deployment: &Deployment,
        planned: &PlannedChange,
    ) -> Result<Result<Applied, Vec<StackProblem>>, CallError> {
        let pre = self.deployer().map_err(|error| CallError::Contract(error.to_string()))?;
        let given = to_wit(deployment)?;
        let change_set = wit::ChangeSet {
            id: planned.id.clone(),
            change_set_type: planned.change_set_type.clone(),
            stack: planned.stack.as_ref().map(write).transpose()?,
            changes: planned.changes.as_ref().map(write).transpose()?,
            made_stack: planned.made_stack,
        };
        let answer = self
            .call(Kind::Deployer, services, |store| {
                Box::pin(async move {
                    let plugin = pre.instantiate_async(&mut *store).await?;
                    plugin.formwork_plugin_deployer().call_apply(store, &given, &change_set).await
                })
            })
            .await?;
        match answer {
            Ok(outcome) => Ok(Ok(Applied {
                stack: read_stack(&outcome.stack)?,
                problems: outcome.problems.into_iter().map(from_problem).collect(),
            })),
            Err(problems) => Ok(Err(explained(problems)?)),
        }
    }
}

fn to_wit(deployment: &Deployment) -> Result<wit::Deployment, CallError> {
    Ok(wit::Deployment {
        stack: deployment.stack.clone(),
        template: match &deployment.template {
            TemplateSource::Body(text) => wit::TemplateSource::Body(text.clone()),
            TemplateSource::Url(url) => wit::TemplateSource::Url(url.clone()),
            TemplateSource::Previous(_) => wit::TemplateSource::Previous,
        },
        parameters: write(&deployment.parameters)?,
        declared: deployment.declared.clone(),
        settings: write(&deployment.settings)?,
    })
}

fn write(value: &impl serde::Serialize) -> Result<String, CallError> {
    serde_json::to_string(value).map_err(|error| CallError::Contract(format!("it cannot be given its input: {error}")))
}

fn read<T: DeserializeOwned>(what: &str, text: &str) -> Result<T, CallError> {
    let wrong = |place: String| CallError::Contract(format!("it answered with what is not {what}{place}"));
    // Read by position, a list of texts would be a Stack.
    if !text.trim_start().starts_with('{') {
        return Err(wrong(": it is no map".into()));
    }
    serde_json::from_str(&harmless(text))
        .map_err(|error| wrong(format!(": line {}, column {}", error.line(), error.column())))
}

/// JSON text without the control characters that JSON does not escape (U+007F to U+009F): a terminal that is shown the
/// plan as JSON would obey them.
fn harmless(text: &str) -> String {
    let is_harmful = |code: u32| (0x7f..=0x9f).contains(&code);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(if is_harmful(c.into()) { char::REPLACEMENT_CHARACTER } else { c });
            continue;
        }
        let digits = rest.as_str().strip_prefix('u').and_then(|rest| rest.get(..4));
        match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
            Some(code) if is_harmful(code) => {
                out.push(char::REPLACEMENT_CHARACTER);
                rest.nth(4);
            }
            _ => {
                out.push(c);
                out.extend(rest.next());
            }
        }
    }
    out
}

fn read_stack(text: &str) -> Result<Stack, CallError> {
    let stack: Stack = read("a Stack", text)?;
    match stack.stack_status.as_str() {
        "" => Err(CallError::Contract("it answered with a Stack without a StackStatus".into())),
        _ => Ok(stack),
    }
}

fn read_changes(text: &str) -> Result<ChangeSet, CallError> {
    let changes: ChangeSet = read("a ChangeSet", text)?;
    match changes.status.as_str() {
        "" => Err(CallError::Contract("it answered with a ChangeSet without a Status".into())),
        _ => Ok(changes),
    }
}

/// A refusal without a reason helps nobody.
fn explained(problems: Vec<wit::Problem>) -> Result<Vec<StackProblem>, CallError> {
    if problems.is_empty() {
        return Err(CallError::Contract("it failed without saying why".into()));
    }
    Ok(problems.into_iter().map(from_problem).collect())
}

fn from_problem(problem: wit::Problem) -> StackProblem {
    StackProblem {
        failure: from_failure(problem.failure),
        logical_id: problem.logical_id.as_deref().map(inert_line),
        path: problem.path.as_deref().map(inert_line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_loses_the_control_characters_that_it_does_not_escape() {
        let text = "{\"a\": \"\u{9b}2J\u{7f}\\u009B\\u001b\\\\u009b\\\"\\u00e4\u{e4}\"}";
        let json: serde_json::Value = serde_json::from_str(&harmless(text)).unwrap();
        assert_eq!(json["a"], "\u{fffd}2J\u{fffd}\u{fffd}\u{1b}\\u009b\"\u{e4}\u{e4}");
        for same in ["", "\\", "\\u", "\\u00", "\\u00\u{e4}9b", "{\"a\": \"\u{2603}\\n\"}"] {
            assert_eq!(harmless(same), same);
        }
    }

    #[test]
    fn only_maps_with_a_status_are_stacks() {
        for (text, told) in [
            ("[\"id\", \"name\"]", "it is no map"),
            ("\"x\"", "it is no map"),
            ("", "it is no map"),
            ("{}", "without a StackStatus"),
            ("{\"StackStatus\": 1}", "line 1, column 17"),
            ("{\"StackStatus\": \"x\"} {}", "line 1, column 22"),
        ] {
            let error = read_stack(text).unwrap_err().to_string();
            assert!(error.contains(told), "{text}: {error}");
        }
        assert_eq!(read_stack(" {\"StackStatus\": \"NEW_ONE\"}").unwrap().stack_status, "NEW_ONE");
        assert!(read_changes("{\"Changes\": []}").unwrap_err().to_string().contains("without a Status"));
    }
}
