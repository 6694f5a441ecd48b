//! What the user asked for: the JSON members of a deployment (`wit/deployer.wit`).

use std::collections::BTreeMap;

use formwork_plugin::deployer::Deployment;
use formwork_plugin::{Failure, FailureKind};
use serde::Deserialize;
use serde_json::Value;

/// The settings of a deployment; what is absent changes nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) capabilities: Vec<String>,
    pub(crate) tags: Option<BTreeMap<String, String>>,
    pub(crate) role_arn: Option<String>,
    pub(crate) notification_arns: Option<Vec<String>>,
    pub(crate) on_failure: Option<String>,
    pub(crate) disable_rollback: Option<bool>,
    pub(crate) express: bool,
    pub(crate) revert_drift: bool,
    pub(crate) resources_to_import: Vec<Value>,
    pub(crate) import_existing_resources: bool,
    pub(crate) termination_protection: Option<bool>,
    pub(crate) stack_policy: Option<Value>,
    pub(crate) stack_policy_during_update: Option<Value>,
    pub(crate) replace_failed: bool,
    pub(crate) wait: bool,
    pub(crate) change_set_name: Option<String>,
}

impl Settings {
    /// Read them, and refuse what CloudFormation would refuse only after the first call.
    pub(crate) fn read(deployment: &Deployment) -> Result<Self, Failure> {
        let unreadable = |error| invalid(format!("the settings of the deployment cannot be read: {error}"));
        let mut value: Value = serde_json::from_str(&deployment.settings).map_err(unreadable)?;
        if let Value::Object(members) = &mut value {
            members.retain(|_, member| !member.is_null());
        }
        let mut settings = Self::deserialize(value).map_err(unreadable)?;
        for policy in [&mut settings.stack_policy, &mut settings.stack_policy_during_update] {
            if let Some(Value::String(text)) = policy {
                let parsed = serde_json::from_str(text)
                    .map_err(|error| invalid(format!("the stack policy is not JSON: {error}")))?;
                *policy = Some(parsed);
            }
        }
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), Failure> {
        if self.disable_rollback == Some(true) && self.on_failure.is_some() {
            return Err(invalid("rollback cannot be disabled together with an action for failure".into()).with_hint(
                "Leave out `--disable-rollback`; `--on-failure do-nothing` says the same for a new stack.",
            ));
        }
        if !self.resources_to_import.is_empty() && (self.import_existing_resources || self.revert_drift) {
            return Err(invalid("an import of resources takes no other change".into())
                .with_hint("Import first, and deploy the rest afterwards."));
        }
        Ok(())
    }
}

/// The parameters that were given, by name. No error shows a value.
pub(crate) fn parameters(deployment: &Deployment) -> Result<BTreeMap<String, String>, Failure> {
    let Ok(Value::Object(members)) = serde_json::from_str(&deployment.parameters) else {
        return Err(invalid("the parameters of the deployment are not a JSON map".into()));
    };
    members
        .into_iter()
        .map(|(name, value)| match value {
            Value::String(text) => Ok((name, text)),
            Value::Number(number) => Ok((name, number.to_string())),
            Value::Bool(truth) => Ok((name, truth.to_string())),
            _ => Err(invalid(format!("the value of the parameter `{name}` is not a text"))),
        })
        .collect()
}

fn invalid(message: String) -> Failure {
    Failure::new(FailureKind::InvalidInput, message)
}
