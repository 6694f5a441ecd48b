//! Names of parameters: what they may be, ARNs, selectors, paths and cursors. Pure; nothing here reads the store.
//!
//! The rules are those of PutParameter in the Systems Manager API Reference and of "Requirements and constraints for
//! parameter names" in the User Guide.

use super::LOCAL_ACCOUNT;
use crate::cloud::{Failure, FailureKind, Partition};

/// The most characters of a name with the ARN before it.
const NAME_LENGTH: usize = 1011;

/// The most parts of a name.
const LEVELS: usize = 15;

/// Which version is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Selector {
    /// The latest.
    Latest,
    /// `name:3`
    Version(u64),
    /// `name:label`
    Label(String),
}

/// A parameter as someone refers to it: `name`, `name:3`, `name:label`, or an ARN with or without those.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// The name with a leading slash.
    pub(super) key: String,
    /// The region of an ARN.
    pub(super) region: Option<String>,
    /// The account of an ARN; empty for public parameters.
    pub(super) account: Option<String>,
    /// Which version.
    pub(super) selector: Selector,
}

impl Reference {
    /// Take a reference apart. Names that cannot be written may still be asked for: the answer is that they do not
    /// exist, or, under `/aws/`, that they do.
    ///
    /// # Errors
    /// `ValidationException`
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let Some(arn) = text.strip_prefix("arn:") else {
            let (name, selector) = split_selector(text)?;
            check_characters(name)?;
            return Ok(Self { key: key(name), region: None, account: None, selector });
        };
        let mut fields = arn.splitn(5, ':');
        let (_, service, region, account, resource) =
            (fields.next(), fields.next(), fields.next(), fields.next(), fields.next());
        let (Some("ssm"), Some(region), Some(account), Some(resource)) = (service, region, account, resource) else {
            return Err(no_arn(text));
        };
        let Some(rest) = resource.strip_prefix("parameter/") else {
            return Err(no_arn(text));
        };
        let (name, selector) = split_selector(rest)?;
        check_characters(name)?;
        Ok(Self { key: key(name), region: Some(region.to_owned()), account: Some(account.to_owned()), selector })
    }

    /// The same, where a selector makes no sense.
    ///
    /// # Errors
    /// `ValidationException`
    pub(super) fn parse_name(text: &str) -> Result<Self, Failure> {
        let reference = Self::parse(text)?;
        if reference.selector == Selector::Latest {
            Ok(reference)
        } else {
            Err(invalid(format!("`{text}` picks a version, where a whole parameter is meant"))
                .with_hint("Leave out the `:` and what follows."))
        }
    }

    /// Whether the ARN, if it is one, is of this region and of the local account.
    pub(super) fn is_here(&self, region: &str) -> bool {
        self.region.as_deref().is_none_or(|given| given == region)
            && self.account.as_deref().is_none_or(|given| given.is_empty() || given == LOCAL_ACCOUNT)
    }
}

/// The name with a leading slash: `X` and `/X` are one parameter.
pub(super) fn key(name: &str) -> String {
    if name.starts_with('/') { name.to_owned() } else { format!("/{name}") }
}

/// Whether the name is among those that AWS publishes.
pub(super) fn is_public(key: &str) -> bool {
    key.starts_with("/aws/service/")
}

/// The ARN of a parameter.
pub(super) fn arn(region: &str, key: &str) -> String {
    let account = if is_public(key) { "" } else { LOCAL_ACCOUNT };
    format!("arn:{}:ssm:{region}:{account}:parameter{key}", Partition::of(region).name)
}

/// Check a name that is to be written.
///
/// # Errors
/// `ValidationException`, `HierarchyLevelLimitExceededException`, `AccessDeniedException` for names under `/aws`
pub(super) fn check_new(name: &str, region: &str) -> Result<(), Failure> {
    check_form(name, region)?;
    let key = key(name).to_ascii_lowercase();
    if key.starts_with("/aws") && name.trim_start_matches('/').contains('/') {
        return Err(Failure::new(FailureKind::AccessDenied, format!("no access to the reserved name `{name}`"))
            .with_code("AccessDeniedException")
            .with_hint("Choose a name outside `/aws`; public parameters come in with `formwork param import`."));
    }
    if key.starts_with("/aws") || key.starts_with("/ssm") {
        return Err(invalid(format!("`{name}` begins with `aws` or `ssm`, which are reserved"))
            .with_hint("Choose a name that begins with something else; upper and lower case are the same here."));
    }
    Ok(())
}

/// Check a name that comes out of an import, where those that AWS publishes are welcome.
///
/// # Errors
/// As [`check_new`].
pub(super) fn check_imported(name: &str, region: &str) -> Result<(), Failure> {
    if is_public(name) { check_form(name, region) } else { check_new(name, region) }
}

fn check_form(name: &str, region: &str) -> Result<(), Failure> {
    check_characters(name)?;
    let key = key(name);
    if !name.starts_with('/') && name.contains('/') {
        return Err(invalid(format!("`{name}` has levels but no `/` in front"))
            .with_hint(format!("Write `/{name}`: names with levels are fully qualified.")));
    }
    if key.ends_with('/') {
        return Err(invalid(format!("`{name}` ends with a `/`")).with_hint("Leave out the last `/`."));
    }
    if key.contains("//") {
        return Err(invalid(format!("`{name}` has an empty level")).with_hint("Write one `/` between two levels."));
    }
    let levels = key.split('/').skip(1).count();
    if levels > LEVELS {
        return Err(Failure::new(FailureKind::InvalidInput, format!("`{name}` has {levels} levels"))
            .with_code("HierarchyLevelLimitExceededException")
            .with_hint("A name has 15 levels at most."));
    }
    let length = arn(region, &key).len();
    if length > NAME_LENGTH {
        return Err(invalid(format!("the name has {length} characters with the ARN before it"))
            .with_hint("Shorten the name; 1011 characters are allowed."));
    }
    Ok(())
}

/// Check a path of GetParametersByPath and give the beginning that all names below it have: `/a/b` gives `/a/b/`.
///
/// # Errors
/// `ValidationException`
pub(super) fn path_prefix(path: &str) -> Result<String, Failure> {
    if !path.starts_with('/') {
        return Err(invalid(format!("the path `{path}` has no `/` in front"))
            .with_hint(format!("Write `/{}`.", path.trim_matches('/'))));
    }
    if path == "/" {
        return Ok("/".to_owned());
    }
    let path = path.strip_suffix('/').unwrap_or(path);
    check_characters(path)?;
    if path.ends_with('/') || path.contains("//") {
        return Err(
            invalid(format!("the path `{path}` has an empty level")).with_hint("Write one `/` between two levels.")
        );
    }
    if path.split('/').skip(1).count() > LEVELS {
        return Err(invalid(format!("the path `{path}` has too many levels")).with_hint("15 levels are allowed."));
    }
    Ok(format!("{path}/"))
}

/// The key to go on after, as something that callers hand back and do not look into.
pub(super) fn cursor(operation: char, key: &str) -> String {
    let mut cursor = String::from(operation);
    cursor.extend(key.bytes().map(|byte| format!("{byte:02x}")));
    cursor
}

/// The key in a [`cursor`] of the same operation.
///
/// # Errors
/// `InvalidNextToken`
pub(super) fn parse_cursor(operation: char, cursor: &str) -> Result<String, Failure> {
    let key = cursor.strip_prefix(operation).and_then(|digits| {
        let bytes = digits.as_bytes().chunks(2).map(|pair| {
            let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2 && !pair.starts_with('+'))?;
            u8::from_str_radix(pair, 16).ok()
        });
        String::from_utf8(bytes.collect::<Option<_>>()?).ok()
    });
    key.ok_or_else(|| {
        Failure::new(FailureKind::InvalidInput, "the cursor is not one that this listing gave")
            .with_code("InvalidNextToken")
            .with_hint("Begin the listing again without a cursor.")
    })
}

fn no_arn(text: &str) -> Failure {
    invalid(format!("`{text}` is not the ARN of a parameter"))
        .with_hint("Write `arn:aws:ssm:REGION:ACCOUNT:parameter/NAME`, or the name alone.")
}

fn split_selector(text: &str) -> Result<(&str, Selector), Failure> {
    let Some((name, selector)) = text.split_once(':') else {
        return Ok((text, Selector::Latest));
    };
    let selector = if !selector.is_empty() && selector.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number beyond u64 is a version that no parameter has.
        Selector::Version(selector.parse().unwrap_or(u64::MAX))
    } else if super::labels::is_valid(selector) {
        Selector::Label(selector.to_owned())
    } else {
        return Err(invalid(format!("`{selector}` in `{text}` is neither a version nor a label"))
            .with_hint("Write `name`, `name:3` or `name:label`."));
    };
    Ok((name, selector))
}

fn check_characters(name: &str) -> Result<(), Failure> {
    if name.is_empty() || name == "/" {
        return Err(invalid("the name of a parameter is empty").with_hint("Write a name such as `/app/port`."));
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/');
    if let Some(odd) = name.chars().find(|&c| !allowed(c)) {
        return Err(invalid(format!("{name:?} has the character {odd:?}, which names cannot have"))
            .with_hint("Names are of letters, digits and `_.-/`."));
    }
    Ok(())
}

/// `ValidationException`, which the service uses for every request that is wrong in itself.
pub(super) fn invalid(message: impl Into<String>) -> Failure {
    Failure::new(FailureKind::InvalidInput, message).with_code("ValidationException")
}
