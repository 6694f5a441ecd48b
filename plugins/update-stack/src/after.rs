//! What is set on a stack itself, not by its template: termination protection and the stack policy.

use formwork_plugin::Failure;
use serde_json::{Value, json};

use crate::cloud::{Cloud, Voice};
use crate::model::Stack;
use crate::settings::Settings;

/// The policy that says what no policy says, because a policy can be replaced and never be removed (User Guide,
/// "Prevent updates to stack resources").
pub(crate) fn allow_all() -> Value {
    json!({ "Statement": [{ "Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*" }] })
}

/// Set what differs from what was asked for, and say so in `raw`, the Stack. `policy` is the policy that the stack
/// has, where that is known. Gives what could not be set.
pub(crate) fn after(
    cloud: &dyn Cloud,
    voice: &dyn Voice,
    stack: &Stack,
    raw: &mut Value,
    settings: &Settings,
    policy: Option<Option<Value>>,
) -> Vec<Failure> {
    let id = &stack.stack_id;
    let mut failures = Vec::new();
    if let Some(on) = settings.termination_protection.filter(|on| *on != stack.enable_termination_protection) {
        voice.status(if on { "turning termination protection on" } else { "turning termination protection off" });
        match cloud.protect(id, on) {
            Ok(()) => {
                if let Value::Object(members) = raw {
                    members.insert("EnableTerminationProtection".into(), on.into());
                }
            }
            Err(failure) => failures.push(about(failure, "termination protection could not be set")),
        }
    }
    if let Some(wanted) = &settings.stack_policy {
        voice.status("setting the stack policy");
        let set = policy
            .map_or_else(|| cloud.policy(id), Ok)
            .and_then(|current| if current.as_ref() == Some(wanted) { Ok(()) } else { cloud.set_policy(id, wanted) });
        if let Err(failure) = set {
            failures.push(about(failure, "the stack policy could not be set"));
        }
    }
    failures
}

/// A stack policy that holds during an update only.
pub(crate) struct Temporary<'a> {
    cloud: &'a dyn Cloud,
    stack: String,
    old: Option<Value>,
    /// Whether it differs from the old one, so that there is something to put back.
    changed: bool,
}

impl<'a> Temporary<'a> {
    /// Read the policy of a stack, and set this one.
    pub(crate) fn set(cloud: &'a dyn Cloud, stack: &str, policy: &Value) -> Result<Self, Failure> {
        let old = cloud.policy(stack).map_err(|failure| about(failure, "the stack policy could not be read"))?;
        let changed = old.as_ref() != Some(policy);
        if changed {
            cloud
                .set_policy(stack, policy)
                .map_err(|failure| about(failure, "the stack policy for the update could not be set"))?;
        }
        Ok(Self { cloud, stack: stack.to_owned(), old, changed })
    }

    /// Put the old one back. Gives the policy that the stack has now.
    pub(crate) fn restore(self) -> Result<Option<Value>, Failure> {
        if !self.changed {
            return Ok(self.old);
        }
        let old = self.old.unwrap_or_else(allow_all);
        self.cloud.set_policy(&self.stack, &old).map_err(|failure| {
            about(failure, "the stack policy could not be put back, so that the one for the update still holds")
                .with_hint("Set the policy that is meant with `--stack-policy FILE`.")
        })?;
        Ok(Some(old))
    }
}

fn about(failure: Failure, what: &str) -> Failure {
    Failure { message: format!("{what}: {}", failure.message), ..failure }
}
