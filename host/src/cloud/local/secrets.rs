//! Secrets Manager.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::LocalCloud;
use super::audit::AuditService;
use super::columns::Time;
use super::secret_names::{self, Reference};
use super::secret_rows::{self, SecretRow};
use super::store::{Error, Session};
use crate::cloud::{Deletion, Failure, FailureKind, Secret, SecretMetadata, SecretSelector, SecretVersion, Secrets};

/// The stage of the version that is in use.
const CURRENT: &str = "AWSCURRENT";

/// The stage of the version that was in use before.
const PREVIOUS: &str = "AWSPREVIOUS";

/// How many versions of a secret are kept. Secrets Manager drops those without stages beyond about a hundred.
const VERSIONS: u64 = 100;

#[async_trait]
impl Secrets for LocalCloud {
    async fn create(&self, name: &str, value: &Secret, description: Option<&str>) -> Result<String, Failure> {
        secret_names::check_new(name)?;
        secret_names::check_value(value)?;
        secret_names::check_description(description)?;
        self.write(|session| {
            if let Some(existing) = secret_rows::find(session, name)? {
                return Err(taken(&existing).into());
            }
            let secret = secret_rows::insert(session, name, &secret_names::suffix(), description)?;
            let version_id = self.add_version(session, &secret, value)?;
            secret_rows::move_stage(session, &secret, CURRENT, &version_id)?;
            session.audit(AuditService::Secrets, "CreateSecret", name, Some(&version_id))?;
            Ok(secret.arn(session.region))
        })
    }

    async fn put(&self, id: &str, value: &Secret, stages: &[String]) -> Result<String, Failure> {
        let reference = Reference::parse(id)?;
        secret_names::check_value(value)?;
        secret_names::check_stages(stages)?;
        self.write(|session| {
            let secret = secret_rows::resolve_active(session, &reference)?;
            let version_id = self.add_version(session, &secret, value)?;
            if stages.is_empty() {
                stage(session, &secret, CURRENT, &version_id)?;
            }
            // AWSCURRENT last: whoever loses it has AWSPREVIOUS, even if that was asked for too.
            let (current, others): (Vec<_>, Vec<_>) = stages.iter().partition(|name| *name == CURRENT);
            for name in others.into_iter().chain(current) {
                stage(session, &secret, name, &version_id)?;
            }
            make_room(session, &secret)?;
            session.audit(AuditService::Secrets, "PutSecretValue", &secret.name, Some(&version_id))?;
            Ok(version_id)
        })
    }

    async fn get(&self, id: &str, selector: &SecretSelector) -> Result<SecretVersion, Failure> {
        let reference = Reference::parse(id)?;
        let (version, sealed) = self.read(|session| {
            let secret = secret_rows::resolve_active(session, &reference)?;
            let version_id = select(session, &secret, selector)?;
            let row = secret_rows::find_version(session, &secret, &version_id)?
                .ok_or_else(|| no_version(&secret, &format!("version `{version_id}`")))?;
            let version = SecretVersion {
                arn: secret.arn(session.region),
                stages: secret_rows::stages(session, &secret, &row.version_id)?,
                name: secret.name,
                version_id: row.version_id,
                value: Secret::new(""),
                created: Some(row.created.0),
            };
            Ok((version, row.sealed))
        })?;
        let place = secret_rows::place(&self.region, &version.name, &version.version_id);
        let value = self.vault.open(&sealed, &place)?;
        // What cannot be written down is not given out.
        self.write(|session| {
            session.audit(AuditService::Secrets, "GetSecretValue", &version.name, Some(&version.version_id))
        })?;
        Ok(SecretVersion { value, ..version })
    }

    async fn list(&self, deleted: bool) -> Result<Vec<SecretMetadata>, Failure> {
        self.read(|session| {
            let metadata = |secret: SecretRow| SecretMetadata {
                arn: secret.arn(session.region),
                name: secret.name,
                description: secret.description,
                modified: Some(secret.modified.0),
                deletion_date: secret.purge.map(|purge| purge.0),
            };
            Ok(secret_rows::list(session, deleted)?.into_iter().map(metadata).collect())
        })
    }

    /// As on AWS, deleting without recovery succeeds for a secret that does not exist, and for one that is scheduled
    /// for deletion.
    async fn delete(&self, id: &str, deletion: Deletion) -> Result<Timestamp, Failure> {
        let reference = Reference::parse(id)?;
        let window = secret_names::window(deletion)?;
        self.write(|session| {
            let Some(days) = window else {
                match secret_rows::resolve(session, &reference) {
                    Ok(secret) => {
                        secret_rows::delete(session, &secret)?;
                        session.audit(AuditService::Secrets, "DeleteSecret", &secret.name, None)?;
                    }
                    Err(Error::Refused(failure)) if failure.kind == FailureKind::NotFound => {}
                    Err(error) => return Err(error),
                }
                return Ok(session.now);
            };
            let secret = secret_rows::resolve_active(session, &reference)?;
            let purge = session.now.checked_add(SignedDuration::from_hours(24 * i64::from(days))).map_err(|_| {
                Failure::new(FailureKind::Other, "the recovery window ends beyond all time")
                    .with_hint("Set the clock of this machine.")
            })?;
            secret_rows::schedule(session, &secret, Some(Time(purge)))?;
            session.audit(AuditService::Secrets, "DeleteSecret", &secret.name, None)?;
            Ok(purge)
        })
    }

    /// As on AWS, restoring a secret that was not deleted succeeds and does nothing.
    async fn restore(&self, id: &str) -> Result<(), Failure> {
        let reference = Reference::parse(id)?;
        self.write(|session| {
            let secret = secret_rows::resolve(session, &reference)?;
            if secret.purge.is_some() {
                secret_rows::schedule(session, &secret, None)?;
                session.audit(AuditService::Secrets, "RestoreSecret", &secret.name, None)?;
            }
            Ok(())
        })
    }
}

impl LocalCloud {
    fn add_version(&self, session: &Session<'_>, secret: &SecretRow, value: &Secret) -> Result<String, Error> {
        let version_id = Uuid::new_v4().to_string();
        let place = secret_rows::place(session.region, &secret.name, &version_id);
        let sealed = self.vault.seal(session, value, &place)?;
        secret_rows::insert_version(session, secret, &version_id, &sealed)?;
        Ok(version_id)
    }
}

/// Put a stage on a version. Who loses `AWSCURRENT` gets `AWSPREVIOUS`.
fn stage(session: &Session<'_>, secret: &SecretRow, name: &str, version_id: &str) -> Result<(), Error> {
    let before = secret_rows::staged(session, secret, name)?;
    secret_rows::move_stage(session, secret, name, version_id)?;
    match before {
        Some(before) if name == CURRENT && before != version_id => {
            secret_rows::move_stage(session, secret, PREVIOUS, &before)
        }
        _ => Ok(()),
    }
}

/// Drop versions that no stage holds, the oldest first, until no more are kept than allowed.
fn make_room(session: &Session<'_>, secret: &SecretRow) -> Result<(), Error> {
    while secret_rows::count_versions(session, secret)? > VERSIONS {
        if !secret_rows::drop_oldest(session, secret)? {
            return Err(Failure::new(
                FailureKind::Conflict,
                format!("secret `{}` has {VERSIONS} versions, and all of them have stages", secret.name),
            )
            .with_code("LimitExceededException")
            .with_hint("Move stages to newer versions.")
            .into());
        }
    }
    Ok(())
}

/// The version id that the selector picks.
fn select(session: &Session<'_>, secret: &SecretRow, selector: &SecretSelector) -> Result<String, Error> {
    let stage = match (&selector.stage, &selector.version_id) {
        (None, Some(version_id)) => return Ok(version_id.clone()),
        (stage, _) => stage.as_deref().unwrap_or(CURRENT),
    };
    let staged = secret_rows::staged(session, secret, stage)?;
    let Some(staged) = staged else {
        return Err(no_version(secret, &format!("version with the stage `{stage}`")).into());
    };
    match &selector.version_id {
        Some(version_id) if *version_id != staged => {
            if secret_rows::find_version(session, secret, version_id)?.is_none() {
                return Err(no_version(secret, &format!("version `{version_id}`")).into());
            }
            Err(Failure::new(
                FailureKind::InvalidInput,
                format!("version `{version_id}` of secret `{}` does not have the stage `{stage}`", secret.name),
            )
            .with_code("InvalidRequestException")
            .with_hint("Give the stage or the version id, or a pair that belongs together.")
            .into())
        }
        _ => Ok(staged),
    }
}

fn no_version(secret: &SecretRow, what: &str) -> Failure {
    Failure::new(FailureKind::NotFound, format!("secret `{}` has no {what}", secret.name))
        .with_code("ResourceNotFoundException")
        .with_hint("Leave out the stage and the version id for the current value.")
}

/// Why a secret of that name cannot be created.
fn taken(existing: &SecretRow) -> Failure {
    let name = &existing.name;
    if existing.purge.is_some() {
        return Failure::new(FailureKind::Conflict, format!("a secret `{name}` is scheduled for deletion"))
            .with_code("InvalidRequestException")
            .with_hint(format!("Take it back with `formwork secret restore {name}`, or delete it without recovery."));
    }
    Failure::new(FailureKind::Conflict, format!("secret `{name}` already exists"))
        .with_code("ResourceExistsException")
        .with_hint(format!("Write a new version with `formwork secret put {name}`."))
}
