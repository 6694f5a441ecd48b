//! `formwork outdated` and `formwork upgrade`: pins against the cloud.

use std::path::Path;
use std::sync::Arc;

use crate::cloud::Failure;
use crate::lock::{Lock, Pin, Place};
use crate::plugin::{References, ResolvedValue};
use crate::registry::Registry;
use crate::render::RenderError;
use crate::resolve::{LockedReferences, PinMode, place};

/// A pin beside what its reference stands for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The pin.
    pub pin: Pin,
    /// What a new pin would be, or why it cannot be told.
    pub now: Result<Pin, Failure>,
}

impl Comparison {
    /// Whether the value has moved. A version that moved without the value is no change of the template.
    #[must_use]
    pub fn is_outdated(&self) -> bool {
        self.now.as_ref().is_ok_and(|now| now.value != self.pin.value)
    }
}

/// All comparisons, and the pins that were left out because they are for another cloud or region.
pub struct Comparisons {
    /// One for each pin that is good here and was asked for.
    pub pins: Vec<Comparison>,
    /// The others that were asked for.
    pub elsewhere: Vec<Pin>,
    /// Where the cloud was asked.
    pub place: Place,
}

/// Compare pins with the cloud in use; all of them, or those that `names` name.
///
/// # Errors
/// When the lock or a plugin is not accepted, or the cloud cannot be told.
pub async fn compare(
    registry: impl FnOnce(Lock) -> Registry,
    lock_path: &Path,
    names: &[String],
) -> Result<Comparisons, RenderError> {
    let lock = Lock::read(lock_path)?;
    let registry = Arc::new(registry(lock.clone()));
    let wanted = |pin: &&Pin| names.is_empty() || names.iter().any(|name| is_named(pin, name));
    let needs_account =
        |place: &Place| lock.pins().iter().filter(wanted).any(|pin| lock.needs_account(&pin.reference, place));
    let place = place(&registry.services().cloud, needs_account).await?;
    let (here, elsewhere): (Vec<Pin>, Vec<Pin>) =
        lock.pins().iter().filter(wanted).cloned().partition(|pin| pin.is_good_for(&place));
    let references = LockedReferences::new(registry.clone(), lock, PinMode::Latest, false);
    let answers = match here.is_empty() {
        true => Vec::new(),
        false => references.resolve(here.iter().map(|pin| pin.reference.clone()).collect()).await,
    };
    if let Some(error) = references.take_found().plugin_errors.pop() {
        return Err(error.into());
    }
    let denials = registry.take_denials();
    if !denials.is_empty() {
        return Err(RenderError::Findings { findings: Vec::new(), denials, refused: false });
    }
    let pins = here
        .into_iter()
        .zip(answers)
        .map(|(pin, answer)| {
            let now = answer.and_then(|resolution| match resolution.value {
                ResolvedValue::Text(value) => {
                    Ok(Pin { value, version: resolution.version, modified: resolution.modified, ..pin.clone() })
                }
                ResolvedValue::DynamicReference(_) | ResolvedValue::Revealed(_) => Err(Failure::new(
                    crate::cloud::FailureKind::Conflict,
                    format!("`{}` is a secret now, and secrets are not pinned", pin.reference),
                )),
            });
            Comparison { pin, now }
        })
        .collect();
    Ok(Comparisons { pins, elsewhere, place })
}

/// Write new pins into the lock.
///
/// # Errors
/// When the lock cannot be written.
pub fn move_pins(lock_path: &Path, pins: Vec<Pin>) -> Result<(), RenderError> {
    Lock::update(lock_path, |lock| pins.into_iter().for_each(|pin| lock.set_pin(pin)))?;
    Ok(())
}

/// Whether a name on the command line means this pin: the whole reference, or what stands behind its scheme, with or
/// without the selector.
#[must_use]
pub fn is_named(pin: &Pin, name: &str) -> bool {
    let name = name.strip_prefix("<<resolve:").and_then(|n| n.strip_suffix(">>")).unwrap_or(name);
    let body = pin.reference.split_once(':').map_or(pin.reference.as_str(), |(_, body)| body);
    pin.reference == name || body == name || body.split(':').next() == Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_named_by_its_reference_or_its_body() {
        let pin = Pin {
            reference: "ssm:/a/b:prod".into(),
            cloud: "local".into(),
            region: "us-east-1".into(),
            account: None,
            value: "x".into(),
            version: None,
            modified: None,
            previous_value: None,
            previous_version: None,
        };
        for name in ["ssm:/a/b:prod", "/a/b:prod", "/a/b", "<<resolve:ssm:/a/b:prod>>"] {
            assert!(is_named(&pin, name), "{name}");
        }
        assert!(!is_named(&pin, "/a"));
    }
}
