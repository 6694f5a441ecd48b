//! From references to dynamic references, or to values when the user insists.

use formwork_plugin::resolver::Reference;
use formwork_plugin::{Failure, FailureKind, Resolution, Value};
use serde_json::Value as Json;

use crate::reference::SecretReference;

/// What the resolver needs of Secrets Manager.
pub trait Vault {
    /// The text of a secret, and its version id.
    ///
    /// # Errors
    /// Whatever the host answers.
    fn reveal(&self, secret: &SecretReference) -> Result<(String, Option<String>), Failure>;
}

/// Resolve references of the scheme `secretsmanager`; one result for each, in order.
pub fn resolve(vault: &dyn Vault, references: &[Reference], reveal_secrets: bool) -> Vec<Result<Resolution, Failure>> {
    references.iter().map(|reference| one(vault, &reference.body, reveal_secrets)).collect()
}

fn one(vault: &dyn Vault, body: &str, reveal_secrets: bool) -> Result<Resolution, Failure> {
    let secret = SecretReference::parse(body)?;
    if !reveal_secrets {
        let value = Value::DynamicReference(secret.dynamic_reference());
        return Ok(Resolution { value, version: None, modified: None, account: None, volatile: false });
    }
    let (text, version) = vault.reveal(&secret)?;
    let text = match &secret.key {
        Some(key) => member(&secret.id, &text, key)?,
        None => text,
    };
    Ok(Resolution { value: Value::Revealed(text), version, modified: None, account: None, volatile: false })
}

/// One member of a secret that is a JSON object. No message here may show a value.
fn member(id: &str, text: &str, key: &str) -> Result<String, Failure> {
    let Ok(Json::Object(members)) = serde_json::from_str(text) else {
        return Err(Failure::new(FailureKind::InvalidInput, format!("the secret `{id}` is not a JSON object"))
            .with_hint("Leave the key out to have the whole text."));
    };
    match members.get(key) {
        Some(Json::String(value)) => Ok(value.clone()),
        Some(value) => Ok(value.to_string()),
        None => {
            let keys: Vec<String> = members.keys().map(|key| format!("`{key}`")).collect();
            Err(Failure::new(FailureKind::NotFound, format!("the secret `{id}` has no key `{key}`"))
                .with_hint(format!("Its keys are {}.", keys.join(", "))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fake(&'static str);

    impl Vault for Fake {
        fn reveal(&self, _: &SecretReference) -> Result<(String, Option<String>), Failure> {
            Ok((self.0.into(), Some("id-1".into())))
        }
    }

    fn revealed(secret: &'static str, body: &str) -> Result<String, Failure> {
        let reference = Reference { scheme: "secretsmanager".into(), body: body.into() };
        match resolve(&Fake(secret), &[reference], true).remove(0)?.value {
            Value::Revealed(text) => Ok(text),
            other => panic!("not revealed: {other:?}"),
        }
    }

    #[test]
    fn gives_the_text_or_one_key() {
        assert_eq!(revealed("s3cret", "x").unwrap(), "s3cret");
        assert_eq!(revealed(r#"{"user":"u","port":5432}"#, "x:SecretString:user").unwrap(), "u");
        assert_eq!(revealed(r#"{"user":"u","port":5432}"#, "x:SecretString:port").unwrap(), "5432");
    }

    #[test]
    fn errors_never_show_the_value() {
        for (secret, body) in [("s3cret", "x:SecretString:user"), (r#"{"user":"s3cret"}"#, "x:SecretString:password")] {
            let failure = revealed(secret, body).unwrap_err();
            assert!(!format!("{failure:?}").contains("s3cret"));
        }
    }

    #[test]
    fn gives_the_dynamic_reference_unless_asked() {
        let reference = Reference { scheme: "secretsmanager".into(), body: "db:SecretString:password".into() };
        let resolution = resolve(&Fake("s3cret"), &[reference], false).remove(0).unwrap();
        assert!(
            matches!(resolution.value, Value::DynamicReference(text) if text == "{{resolve:secretsmanager:db:SecretString:password}}")
        );
    }
}
