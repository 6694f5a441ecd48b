//! What may be written: sizes, tiers, patterns, data types, tags. Pure; nothing here reads the store.

use regex::Regex;

use super::names::invalid;
use crate::cloud::{Failure, FailureKind, ParameterTier, ParameterType, ParameterValue};

/// The most bytes of a value in the Standard tier.
pub(super) const STANDARD_BYTES: usize = 4096;

/// The most bytes of a value in the Advanced tier.
pub(super) const ADVANCED_BYTES: usize = 8192;

/// The most parameters of the Standard tier in a region.
pub(super) const STANDARD_PARAMETERS: u64 = 10_000;

/// The most parameters of the Advanced tier in a region.
pub(super) const ADVANCED_PARAMETERS: u64 = 100_000;

/// The most characters of a description and of a pattern.
const TEXT_LENGTH: usize = 1024;

/// The most tags of a parameter.
const TAGS: usize = 50;

/// The data type of a parameter that was written without one.
pub(super) const DEFAULT_DATA_TYPE: &str = "text";

/// The text of a value, whatever its type.
///
/// # Errors
/// `ValidationException` for one that is hidden or empty.
pub(super) fn text(value: &ParameterValue) -> Result<&str, Failure> {
    let text = match value {
        ParameterValue::Text(text) | ParameterValue::TextList(text) => text,
        ParameterValue::Secure(Some(secret)) => secret.expose(),
        ParameterValue::Secure(None) => {
            return Err(invalid("a SecureString was given without its value").with_hint("Read it with decryption."));
        }
    };
    if text.is_empty() {
        return Err(invalid("the value is empty").with_hint("Parameter Store keeps no empty values; delete instead."));
    }
    Ok(text)
}

/// Which tier a parameter gets.
///
/// # Errors
/// `ValidationException` when the value is too large, when a policy needs the Advanced tier, or when the parameter
/// is Advanced already and Standard is asked for.
pub(super) fn tier(
    requested: ParameterTier,
    existing: Option<ParameterTier>,
    bytes: usize,
    policies: bool,
) -> Result<ParameterTier, Failure> {
    if bytes > ADVANCED_BYTES {
        return Err(invalid(format!("the value has {bytes} bytes, and {ADVANCED_BYTES} are the most that fit"))
            .with_hint("Store the value elsewhere, in S3 for example, and keep its address in the parameter."));
    }
    let advanced = existing == Some(ParameterTier::Advanced);
    match requested {
        ParameterTier::Advanced => Ok(ParameterTier::Advanced),
        ParameterTier::Standard if advanced => {
            Err(invalid("the parameter is of the Advanced tier and cannot go back to Standard")
                .with_hint("Pass `--tier Advanced`, or delete the parameter and create it again."))
        }
        ParameterTier::Standard if bytes > STANDARD_BYTES => {
            Err(invalid(format!("the value has {bytes} bytes, and the Standard tier takes {STANDARD_BYTES}"))
                .with_hint("Pass `--tier Advanced` for up to 8192 bytes."))
        }
        ParameterTier::Standard if policies => {
            Err(invalid("policies need the Advanced tier").with_hint("Pass `--tier Advanced`."))
        }
        ParameterTier::IntelligentTiering if advanced || policies || bytes > STANDARD_BYTES => {
            Ok(ParameterTier::Advanced)
        }
        ParameterTier::Standard | ParameterTier::IntelligentTiering => Ok(ParameterTier::Standard),
    }
}

/// Check a value against `allowedPattern`. The pattern may match anywhere in the value: the examples of AWS write `^`
/// and `$` where they mean the whole.
///
/// # Errors
/// `InvalidAllowedPatternException`, `ParameterPatternMismatchException`
pub(super) fn pattern(pattern: &str, text: &str) -> Result<(), Failure> {
    let invalid_pattern = |why: &str| {
        Failure::new(FailureKind::InvalidInput, format!("the allowed pattern {why}"))
            .with_code("InvalidAllowedPatternException")
    };
    if pattern.chars().count() > TEXT_LENGTH {
        return Err(invalid_pattern("is longer than 1024 characters").with_hint("Shorten the pattern."));
    }
    let regex = Regex::new(pattern).map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => invalid_pattern("is too large").with_hint("Use smaller numbers in `{n,m}`."),
        _ => invalid_pattern("is not a regular expression that the local cloud understands")
            .with_hint("Correct the pattern; look-around and back-references work on AWS only."),
    })?;
    if regex.is_match(text) {
        return Ok(());
    }
    // The value is not repeated: it may be a SecureString.
    Err(Failure::new(FailureKind::InvalidInput, format!("the value does not match the allowed pattern `{pattern}`"))
        .with_code("ParameterPatternMismatchException")
        .with_hint("Correct the value or the pattern."))
}

/// Check a value against its data type.
///
/// # Errors
/// `ValidationException`
pub(super) fn data_type(data_type: &str, kind: ParameterType, text: &str) -> Result<(), Failure> {
    match data_type {
        "text" | "aws:ssm:integration" => Ok(()),
        "aws:ec2:image" if kind != ParameterType::String => {
            Err(invalid("only a String can have the data type `aws:ec2:image`")
                .with_hint("Choose the type String, or the data type `text`."))
        }
        "aws:ec2:image" if is_image(text) => Ok(()),
        "aws:ec2:image" => Err(invalid("the value is not the id of an AMI")
            .with_hint("Write an id such as `ami-0123456789abcdef0`, or choose the data type `text`.")),
        other => Err(invalid(format!("the data type `{other}` is not supported"))
            .with_hint("Use `text`, `aws:ec2:image` or `aws:ssm:integration`.")),
    }
}

/// Ids had eight digits once and have seventeen now.
fn is_image(text: &str) -> bool {
    text.strip_prefix("ami-").is_some_and(|id| {
        (8..=17).contains(&id.len()) && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// Check a description.
///
/// # Errors
/// `ValidationException`
pub(super) fn description(description: Option<&str>) -> Result<(), Failure> {
    if description.is_some_and(|text| text.chars().count() > TEXT_LENGTH) {
        return Err(invalid("the description is longer than 1024 characters").with_hint("Shorten the description."));
    }
    Ok(())
}

/// Check the tags of a request.
///
/// # Errors
/// `ValidationException`, `TooManyTagsError`
pub(super) fn tags(tags: &[(String, String)], overwrite: bool) -> Result<(), Failure> {
    if tags.is_empty() {
        return Ok(());
    }
    if overwrite {
        return Err(invalid("tags and overwrite cannot be used together")
            .with_hint("Leave out the tags, or create the parameter without `--overwrite`."));
    }
    if tags.len() > TAGS {
        return Err(Failure::new(FailureKind::InvalidInput, format!("{} tags are too many", tags.len()))
            .with_code("TooManyTagsError")
            .with_hint("A parameter has 50 tags at most."));
    }
    for (index, (key, value)) in tags.iter().enumerate() {
        let allowed = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_.:/=+-@".contains(c);
        if !(1..=128).contains(&key.chars().count()) || !key.chars().all(allowed) {
            return Err(invalid(format!("{key:?} cannot be the key of a tag"))
                .with_hint("Keys have 1 to 128 letters, digits, spaces and `_.:/=+-@`."));
        }
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(invalid(format!("the tag `{key}` begins with `aws:`")).with_hint("Keys of AWS are reserved."));
        }
        if value.chars().count() > 256 || !value.chars().all(allowed) {
            return Err(invalid(format!("the value of the tag `{key}` is not allowed"))
                .with_hint("Values have up to 256 letters, digits, spaces and `_.:/=+-@`."));
        }
        if tags.iter().skip(index + 1).any(|(other, _)| other == key) {
            return Err(invalid(format!("the tag `{key}` is there twice")).with_hint("Give each tag once."));
        }
    }
    Ok(())
}
