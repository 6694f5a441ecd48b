//! The parts of a reference to a secret (User Guide of CloudFormation, "Get a secret or secret value from Secrets
//! Manager").

use formwork_plugin::{Failure, FailureKind};

/// A reference to a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretReference {
    /// The secret's name or ARN.
    pub id: String,
    /// A key of the JSON object that the secret is.
    pub key: Option<String>,
    /// A staging label.
    pub stage: Option<String>,
    /// A version id.
    pub version_id: Option<String>,
    /// As written, trailing empty parts included.
    text: String,
}

impl SecretReference {
    /// Read `ID[:SecretString[:KEY[:STAGE[:VERSION-ID]]]]`; an ARN may stand for the ID, and parts may be empty.
    ///
    /// # Errors
    /// `invalid-input` for everything that CloudFormation would refuse.
    pub fn parse(body: &str) -> Result<Self, Failure> {
        let invalid =
            |message: String, hint: &str| Err(Failure::new(FailureKind::InvalidInput, message).with_hint(hint));
        let id_parts = if body.starts_with("arn:") { 7 } else { 1 };
        let parts: Vec<&str> = body.split(':').collect();
        let id = parts.iter().take(id_parts).copied().collect::<Vec<_>>().join(":");
        if id_parts == 7
            && (parts.len() < 7 || parts.get(2) != Some(&"secretsmanager") || parts.get(5) != Some(&"secret"))
        {
            return invalid(
                format!("`{body}` is not the ARN of a secret"),
                "Such an ARN reads `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-RANDOM`.",
            );
        }
        let name = id.rsplit(':').next().unwrap_or_default();
        let allowed = |c: char| c.is_ascii_alphanumeric() || "/_+=.@-".contains(c);
        if name.is_empty() || !name.chars().all(allowed) {
            return invalid(format!("`{id}` is not the name of a secret"), "Names have letters, digits and `/_+=.@-`.");
        }
        let rest = parts.get(id_parts..).unwrap_or_default();
        if rest.len() > 4 {
            return invalid(
                format!("the reference has {} parts behind the secret, and there can be 4", rest.len()),
                "Write `<<resolve:secretsmanager:ID:SecretString:KEY:STAGE:VERSION-ID>>`; parts at the end may be left out.",
            );
        }
        let part = |index: usize| rest.get(index).copied().filter(|part| !part.is_empty()).map(str::to_owned);
        if let Some(kind) = part(0).filter(|kind| kind != "SecretString") {
            return invalid(
                format!("`{kind}` stands where only `SecretString` can"),
                "Write `<<resolve:secretsmanager:ID:SecretString:KEY>>`; CloudFormation reads no binary secrets.",
            );
        }
        let (key, stage, version_id) = (part(1), part(2), part(3));
        if stage.is_some() && version_id.is_some() {
            return invalid(
                "the reference names both a stage and a version id".into(),
                "CloudFormation takes one of them; leave the other part empty.",
            );
        }
        Ok(Self { id, key, stage, version_id, text: body.to_owned() })
    }

    /// CloudFormation's dynamic reference for it.
    #[must_use]
    pub fn dynamic_reference(&self) -> String {
        format!("{{{{resolve:secretsmanager:{}}}}}", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_all_parts() {
        let all = SecretReference::parse("prod/db:SecretString:password::3f1c").unwrap();
        assert_eq!(
            (all.id.as_str(), all.key.as_deref(), all.stage, all.version_id.as_deref()),
            ("prod/db", Some("password"), None, Some("3f1c"))
        );
        let arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf";
        let with_key = SecretReference::parse(&format!("{arn}:SecretString:user")).unwrap();
        assert_eq!((with_key.id.as_str(), with_key.key.as_deref()), (arn, Some("user")));
        assert_eq!(SecretReference::parse("x").unwrap().dynamic_reference(), "{{resolve:secretsmanager:x}}");
    }

    #[test]
    fn refuses_what_cloudformation_would_refuse() {
        for body in [
            "",
            "x:SecretBinary",
            "x:SecretString:k:AWSCURRENT:id",
            "x:SecretString:k:s:v:more",
            "a b",
            "arn:aws:ssm:eu-west-1:1:parameter/x",
        ] {
            assert!(SecretReference::parse(body).is_err(), "{body}");
        }
    }
}
