//! The rows of secrets.

use rusqlite::{OptionalExtension, Row, params};

use super::audit::AuditService;
use super::columns::{Time, Version};
use super::secret_names::{self, Reference};
use super::store::{Error, Session};
use crate::cloud::{Failure, FailureKind};

/// What there is once for a secret.
#[derive(Clone, Debug)]
pub(super) struct SecretRow {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) suffix: String,
    pub(super) description: Option<String>,
    pub(super) modified: Time,
    /// When it is gone for good, for one that was deleted.
    pub(super) purge: Option<Time>,
}

impl SecretRow {
    /// The ARN.
    pub(super) fn arn(&self, region: &str) -> String {
        secret_names::arn(region, &self.name, &self.suffix)
    }
}

/// One version of a secret, still encrypted.
#[derive(Clone)]
pub(super) struct SecretVersionRow {
    pub(super) version_id: String,
    pub(super) sealed: Vec<u8>,
    pub(super) created: Time,
}

/// The columns of [`secret_row`].
const SECRET: &str = "id, name, suffix, description, modified, purge";

fn secret_row(row: &Row<'_>) -> rusqlite::Result<SecretRow> {
    Ok(SecretRow {
        id: row.get(0)?,
        name: row.get(1)?,
        suffix: row.get(2)?,
        description: row.get(3)?,
        modified: row.get(4)?,
        purge: row.get(5)?,
    })
}

/// Where a value belongs, for [`super::vault::Vault::seal`].
pub(super) fn place(region: &str, name: &str, version_id: &str) -> String {
    format!("secretsmanager\0{region}\0{name}\0{version_id}")
}

/// The secret of that name, if there is one in this region.
pub(super) fn find(session: &Session<'_>, name: &str) -> Result<Option<SecretRow>, Error> {
    let mut statement =
        session.db.prepare_cached(&format!("SELECT {SECRET} FROM secret WHERE region = ?1 AND name = ?2"))?;
    Ok(statement.query_row(params![session.region, name], secret_row).optional()?)
}

/// The secret that is referred to, also when it is scheduled for deletion.
///
/// # Errors
/// `ResourceNotFoundException`, with a hint when another region has it.
pub(super) fn resolve(session: &Session<'_>, reference: &Reference) -> Result<SecretRow, Error> {
    let found = match reference {
        _ if !reference.is_here(session.region) => None,
        Reference::Name(name) => find(session, name)?,
        Reference::Arn { resource, .. } => {
            let full = match secret_names::split_suffix(resource) {
                Some((name, suffix)) => find(session, name)?.filter(|secret| secret.suffix == suffix),
                None => None,
            };
            match full {
                Some(secret) => Some(secret),
                // An ARN without the random characters. What looks like them may be the end of the name.
                None => find(session, resource)?,
            }
        }
    };
    match found {
        Some(secret) => Ok(secret),
        None => Err(not_found(session, reference)?.into()),
    }
}

/// The secret that is referred to, unless it is scheduled for deletion.
///
/// # Errors
/// `ResourceNotFoundException`, `InvalidRequestException`
pub(super) fn resolve_active(session: &Session<'_>, reference: &Reference) -> Result<SecretRow, Error> {
    let secret = resolve(session, reference)?;
    if secret.purge.is_some() {
        return Err(Failure::new(FailureKind::Conflict, format!("secret `{}` is scheduled for deletion", secret.name))
            .with_code("InvalidRequestException")
            .with_hint(format!("Take the deletion back with `formwork secret restore {}`.", secret.name))
            .into());
    }
    Ok(secret)
}

fn not_found(session: &Session<'_>, reference: &Reference) -> rusqlite::Result<Failure> {
    let [name, other] = reference.clone().names();
    let failure = Failure::new(FailureKind::NotFound, format!("secret `{name}` does not exist in {}", session.region))
        .with_code("ResourceNotFoundException");
    let mut statement =
        session.db.prepare_cached("SELECT DISTINCT region FROM secret WHERE name IN (?1, ?2) ORDER BY region")?;
    let regions = statement.query_map([&name, &other], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    if regions.iter().any(|region| region == session.region) {
        return Ok(failure.with_hint("There is a secret of that name with another ARN; refer to it by its name."));
    }
    Ok(match regions.first() {
        Some(first) => failure.with_hint(format!("It exists in {}; pass `--region {first}`.", regions.join(", "))),
        None => failure.with_hint("Create it with `formwork secret create`."),
    })
}

/// All secrets of the region, sorted by name.
pub(super) fn list(session: &Session<'_>, deleted: bool) -> Result<Vec<SecretRow>, Error> {
    let mut statement = session.db.prepare_cached(&format!(
        "SELECT {SECRET} FROM secret WHERE region = ?1 AND (?2 OR purge IS NULL) ORDER BY name"
    ))?;
    let rows = statement.query_map(params![session.region, deleted], secret_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The version that has a stage.
pub(super) fn staged(session: &Session<'_>, secret: &SecretRow, stage: &str) -> Result<Option<String>, Error> {
    let mut statement =
        session.db.prepare_cached("SELECT version_id FROM secret_stage WHERE secret = ?1 AND stage = ?2")?;
    Ok(statement.query_row(params![secret.id, stage], |row| row.get(0)).optional()?)
}

/// Put a stage on a version, taking it from the one that has it.
pub(super) fn move_stage(session: &Session<'_>, secret: &SecretRow, stage: &str, to: &str) -> Result<(), Error> {
    let mut statement = session.db.prepare_cached(
        "INSERT INTO secret_stage (secret, stage, version_id) VALUES (?1, ?2, ?3)
         ON CONFLICT (secret, stage) DO UPDATE SET version_id = excluded.version_id",
    )?;
    statement.execute(params![secret.id, stage, to])?;
    Ok(())
}

/// The stages of a version, sorted.
pub(super) fn stages(session: &Session<'_>, secret: &SecretRow, version_id: &str) -> Result<Vec<String>, Error> {
    let mut statement = session
        .db
        .prepare_cached("SELECT stage FROM secret_stage WHERE secret = ?1 AND version_id = ?2 ORDER BY stage")?;
    let rows = statement.query_map(params![secret.id, version_id], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One version, if it is kept.
pub(super) fn find_version(
    session: &Session<'_>,
    secret: &SecretRow,
    version_id: &str,
) -> Result<Option<SecretVersionRow>, Error> {
    let mut statement = session.db.prepare_cached(
        "SELECT version_id, sealed, created FROM secret_version WHERE secret = ?1 AND version_id = ?2",
    )?;
    let row =
        |row: &Row<'_>| Ok(SecretVersionRow { version_id: row.get(0)?, sealed: row.get(1)?, created: row.get(2)? });
    Ok(statement.query_row(params![secret.id, version_id], row).optional()?)
}

/// Add a secret without versions.
pub(super) fn insert(
    session: &Session<'_>,
    name: &str,
    suffix: &str,
    description: Option<&str>,
) -> Result<SecretRow, Error> {
    let modified = Time(session.now);
    let mut statement = session.db.prepare_cached(
        "INSERT INTO secret (region, name, suffix, description, created, modified) VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
    )?;
    let id = statement.insert(params![session.region, name, suffix, description, modified])?;
    let (name, suffix, description) = (name.to_owned(), suffix.to_owned(), description.map(str::to_owned));
    Ok(SecretRow { id, name, suffix, description, modified, purge: None })
}

/// Add a version without stages.
pub(super) fn insert_version(
    session: &Session<'_>,
    secret: &SecretRow,
    version_id: &str,
    sealed: &[u8],
) -> Result<(), Error> {
    let mut statement = session.db.prepare_cached(
        "INSERT INTO secret_version (secret, version_id, number, sealed, created)
         SELECT ?1, ?2, ifnull(max(number), 0) + 1, ?3, ?4 FROM secret_version WHERE secret = ?1",
    )?;
    statement.execute(params![secret.id, version_id, sealed, Time(session.now)])?;
    touch(session, secret)
}

/// Remember that the secret changed now.
pub(super) fn touch(session: &Session<'_>, secret: &SecretRow) -> Result<(), Error> {
    let mut statement = session.db.prepare_cached("UPDATE secret SET modified = ?2 WHERE id = ?1")?;
    statement.execute(params![secret.id, Time(session.now)])?;
    Ok(())
}

/// How many versions are kept.
pub(super) fn count_versions(session: &Session<'_>, secret: &SecretRow) -> Result<u64, Error> {
    let mut statement = session.db.prepare_cached("SELECT count(*) FROM secret_version WHERE secret = ?1")?;
    Ok(statement.query_row([secret.id], |row| row.get::<_, Version>(0))?.0)
}

/// Drop the oldest version that no stage holds; tells whether there was one.
pub(super) fn drop_oldest(session: &Session<'_>, secret: &SecretRow) -> Result<bool, Error> {
    let mut statement = session.db.prepare_cached(
        "DELETE FROM secret_version WHERE rowid = (
             SELECT v.rowid FROM secret_version v
             WHERE v.secret = ?1 AND NOT EXISTS (
                 SELECT 1 FROM secret_stage s WHERE s.secret = v.secret AND s.version_id = v.version_id)
             ORDER BY v.number LIMIT 1)",
    )?;
    Ok(statement.execute([secret.id])? > 0)
}

/// Set or take back the time at which the secret is gone.
pub(super) fn schedule(session: &Session<'_>, secret: &SecretRow, purge: Option<Time>) -> Result<(), Error> {
    let mut statement = session.db.prepare_cached("UPDATE secret SET purge = ?2, modified = ?3 WHERE id = ?1")?;
    statement.execute(params![secret.id, purge, Time(session.now)])?;
    Ok(())
}

/// Delete a secret with all its versions.
pub(super) fn delete(session: &Session<'_>, secret: &SecretRow) -> Result<(), Error> {
    session.db.prepare_cached("DELETE FROM secret WHERE id = ?1")?.execute([secret.id])?;
    Ok(())
}

/// Whether the window of a deleted secret, in any region, has passed.
pub(super) fn due(session: &Session<'_>) -> Result<bool, Error> {
    let mut statement = session.db.prepare_cached("SELECT EXISTS (SELECT 1 FROM secret WHERE purge <= ?1)")?;
    Ok(statement.query_row([Time(session.now)], |row| row.get(0))?)
}

/// Delete the secrets, in all regions, whose window has passed.
pub(super) fn purge(session: &Session<'_>) -> Result<(), Error> {
    let mut statement = session.db.prepare_cached("DELETE FROM secret WHERE purge <= ?1 RETURNING region, name")?;
    let rows = statement.query_map([Time(session.now)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let gone = rows.collect::<Result<Vec<(String, String)>, _>>()?;
    for (region, name) in gone {
        session.audit_in(&region, AuditService::Secrets, "PurgeSecret", &name, None)?;
    }
    Ok(())
}
