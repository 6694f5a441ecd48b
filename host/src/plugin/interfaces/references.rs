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
        let results = service.resolve(references).await;
        Ok(results.into_iter().map(|result| result.map(to_wit).map_err(to_failure)).collect())
    }
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
    }
}
