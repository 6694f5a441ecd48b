//! Writing versions: what `put` and import have in common, and `put` itself.

use jiff::Timestamp;
use rusqlite::params;

use super::audit::AuditService;
use super::columns::{Time, Version};
use super::names;
use super::policies::{self, Policies};
use super::rows::{self, Head};
use super::store::{Error, Session};
use super::vault::Vault;
use super::{LocalCloud, rules};
use crate::cloud::{Failure, FailureKind, ParameterTier, ParameterType, ParameterValue, PutParameter, Secret};

/// How many versions of a parameter are kept.
const VERSIONS: u64 = 100;

/// A version to be written, checked.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a ParameterValue,
    /// None for the one after the latest.
    pub(super) version: Option<u64>,
    pub(super) modified: Timestamp,
    pub(super) tier: ParameterTier,
    pub(super) data_type: &'a str,
    pub(super) description: Option<&'a str>,
    pub(super) allowed_pattern: Option<&'a str>,
    /// None keeps those that there are.
    pub(super) policies: Option<&'a Policies>,
    /// For the audit trail.
    pub(super) operation: &'static str,
}

impl LocalCloud {
    pub(super) fn put_parameter(&self, request: &PutParameter) -> Result<u64, Failure> {
        // Checked by name before anything else, as AWS does.
        let name = match names::Reference::parse_name(&request.name)? {
            // An ARN of this region names a parameter as well as its name does.
            reference if reference.region.is_some() && reference.is_here(&self.region) => reference.key,
            reference if reference.region.is_some() => {
                return Err(names::invalid(format!("`{}` is of another region or account", request.name))
                    .with_hint("Write the name alone, and pass the region with `--region`."));
            }
            _ => request.name.clone(),
        };
        names::check_new(&name, &self.region)?;
        let text = rules::text(&request.value)?;
        rules::description(request.description.as_deref())?;
        rules::tags(&request.tags, request.overwrite)?;
        let data_type = request.data_type.as_deref().unwrap_or(rules::DEFAULT_DATA_TYPE);
        rules::data_type(data_type, request.value.kind(), text)?;
        if let Some(pattern) = &request.allowed_pattern {
            rules::pattern(pattern, text)?;
        }
        self.write(|session| {
            let policies = request.policies.as_deref().map(|text| policies::parse(text, session.now)).transpose()?;
            let existing = rows::find(session, &names::key(&name))?;
            if existing.is_some() && !request.overwrite {
                return Err(Failure::new(FailureKind::Conflict, format!("parameter `{name}` already exists"))
                    .with_code("ParameterAlreadyExists")
                    .with_hint("Pass `--overwrite` to write a new version.")
                    .into());
            }
            let draft = Draft {
                name: &name,
                value: &request.value,
                version: None,
                modified: session.now,
                tier: request.tier,
                data_type,
                description: request.description.as_deref(),
                allowed_pattern: request.allowed_pattern.as_deref(),
                policies: policies.as_ref(),
                operation: "PutParameter",
            };
            let head = write(session, &self.vault, existing, &draft)?;
            set_tags(session, &head, &request.tags)?;
            Ok(head.latest)
        })
    }
}

/// Write a version, which becomes the latest: of `existing`, or of a new parameter.
///
/// # Errors
/// `HierarchyTypeMismatchException`, `ParameterLimitExceeded`, `ParameterMaxVersionLimitExceeded`,
/// `ValidationException` from the rules of tiers.
pub(super) fn write(
    session: &Session<'_>,
    vault: &Vault,
    existing: Option<Head>,
    draft: &Draft<'_>,
) -> Result<Head, Error> {
    let kind = draft.value.kind();
    let text = rules::text(draft.value)?;
    if let Some(head) = &existing
        && head.kind != kind
    {
        return Err(type_mismatch(head, kind).into());
    }
    let policies = match (draft.policies, &existing) {
        (Some(policies), _) => policies.text.is_some(),
        (None, Some(head)) => head.policies.is_some(),
        (None, None) => false,
    };
    let mut tier = rules::tier(draft.tier, existing.as_ref().map(|head| head.tier), text.len(), policies)?;
    if existing.as_ref().is_none_or(|head| head.tier != tier) && !names::is_public(draft.name) {
        tier = admit(session, draft.tier, tier)?;
    }
    let (head, version) = match existing {
        Some(head) => {
            let version = draft.version.unwrap_or(head.latest.saturating_add(1));
            evict(session, &head)?;
            (Head { tier, ..head }, version)
        }
        None => (create(session, draft, kind, tier)?, draft.version.unwrap_or(1)),
    };
    let (plain, sealed) = match draft.value {
        ParameterValue::Secure(_) => {
            let place = rows::place(session.region, &head.key, version);
            (None, Some(vault.seal(session, &Secret::new(text), &place)?))
        }
        ParameterValue::Text(_) | ParameterValue::TextList(_) => (Some(text), None),
    };
    let mut statement = session.db.prepare_cached(
        "INSERT INTO parameter_version (parameter, version, plain, sealed, modified, modified_by, tier, data_type,
                                        description, allowed_pattern)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    statement.execute(params![
        head.id,
        Version(version),
        plain,
        sealed,
        Time(draft.modified),
        session.user,
        tier,
        draft.data_type,
        draft.description,
        draft.allowed_pattern
    ])?;
    let mut statement = session.db.prepare_cached("UPDATE parameter SET latest = ?2, tier = ?3 WHERE id = ?1")?;
    statement.execute(params![head.id, Version(version), tier])?;
    if let Some(policies) = draft.policies {
        let mut statement =
            session.db.prepare_cached("UPDATE parameter SET policies = ?2, expires = ?3 WHERE id = ?1")?;
        statement.execute(params![head.id, policies.text, policies.expires.map(Time)])?;
    }
    session.audit(AuditService::Parameters, draft.operation, &head.name, Some(&version.to_string()))?;
    Ok(Head { latest: version, ..head })
}

/// A type is for life.
pub(super) fn type_mismatch(head: &Head, kind: ParameterType) -> Failure {
    Failure::new(
        FailureKind::InvalidInput,
        format!("parameter `{}` is a {} and cannot become a {}", head.name, head.kind.name(), kind.name()),
    )
    .with_code("HierarchyTypeMismatchException")
    .with_hint("Delete the parameter first, or choose another name.")
}

fn create(session: &Session<'_>, draft: &Draft<'_>, kind: ParameterType, tier: ParameterTier) -> Result<Head, Error> {
    let key = names::key(draft.name);
    let mut statement = session.db.prepare_cached(
        "INSERT INTO parameter (region, key, name, kind, tier, latest) VALUES (?1, ?2, ?3, ?4, ?5, 1)",
    )?;
    let id = statement.insert(params![session.region, key, draft.name, kind, tier])?;
    Ok(Head { id, key, name: draft.name.to_owned(), kind, tier, latest: 1, policies: None })
}

/// Whether the tier has room for one more parameter. Intelligent-Tiering goes on to Advanced when Standard is full.
fn admit(session: &Session<'_>, requested: ParameterTier, tier: ParameterTier) -> Result<ParameterTier, Error> {
    let mut tier = tier;
    if tier == ParameterTier::Standard {
        if rows::count(session, tier)? < rules::STANDARD_PARAMETERS {
            return Ok(tier);
        }
        if requested != ParameterTier::IntelligentTiering {
            return Err(full(session.region, rules::STANDARD_PARAMETERS, tier).into());
        }
        tier = ParameterTier::Advanced;
    }
    if rows::count(session, tier)? < rules::ADVANCED_PARAMETERS {
        return Ok(tier);
    }
    Err(full(session.region, rules::ADVANCED_PARAMETERS, tier).into())
}

fn full(region: &str, most: u64, tier: ParameterTier) -> Failure {
    let hint = match tier {
        ParameterTier::Standard => "Delete parameters, or pass `--tier Advanced`.",
        _ => "Delete parameters.",
    };
    Failure::new(FailureKind::InvalidInput, format!("{region} has {most} parameters of the {} tier", tier.name()))
        .with_code("ParameterLimitExceeded")
        .with_hint(hint)
}

/// Make room for one more version: drop the oldest, unless someone has put a label on it.
fn evict(session: &Session<'_>, head: &Head) -> Result<(), Error> {
    let mut statement =
        session.db.prepare_cached("SELECT count(*), min(version) FROM parameter_version WHERE parameter = ?1")?;
    let (count, Version(oldest)) =
        statement.query_row([head.id], |row| Ok((row.get::<_, Version>(0)?.0, row.get::<_, Version>(1)?)))?;
    if count < VERSIONS {
        return Ok(());
    }
    if let Some(label) = rows::labels(session, head, oldest)?.first() {
        return Err(Failure::new(
            FailureKind::Conflict,
            format!(
                "parameter `{}` has {VERSIONS} versions, and the oldest, {oldest}, has the label `{label}`",
                head.name
            ),
        )
        .with_code("ParameterMaxVersionLimitExceeded")
        .with_hint("Move the label to a newer version.")
        .into());
    }
    let mut statement =
        session.db.prepare_cached("DELETE FROM parameter_version WHERE parameter = ?1 AND version = ?2")?;
    statement.execute(params![head.id, Version(oldest)])?;
    Ok(())
}

/// Put tags on a parameter.
pub(super) fn set_tags(session: &Session<'_>, head: &Head, tags: &[(String, String)]) -> Result<(), Error> {
    let mut statement = session
        .db
        .prepare_cached("INSERT OR REPLACE INTO parameter_tag (parameter, key, value) VALUES (?1, ?2, ?3)")?;
    for (key, value) in tags {
        statement.execute(params![head.id, key, value])?;
    }
    Ok(())
}
