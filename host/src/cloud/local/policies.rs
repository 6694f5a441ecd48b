//! Parameter policies: Expiration, ExpirationNotification, NoChangeNotification (User Guide, "Assigning parameter
//! policies"). The local cloud acts on Expiration; it has nobody to notify, so the other two are checked and kept.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::cloud::{Failure, FailureKind};

/// The most policies of a parameter.
const POLICIES: usize = 10;

/// The policies of a parameter, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Policies {
    /// The JSON array; none when there are no policies.
    pub(super) text: Option<String>,
    /// When the parameter is to be deleted.
    pub(super) expires: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Policy {
    #[serde(rename = "Type")]
    kind: String,
    version: Option<String>,
    #[serde(default)]
    attributes: serde_json::Map<String, Value>,
}

/// Read the JSON of a request. `[]`, `[{}]` and the empty text mean no policies, which takes existing ones away.
///
/// # Errors
/// `InvalidPolicyTypeException`, `InvalidPolicyAttributeException`, `IncompatiblePolicyException`,
/// `PoliciesLimitExceededException`
pub(super) fn parse(text: &str, now: Timestamp) -> Result<Policies, Failure> {
    let none = Policies { text: None, expires: None };
    if text.trim().is_empty() {
        return Ok(none);
    }
    let values: Vec<Value> = serde_json::from_str(text).map_err(|error| {
        attribute(format!("the policies are not a JSON array: {error}"))
            .with_hint("Write `[{\"Type\":\"Expiration\",\"Version\":\"1.0\",\"Attributes\":{\"Timestamp\":\"…\"}}]`.")
    })?;
    let values: Vec<Value> =
        values.into_iter().filter(|value| value.as_object().is_none_or(|object| !object.is_empty())).collect();
    if values.is_empty() {
        return Ok(none);
    }
    if values.len() > POLICIES {
        return Err(Failure::new(FailureKind::InvalidInput, format!("{} policies are too many", values.len()))
            .with_code("PoliciesLimitExceededException")
            .with_hint("A parameter has 10 policies at most."));
    }
    let mut expires = None;
    let mut notifies = false;
    for value in &values {
        let policy = Policy::deserialize(value).map_err(|error| {
            attribute(format!("a policy is malformed: {error}"))
                .with_hint("A policy has `Type`, `Version` and `Attributes`.")
        })?;
        if policy.version.as_deref().is_some_and(|version| version != "1.0") {
            return Err(attribute(format!("the version of the {} policy is not 1.0", policy.kind))
                .with_hint("Write `\"Version\":\"1.0\"`."));
        }
        match policy.kind.as_str() {
            "Expiration" if expires.is_some() => {
                return Err(Failure::new(FailureKind::InvalidInput, "there are two Expiration policies")
                    .with_code("IncompatiblePolicyException")
                    .with_hint("Keep one of them."));
            }
            "Expiration" => expires = Some(expiration(&policy, now)?),
            "ExpirationNotification" => {
                notifies = true;
                duration(&policy, "Before")?;
            }
            "NoChangeNotification" => duration(&policy, "After")?,
            other => {
                return Err(Failure::new(FailureKind::InvalidInput, format!("there is no policy type {other:?}"))
                    .with_code("InvalidPolicyTypeException")
                    .with_hint("Use `Expiration`, `ExpirationNotification` or `NoChangeNotification`."));
            }
        }
    }
    if notifies && expires.is_none() {
        return Err(Failure::new(FailureKind::InvalidInput, "an ExpirationNotification has no Expiration to tell of")
            .with_code("IncompatiblePolicyException")
            .with_hint("Add an `Expiration` policy."));
    }
    Ok(Policies { text: Some(Value::Array(values).to_string()), expires })
}

fn expiration(policy: &Policy, now: Timestamp) -> Result<Timestamp, Failure> {
    let text = text(policy, "Timestamp")?;
    let time: Timestamp = text.parse().map_err(|_| {
        attribute(format!("the Timestamp {text:?} of the Expiration policy is no time"))
            .with_hint("Write a time such as `2026-12-02T21:34:33.000Z`.")
    })?;
    if time <= now {
        return Err(attribute(format!("the Timestamp {text:?} of the Expiration policy has passed"))
            .with_hint("Write a time in the future."));
    }
    Ok(time)
}

/// A whole number above zero, as text, and a unit.
fn duration(policy: &Policy, name: &str) -> Result<(), Failure> {
    let number = text(policy, name)?;
    if !number.parse::<u32>().is_ok_and(|number| number > 0) {
        return Err(attribute(format!("{name} of the {} policy is {number:?}", policy.kind))
            .with_hint("Write a whole number above zero, in quotes."));
    }
    let unit = text(policy, "Unit")?;
    if matches!(unit, "Days" | "Hours") {
        return Ok(());
    }
    Err(attribute(format!("Unit of the {} policy is {unit:?}", policy.kind)).with_hint("Write `Days` or `Hours`."))
}

fn text<'a>(policy: &'a Policy, name: &str) -> Result<&'a str, Failure> {
    policy.attributes.get(name).and_then(Value::as_str).ok_or_else(|| {
        attribute(format!("the {} policy has no text attribute {name}", policy.kind))
            .with_hint(format!("Add `\"{name}\":\"…\"` to its `Attributes`."))
    })
}

fn attribute(message: String) -> Failure {
    Failure::new(FailureKind::InvalidInput, message).with_code("InvalidPolicyAttributeException")
}
