//! The component around the library.

use formwork_plugin::host::{reveal, secrets};
use formwork_plugin::resolver::{Options, Reference, Resolver};
use formwork_plugin::{Failure, Resolution};

use crate::reference::SecretReference;
use crate::resolve::{Vault, resolve};

struct Host;

impl Vault for Host {
    fn reveal(&self, secret: &SecretReference) -> Result<(String, Option<String>), Failure> {
        let selector = secrets::SecretSelector { stage: secret.stage.clone(), version_id: secret.version_id.clone() };
        let handle = secrets::open_secret(&secret.id, &selector)?;
        Ok((reveal::reveal(&handle)?, handle.version()))
    }
}

struct SecretsManager;

impl Resolver for SecretsManager {
    fn schemes() -> Vec<String> {
        vec!["secretsmanager".into()]
    }

    fn resolve(references: Vec<Reference>, options: Options) -> Vec<Result<Resolution, Failure>> {
        resolve(&Host, &references, options.reveal_secrets)
    }
}

formwork_plugin::export_resolver!(SecretsManager);
