//! The rows of parameters.

use rusqlite::{OptionalExtension, Row, params};

use super::audit::AuditService;
use super::columns::{Time, Version};
use super::names::{self, Reference, Selector};
use super::store::{Error, Session};
use crate::cloud::{Failure, FailureKind, ParameterTier, ParameterType};

/// What there is once for a parameter.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub(super) id: i64,
    pub(super) key: String,
    pub(super) name: String,
    pub(super) kind: ParameterType,
    pub(super) tier: ParameterTier,
    pub(super) latest: u64,
    pub(super) policies: Option<String>,
}

/// A value as stored.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum StoredValue {
    Plain(String),
    Sealed(Vec<u8>),
}

/// One version of a parameter.
#[derive(Clone)]
pub(super) struct VersionRow {
    pub(super) version: u64,
    pub(super) value: StoredValue,
    pub(super) modified: Time,
    pub(super) modified_by: String,
    pub(super) tier: ParameterTier,
    pub(super) data_type: String,
    pub(super) description: Option<String>,
    pub(super) allowed_pattern: Option<String>,
}

/// The columns of [`head`], of table `p`.
const HEAD: &str = "p.id, p.key, p.name, p.kind, p.tier, p.latest, p.policies";

/// The columns of [`version_row`], of table `v`.
const VERSION: &str = "v.version, v.plain, v.sealed, v.modified, v.modified_by, v.tier, v.data_type, v.description, \
                       v.allowed_pattern";

fn head(row: &Row<'_>) -> rusqlite::Result<Head> {
    Ok(Head {
        id: row.get(0)?,
        key: row.get(1)?,
        name: row.get(2)?,
        kind: row.get(3)?,
        tier: row.get(4)?,
        latest: row.get::<_, Version>(5)?.0,
        policies: row.get(6)?,
    })
}

fn version_row(row: &Row<'_>, at: usize) -> rusqlite::Result<VersionRow> {
    let value = match row.get(at + 1)? {
        Some(plain) => StoredValue::Plain(plain),
        None => StoredValue::Sealed(row.get(at + 2)?),
    };
    Ok(VersionRow {
        version: row.get::<_, Version>(at)?.0,
        value,
        modified: row.get(at + 3)?,
        modified_by: row.get(at + 4)?,
        tier: row.get(at + 5)?,
        data_type: row.get(at + 6)?,
        description: row.get(at + 7)?,
        allowed_pattern: row.get(at + 8)?,
    })
}

/// Where a SecureString belongs, for [`super::vault::Vault::seal`].
pub(super) fn place(region: &str, key: &str, version: u64) -> String {
    // No name has a zero byte, so no two places are written the same.
    format!("ssm\0{region}\0{key}\0{version}")
}

/// The parameter of that key, if there is one in this region.
pub(super) fn find(session: &Session<'_>, key: &str) -> Result<Option<Head>, Error> {
    let mut statement =
        session.db.prepare_cached(&format!("SELECT {HEAD} FROM parameter p WHERE p.region = ?1 AND p.key = ?2"))?;
    Ok(statement.query_row(params![session.region, key], head).optional()?)
}

/// The parameter that is referred to.
///
/// # Errors
/// `ParameterNotFound`, with a hint when another region has it.
pub(super) fn resolve(session: &Session<'_>, reference: &Reference) -> Result<Head, Error> {
    let here = if reference.is_here(session.region) { find(session, &reference.key)? } else { None };
    match here {
        Some(head) => Ok(head),
        None => Err(not_found(session, reference)?.into()),
    }
}

fn not_found(session: &Session<'_>, reference: &Reference) -> rusqlite::Result<Failure> {
    let failure = Failure::new(
        FailureKind::NotFound,
        format!("parameter `{}` does not exist in {}", reference.key, session.region),
    )
    .with_code("ParameterNotFound");
    let mut statement = session.db.prepare_cached("SELECT region FROM parameter WHERE key = ?1 ORDER BY region")?;
    let regions = statement.query_map([&reference.key], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    if regions.iter().any(|region| region == session.region) {
        // The region of the ARN is another one, or its account is.
        return Ok(failure.with_hint(format!(
            "The ARN is of another region or account; here it is `{}`.",
            names::arn(session.region, &reference.key)
        )));
    }
    Ok(match regions.first() {
        Some(first) => failure.with_hint(format!("It exists in {}; pass `--region {first}`.", regions.join(", "))),
        None if names::is_public(&reference.key) => {
            failure.with_hint("Copy public parameters from AWS with `formwork param pull`.")
        }
        None => failure.with_hint("See what there is with `formwork param list`."),
    })
}

/// The version that the selector picks.
///
/// # Errors
/// `ParameterVersionNotFound`
pub(super) fn select(session: &Session<'_>, head: &Head, selector: &Selector) -> Result<VersionRow, Error> {
    let version = match selector {
        Selector::Latest => Some(head.latest),
        Selector::Version(version) => Some(*version),
        Selector::Label(label) => {
            let mut statement =
                session.db.prepare_cached("SELECT version FROM parameter_label WHERE parameter = ?1 AND label = ?2")?;
            let version = statement.query_row(params![head.id, label], |row| row.get::<_, Version>(0)).optional()?;
            version.map(|version| version.0)
        }
    };
    let row = version.map(|version| find_version(session, head, version)).transpose()?.flatten();
    row.ok_or_else(|| {
        let what = match selector {
            Selector::Label(label) => format!("no version with the label `{label}`"),
            Selector::Version(version) => format!("no version {version}"),
            Selector::Latest => format!("no version {}", head.latest),
        };
        Failure::new(FailureKind::NotFound, format!("parameter `{}` has {what}", head.name))
            .with_code("ParameterVersionNotFound")
            .with_hint(format!("See what there is with `formwork param history {}`.", head.name))
            .into()
    })
}

/// One version, if it is kept.
pub(super) fn find_version(session: &Session<'_>, head: &Head, version: u64) -> Result<Option<VersionRow>, Error> {
    let mut statement = session.db.prepare_cached(&format!(
        "SELECT {VERSION} FROM parameter_version v WHERE v.parameter = ?1 AND v.version = ?2"
    ))?;
    Ok(statement.query_row(params![head.id, Version(version)], |row| version_row(row, 0)).optional()?)
}

/// All versions that are kept, oldest first.
pub(super) fn versions(session: &Session<'_>, head: &Head) -> Result<Vec<VersionRow>, Error> {
    let mut statement = session.db.prepare_cached(&format!(
        "SELECT {VERSION} FROM parameter_version v WHERE v.parameter = ?1 ORDER BY v.version"
    ))?;
    let rows = statement.query_map([head.id], |row| version_row(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The labels of a version, sorted.
pub(super) fn labels(session: &Session<'_>, head: &Head, version: u64) -> Result<Vec<String>, Error> {
    let mut statement = session
        .db
        .prepare_cached("SELECT label FROM parameter_label WHERE parameter = ?1 AND version = ?2 ORDER BY label")?;
    let rows = statement.query_map(params![head.id, Version(version)], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Parameters in the order of their keys.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scan<'a> {
    /// What the keys begin with, for listings by path.
    pub(super) below: &'a str,
    /// Only those with no further level.
    pub(super) direct: bool,
    /// What the names begin with, for listings by name.
    pub(super) prefix: &'a str,
    /// Begin after this key.
    pub(super) after: &'a str,
    /// No more than so many.
    pub(super) limit: usize,
}

/// The parameters that a listing asks for, each with its latest version.
pub(super) fn scan(session: &Session<'_>, scan: &Scan<'_>) -> Result<Vec<(Head, VersionRow)>, Error> {
    // Both bounds are ranges of the index. Keys are ASCII, and `0` is what comes after `/`.
    let end = format!("{}0", scan.below.strip_suffix('/').unwrap_or(scan.below));
    let after = if scan.after > scan.below { scan.after } else { scan.below };
    let mut statement = session.db.prepare_cached(&format!(
        "SELECT {HEAD}, {VERSION} FROM parameter p
         JOIN parameter_version v ON v.parameter = p.id AND v.version = p.latest
         WHERE p.region = ?1 AND p.key > ?2 AND p.key < ?3
           AND (NOT ?4 OR instr(substr(p.key, ?5), '/') = 0)
           AND substr(p.name, 1, ?6) = ?7
         ORDER BY p.key LIMIT ?8"
    ))?;
    let limit = i64::try_from(scan.limit).unwrap_or(i64::MAX);
    let (rest, prefix) = (length(scan.below) + 1, length(scan.prefix));
    let rows = statement
        .query_map(params![session.region, after, end, scan.direct, rest, prefix, scan.prefix, limit], |row| {
            Ok((head(row)?, version_row(row, 7)?))
        })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The characters of a text, as SQLite's `substr` counts them.
fn length(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

/// How many parameters of a tier the region has, without those that AWS publishes.
pub(super) fn count(session: &Session<'_>, tier: ParameterTier) -> Result<u64, Error> {
    let mut statement =
        session.db.prepare_cached("SELECT number FROM parameter_count WHERE region = ?1 AND tier = ?2")?;
    let count = statement.query_row(params![session.region, tier], |row| row.get::<_, Version>(0)).optional()?;
    Ok(count.map_or(0, |count| count.0))
}

/// Delete a parameter with all that belongs to it.
pub(super) fn delete(session: &Session<'_>, head: &Head) -> Result<(), Error> {
    session.db.prepare_cached("DELETE FROM parameter WHERE id = ?1")?.execute([head.id])?;
    Ok(())
}

/// Whether a parameter, in any region, is past its Expiration.
pub(super) fn due(session: &Session<'_>) -> Result<bool, Error> {
    let mut statement = session.db.prepare_cached("SELECT EXISTS (SELECT 1 FROM parameter WHERE expires <= ?1)")?;
    Ok(statement.query_row([Time(session.now)], |row| row.get(0))?)
}

/// Delete the parameters, in all regions, that are past their Expiration.
pub(super) fn purge(session: &Session<'_>) -> Result<(), Error> {
    let mut statement =
        session.db.prepare_cached("DELETE FROM parameter WHERE expires <= ?1 RETURNING region, name")?;
    let rows = statement.query_map([Time(session.now)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let gone = rows.collect::<Result<Vec<(String, String)>, _>>()?;
    for (region, name) in gone {
        session.audit_in(&region, AuditService::Parameters, "ExpireParameter", &name, None)?;
    }
    Ok(())
}
