//! `references`: values for references, as the lock, the resolvers and the clouds give them.

use crate::cloud::{Failure, FailureKind, Secret};
use crate::plugin::bindings::formwork::plugin::references::{self as wit, Host};
use crate::plugin::bindings::formwork::plugin::types as wit_types;
use crate::plugin::calls::to_failure;
use crate::plugin::grants::Need;
use crate::plugin::inert::inert_line;
use crate::plugin::state::{Resolution, ResolvedValue, State};

impl Host for State {
    async fn resolve(
        &mut self,
        references: Vec<String>,
    ) -> wasmtime::Result<Vec<Result<wit::Resolution, wit_types::Failure>>> {
        self.enter()?;
        let count = references.len();
        if let Err(failure) = self.allow(Need::References) {
            return Ok(std::iter::repeat_n(Err(to_failure(failure)), count).collect());
        }
        let Some(service) = self.services.references.clone() else {
            let failure = Failure::new(FailureKind::Unsupported, "references are resolved for renderers only");
            return Ok(std::iter::repeat_n(Err(to_failure(failure)), count).collect());
        };
        // A reference is shown to people and written to the lock; one from a template never has control characters.
        let checked: Vec<Result<(), Failure>> = references.iter().map(|reference| check(reference)).collect();
        let asked = references.into_iter().zip(&checked).filter(|(_, checked)| checked.is_ok()).map(|(asked, _)| asked);
        let mut answers = service.resolve(asked.collect()).await.into_iter();
        let missing = || Err(Failure::new(FailureKind::Other, "the reference was not resolved"));
        let results = checked.into_iter().map(|checked| checked.and_then(|()| answers.next().unwrap_or_else(missing)));
        Ok(results.map(|result| result.map(to_wit).map_err(to_failure)).collect())
    }
}

fn check(reference: &str) -> Result<(), Failure> {
    if reference.chars().any(char::is_control) {
        let message = format!("the reference `{}` has a control character", inert_line(reference));
        return Err(Failure::new(FailureKind::InvalidInput, message));
    }
    Ok(())
}

fn to_wit(resolution: Resolution) -> wit::Resolution {
    wit::Resolution {
        value: match resolution.value {
            ResolvedValue::Text(text) => wit::Value::Text(text),
            ResolvedValue::DynamicReference(text) => wit::Value::DynamicReference(text),
            ResolvedValue::Revealed(secret) => wit::Value::Revealed(secret.expose().to_owned()),
        },
        version: resolution.version,
        modified: resolution.modified,
        account: resolution.account,
        volatile: resolution.volatile,
    }
}

/// What a resolver answered. The value is what it is; the rest is shown to people.
pub(crate) fn from_wit(resolution: wit::Resolution) -> Resolution {
    let line = |text: String| inert_line(&text);
    Resolution {
        value: match resolution.value {
            wit::Value::Text(text) => ResolvedValue::Text(text),
            wit::Value::DynamicReference(text) => ResolvedValue::DynamicReference(text),
            wit::Value::Revealed(text) => ResolvedValue::Revealed(Secret::new(text)),
        },
        version: resolution.version.map(line),
        modified: resolution.modified.map(line),
        account: resolution.account.map(line),
        volatile: resolution.volatile,
    }
}
