//! The audit trail: who wrote or decrypted what, and when. Never a value.

use std::fs;

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::columns::Time;
use super::store::{Error, Session};
use super::{LocalCloud, names, secret_names};
use crate::cloud::Failure;

/// The service that an [`AuditEntry`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditService {
    /// Parameter Store.
    Parameters,
    /// Secrets Manager.
    Secrets,
}

impl AuditService {
    /// The name of the service in ARNs: `ssm`, `secretsmanager`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Parameters => "ssm",
            Self::Secrets => "secretsmanager",
        }
    }
}

/// One row of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// When, to the millisecond.
    pub time: Timestamp,
    /// Parameter Store or Secrets Manager.
    pub service: AuditService,
    /// The name of the API operation (`PutParameter`, `GetSecretValue`), or one of the local cloud's own: `Decrypt`,
    /// `Import`, `ExpireParameter`, `PurgeSecret`.
    pub operation: String,
    /// The name of the parameter or secret.
    pub name: String,
    /// The version number of a parameter, the version id of a secret; none where all versions are meant.
    pub version: Option<String>,
    /// The user of the operating system.
    pub user: String,
    /// The process id.
    pub process: u32,
}

impl LocalCloud {
    /// What was done with a parameter or a secret in this region, oldest first, also after it was deleted. Empty for
    /// a name that never was. `name` may be an ARN; a selector in it is ignored.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn audit(&self, name: &str) -> Result<Vec<AuditEntry>, Failure> {
        let parameter = names::Reference::parse(name).map(|reference| reference.key).unwrap_or_default();
        let secret = secret_names::Reference::parse(name).map(|reference| reference.names()).unwrap_or_default();
        let [secret, shorter] = secret;
        self.read(|session| {
            let mut statement = session.db.prepare_cached(
                "SELECT at, service, operation, name, version, user, process FROM audit
                 WHERE region = ?1 AND (service = 'ssm' AND name IN (?2, substr(?2, 2))
                                     OR service = 'secretsmanager' AND name IN (?3, ?4))
                 ORDER BY id",
            )?;
            let rows = statement.query_map(params![session.region, parameter, secret, shorter], entry)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

fn entry(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    Ok(AuditEntry {
        time: row.get::<_, Time>(0)?.0,
        service: match row.get_ref(1)?.as_str()? {
            "ssm" => AuditService::Parameters,
            _ => AuditService::Secrets,
        },
        operation: row.get(2)?,
        name: row.get(3)?,
        version: row.get(4)?,
        user: row.get(5)?,
        process: row.get(6)?,
    })
}

impl Session<'_> {
    /// Write a row, in the transaction of what it tells of.
    pub(super) fn audit(
        &self,
        service: AuditService,
        operation: &str,
        name: &str,
        version: Option<&str>,
    ) -> Result<(), Error> {
        self.audit_in(self.region, service, operation, name, version)
    }

    /// The same, for another region.
    pub(super) fn audit_in(
        &self,
        region: &str,
        service: AuditService,
        operation: &str,
        name: &str,
        version: Option<&str>,
    ) -> Result<(), Error> {
        let mut statement = self.db.prepare_cached(
            "INSERT INTO audit (at, region, service, operation, name, version, user, process)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        let process = std::process::id();
        let row = params![Time(self.now), region, service.name(), operation, name, version, self.user, process];
        statement.execute(row)?;
        Ok(())
    }
}

/// The user that this process runs as: the name from `/etc/passwd`, or the number where that file does not have it.
/// Environment variables are not asked, for anyone can set them.
pub(super) fn user() -> String {
    let id = rustix::process::getuid().as_raw();
    let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
    user_name(&passwd, id).map_or_else(|| format!("uid {id}"), str::to_owned)
}

fn user_name(passwd: &str, id: u32) -> Option<&str> {
    let id = id.to_string();
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == id).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_users_by_number() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\nbroken\n";
        assert_eq!(user_name(passwd, 1000), Some("alice"));
        assert_eq!(user_name(passwd, 0), Some("root"));
        assert_eq!(user_name(passwd, 7), None);
        assert!(!user().is_empty());
    }
}
