//! Names, ARNs, values and stages of secrets. Pure; nothing here reads the store.
//!
//! The rules are those of CreateSecret and PutSecretValue in the Secrets Manager API Reference.

use super::LOCAL_ACCOUNT;
use crate::cloud::{Deletion, Failure, FailureKind, Partition, Secret};

/// The most characters of a name.
const NAME_LENGTH: usize = 512;

/// The most bytes of a value.
const VALUE_BYTES: usize = 65_536;

/// The most characters of a description.
const DESCRIPTION_LENGTH: usize = 2048;

/// The most characters of a stage.
const STAGE_LENGTH: usize = 256;

/// The most stages of a version.
pub(super) const STAGES: usize = 20;

/// The random characters at the end of an ARN.
const SUFFIX_LENGTH: usize = 6;

/// A secret as someone refers to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reference {
    /// By name.
    Name(String),
    /// By ARN, with or without the random characters at its end.
    Arn {
        /// The region.
        region: String,
        /// The account.
        account: String,
        /// The name, by custom with `-` and six random characters.
        resource: String,
    },
}

impl Reference {
    /// Take a reference apart.
    ///
    /// # Errors
    /// `ValidationException`
    pub(super) fn parse(id: &str) -> Result<Self, Failure> {
        let Some(arn) = id.strip_prefix("arn:") else {
            check_characters(id, "ValidationException")?;
            return Ok(Self::Name(id.to_owned()));
        };
        let fields: Vec<&str> = arn.split(':').collect();
        let [_, "secretsmanager", region, account, "secret", resource] = fields.as_slice() else {
            return Err(Failure::new(FailureKind::InvalidInput, format!("`{id}` is not the ARN of a secret"))
                .with_code("ValidationException")
                .with_hint("Write `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME`, or the name alone."));
        };
        Ok(Self::Arn { region: (*region).to_owned(), account: (*account).to_owned(), resource: (*resource).to_owned() })
    }

    /// The names that may be meant, the better one first.
    pub(super) fn names(self) -> [String; 2] {
        match self {
            Self::Name(name) => [name.clone(), name],
            Self::Arn { resource, .. } => match split_suffix(&resource) {
                Some((name, _)) => [name.to_owned(), resource],
                None => [resource.clone(), resource],
            },
        }
    }

    /// Whether the ARN, if it is one, is of this region and of the local account.
    pub(super) fn is_here(&self, here: &str) -> bool {
        match self {
            Self::Name(_) => true,
            Self::Arn { region, account, .. } => region == here && account == LOCAL_ACCOUNT,
        }
    }
}

/// `app/db-AbCdEf` is `app/db` and `AbCdEf`.
pub(super) fn split_suffix(resource: &str) -> Option<(&str, &str)> {
    let (name, suffix) = resource.rsplit_once('-')?;
    (suffix.len() == SUFFIX_LENGTH && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some((name, suffix))
}

/// The ARN of a secret.
pub(super) fn arn(region: &str, name: &str, suffix: &str) -> String {
    format!("arn:{}:secretsmanager:{region}:{LOCAL_ACCOUNT}:secret:{name}-{suffix}", Partition::of(region).name)
}

/// Six random characters. They tell a secret from another that had its name before.
pub(super) fn suffix() -> String {
    const CHARACTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let random = uuid::Uuid::new_v4();
    let pick = |byte: &u8| CHARACTERS.get(usize::from(*byte) % CHARACTERS.len()).copied().map(char::from);
    // The bytes in the middle of a UUID are not random in full.
    random.as_bytes().iter().rev().take(SUFFIX_LENGTH).filter_map(pick).collect()
}

/// Check the name of a secret that is to be created.
///
/// # Errors
/// `InvalidParameterException`
pub(super) fn check_new(name: &str) -> Result<(), Failure> {
    check_characters(name, "InvalidParameterException")
}

fn check_characters(name: &str, code: &str) -> Result<(), Failure> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "/_+=.@-".contains(c);
    let fail = |message: String| Failure::new(FailureKind::InvalidInput, message).with_code(code);
    if let Some(odd) = name.chars().find(|&c| !allowed(c)) {
        return Err(fail(format!("{name:?} has the character {odd:?}, which names of secrets cannot have"))
            .with_hint("Names are of letters, digits and `/_+=.@-`."));
    }
    if !(1..=NAME_LENGTH).contains(&name.len()) {
        return Err(fail(format!("the name of the secret has {} characters", name.len()))
            .with_hint("Names have 1 to 512 characters."));
    }
    Ok(())
}

/// Check a value.
///
/// # Errors
/// `InvalidParameterException`
pub(super) fn check_value(value: &Secret) -> Result<(), Failure> {
    match value.expose().len() {
        0 => Err(invalid("the value is empty").with_hint("Secrets Manager keeps no empty values; delete instead.")),
        1..=VALUE_BYTES => Ok(()),
        bytes => Err(invalid(format!("the value has {bytes} bytes")).with_hint("65,536 bytes are the most that fit.")),
    }
}

/// Check a description.
///
/// # Errors
/// `InvalidParameterException`
pub(super) fn check_description(description: Option<&str>) -> Result<(), Failure> {
    if description.is_some_and(|text| text.chars().count() > DESCRIPTION_LENGTH) {
        return Err(invalid("the description is longer than 2048 characters").with_hint("Shorten the description."));
    }
    Ok(())
}

/// Check the stages of a request.
///
/// # Errors
/// `InvalidParameterException`
pub(super) fn check_stages(stages: &[String]) -> Result<(), Failure> {
    if stages.len() > STAGES {
        return Err(invalid(format!("{} stages are too many", stages.len()))
            .with_hint("A version has 20 staging labels at most."));
    }
    if stages.iter().any(|stage| !(1..=STAGE_LENGTH).contains(&stage.chars().count())) {
        return Err(invalid("a stage is empty or too long").with_hint("Stages have 1 to 256 characters."));
    }
    Ok(())
}

/// The days after which a deleted secret is gone.
///
/// # Errors
/// `InvalidParameterException` for less than 7 or more than 30.
pub(super) fn window(deletion: Deletion) -> Result<Option<u8>, Failure> {
    match deletion {
        Deletion::WithoutRecovery => Ok(None),
        Deletion::RecoveryWindow(days @ 7..=30) => Ok(Some(days)),
        Deletion::RecoveryWindow(days) => Err(invalid(format!("a recovery window of {days} days"))
            .with_hint("Choose 7 to 30 days, or delete without recovery.")),
    }
}

fn invalid(message: impl Into<String>) -> Failure {
    Failure::new(FailureKind::InvalidInput, message).with_code("InvalidParameterException")
}
