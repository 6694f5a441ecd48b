//! The calls that an action answers.

use serde_json::Value;

use super::bindings::action::exports::formwork::plugin::action as wit;
use super::calls::from_failure;
use super::error::CallError;
use super::inert::{inert, inert_line};
use super::inspect::Kind;
use super::runtime::Plugin;
use super::state::Services;
use crate::cloud::Failure;

/// What an action says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionDescriptor {
    /// `aws:runShellScript`, `acme:rotateCert`.
    pub name: String,
    /// One sentence.
    pub summary: String,
    /// JSON Schema (2020-12) of the inputs.
    pub inputs: Value,
}

/// How a step ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Performed {
    /// 0 success, 168 success and stop, 169 failure and stop, 194 reboot, 137 timed out.
    pub exit_code: i32,
    /// What later steps may use.
    pub outputs: serde_json::Map<String, Value>,
}

impl Plugin {
    /// Name, summary and inputs.
    ///
    /// # Errors
    /// How the call ended badly, or that the answer breaks the contract.
    pub async fn describe(&self, services: &Services) -> Result<ActionDescriptor, CallError> {
        let pre = self.action().map_err(|error| CallError::Contract(error.to_string()))?;
        let descriptor = self
            .call(Kind::Action, services, |store| {
                Box::pin(async move {
                    let plugin = pre.instantiate_async(&mut *store).await?;
                    plugin.formwork_plugin_action().call_describe(store).await
                })
            })
            .await?;
        if !is_name(&descriptor.name) {
            let name: String = descriptor.name.chars().take(100).collect();
            return Err(CallError::Contract(format!("`{}` is not the name of an action", inert_line(&name))));
        }
        let inputs: Value = serde_json::from_str(&descriptor.inputs)
            .map_err(|error| CallError::Contract(format!("its schema of inputs is no JSON: {error}")))?;
        if !inputs.is_object() {
            return Err(CallError::Contract("its schema of inputs is no JSON object".into()));
        }
        Ok(ActionDescriptor { name: descriptor.name, summary: inert(&descriptor.summary), inputs })
    }

    /// Perform a step, whose services have to have a step.
    ///
    /// # Errors
    /// How the call ended badly. Why the action could not do its work is the inner error.
    pub async fn perform(
        &self,
        services: &Services,
        step: &str,
        inputs: &Value,
    ) -> Result<Result<Performed, Failure>, CallError> {
        let pre = self.action().map_err(|error| CallError::Contract(error.to_string()))?;
        let invocation = wit::Invocation { step: step.to_owned(), inputs: inputs.to_string() };
        let answer = self
            .call(Kind::Action, services, |store| {
                Box::pin(async move {
                    let plugin = pre.instantiate_async(&mut *store).await?;
                    plugin.formwork_plugin_action().call_run(store, &invocation).await
                })
            })
            .await?;
        match answer {
            Err(failure) => Ok(Err(from_failure(failure))),
            Ok(outcome) => match serde_json::from_str(&outcome.outputs) {
                Ok(Value::Object(outputs)) => Ok(Ok(Performed { exit_code: outcome.exit_code, outputs })),
                _ => Err(CallError::Contract("its outputs are no JSON map".into())),
            },
        }
    }
}

/// `aws:runShellScript`: a namespace and a name.
fn is_name(name: &str) -> bool {
    let proper =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    name.split_once(':').is_some_and(|(space, name)| proper(space) && proper(name)) && name.len() <= 128
}
