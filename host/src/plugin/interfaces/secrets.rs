//! `secrets`: handles of secrets.

use wasmtime::component::Resource;

use crate::cloud::{Connection, Decrypt, Failure, FailureKind, ParameterValue, Secret, SecretSelector};
use crate::plugin::bindings::formwork::plugin::secrets::{self as wit, Host, HostSecret};
use crate::plugin::bindings::formwork::plugin::types as wit_types;
use crate::plugin::calls::to_failure;
use crate::plugin::grants::Need;
use crate::plugin::state::State;

/// What stands behind a handle.
#[derive(Debug)]
#[allow(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct OpenSecret {
    /// The value, which the plugin sees only through `reveal`.
    pub(super) value: Secret,
    version: Option<String>,
}

impl Host for State {
    async fn open_parameter(
        &mut self,
        name: String,
    ) -> wasmtime::Result<Result<Resource<OpenSecret>, wit_types::Failure>> {
        self.enter()?;
        let plain = name.split(':').next().filter(|_| !name.starts_with("arn:")).unwrap_or(&name);
        if let Err(failure) = self.allow(Need::Secret(plain)) {
            return Ok(Err(to_failure(failure)));
        }
        let cloud = self.services.cloud.clone();
        let opened = open_parameter(&cloud, name).await;
        self.hand_out(opened)
    }

    async fn open_secret(
        &mut self,
        id: String,
        selector: wit::SecretSelector,
    ) -> wasmtime::Result<Result<Resource<OpenSecret>, wit_types::Failure>> {
        self.enter()?;
        if let Err(failure) = self.allow(Need::Secret(&id)) {
            return Ok(Err(to_failure(failure)));
        }
        let selector = SecretSelector { stage: selector.stage, version_id: selector.version_id };
        let opened = async {
            let version = self.services.cloud.open().await?.secrets().get(&id, &selector).await?;
            Ok(OpenSecret { value: version.value, version: Some(version.version_id) })
        }
        .await;
        self.hand_out(opened)
    }
}

async fn open_parameter(cloud: &Connection, name: String) -> Result<OpenSecret, Failure> {
    let cloud = cloud.open().await?;
    let mut found = cloud.parameters().get(std::slice::from_ref(&name), Decrypt::Yes).await;
    let missing = || Failure::new(FailureKind::Other, "the cloud gave no answer");
    let parameter = found.pop().ok_or_else(missing)??;
    match parameter.value {
        ParameterValue::Secure(Some(value)) => Ok(OpenSecret { value, version: Some(parameter.version.to_string()) }),
        ParameterValue::Secure(None) => Err(Failure::new(FailureKind::Other, format!("`{name}` was not decrypted"))),
        _ => Err(Failure::new(FailureKind::InvalidInput, format!("the parameter `{name}` is not a SecureString"))
            .with_hint("Read it as `ssm`.")),
    }
}

impl State {
    fn hand_out(
        &mut self,
        opened: Result<OpenSecret, Failure>,
    ) -> wasmtime::Result<Result<Resource<OpenSecret>, wit_types::Failure>> {
        match opened {
            // A full table is a trap: the plugin leaks handles.
            Ok(secret) => Ok(Ok(self.table.push(secret)?)),
            Err(failure) => Ok(Err(to_failure(failure))),
        }
    }
}

impl HostSecret for State {
    async fn version(&mut self, secret: Resource<OpenSecret>) -> wasmtime::Result<Option<String>> {
        self.enter()?;
        Ok(self.table.get(&secret)?.version.clone())
    }

    async fn drop(&mut self, secret: Resource<OpenSecret>) -> wasmtime::Result<()> {
        self.table.delete(secret)?;
        Ok(())
    }
}
