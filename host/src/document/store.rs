//! `{{ssm:…}}` in documents, through the cloud in use.

use std::sync::Arc;

use async_trait::async_trait;

use super::agent::store::{Found, Store, Stored};
use crate::cloud::{Connection, Decrypt, FailureKind, ParameterValue};

/// Parameter Store of a cloud, as documents read it. SecureStrings stay hidden: documents may not have them.
pub(super) struct CloudStore(pub(super) Arc<Connection>);

#[async_trait]
impl Store for CloudStore {
    async fn get(&self, names: &[String]) -> Result<Found, String> {
        let cloud = self.0.open().await.map_err(|failure| failure.to_string())?;
        let answers = cloud.parameters().get(names, Decrypt::No).await;
        let mut found = Found::default();
        for (name, answer) in names.iter().zip(answers) {
            match answer {
                Ok(parameter) => {
                    let kind = parameter.value.kind().name().to_owned();
                    let value = match parameter.value {
                        ParameterValue::Text(value) | ParameterValue::TextList(value) => value,
                        ParameterValue::Secure(_) => String::new(),
                    };
                    let version = i64::try_from(parameter.version).unwrap_or(i64::MAX);
                    found.parameters.push(Stored { name: parameter.name, kind, value, version });
                }
                Err(failure) if failure.kind == FailureKind::NotFound => found.invalid.push(name.clone()),
                Err(failure) => return Err(failure.to_string()),
            }
        }
        Ok(found)
    }
}
