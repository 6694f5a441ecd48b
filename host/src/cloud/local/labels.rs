//! Labels on versions of parameters.

use rusqlite::params;

use super::LocalCloud;
use super::audit::AuditService;
use super::columns::Version;
use super::names::{Reference, Selector, invalid};
use super::rows::{self, Head};
use super::store::{Error, Session};
use crate::cloud::{Failure, FailureKind};

/// The most labels of a version.
const LABELS: usize = 10;

/// The most characters of a label.
const LENGTH: usize = 100;

/// Whether a label is one that AWS allows (API reference, LabelParameterVersion).
pub(super) fn is_valid(label: &str) -> bool {
    let lower = label.to_ascii_lowercase();
    (1..=LENGTH).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
        && !label.starts_with(|first: char| first.is_ascii_digit())
        && !lower.starts_with("aws")
        && !lower.starts_with("ssm")
}

impl LocalCloud {
    pub(super) fn label_parameter(
        &self,
        name: &str,
        version: Option<u64>,
        labels: &[String],
    ) -> Result<Vec<String>, Failure> {
        let reference = Reference::parse_name(name)?;
        check_request(labels)?;
        let (valid, refused): (Vec<String>, Vec<String>) = labels.iter().cloned().partition(|label| is_valid(label));
        self.write(|session| {
            let head = rows::resolve(session, &reference)?;
            let version = version.unwrap_or(head.latest);
            rows::select(session, &head, &Selector::Version(version))?;
            set(session, &head, version, &valid, "LabelParameterVersion")?;
            Ok(refused)
        })
    }

    pub(super) fn unlabel_parameter(
        &self,
        name: &str,
        version: u64,
        labels: &[String],
    ) -> Result<Vec<String>, Failure> {
        let reference = Reference::parse_name(name)?;
        check_request(labels)?;
        self.write(|session| {
            let head = rows::resolve(session, &reference)?;
            rows::select(session, &head, &Selector::Version(version))?;
            let mut statement = session
                .db
                .prepare_cached("DELETE FROM parameter_label WHERE parameter = ?1 AND label = ?2 AND version = ?3")?;
            let mut missing = Vec::new();
            for label in labels {
                if statement.execute(params![head.id, label, Version(version)])? == 0 {
                    missing.push(label.clone());
                }
            }
            if missing.len() < labels.len() {
                let version = version.to_string();
                session.audit(AuditService::Parameters, "UnlabelParameterVersion", &head.name, Some(&version))?;
            }
            Ok(missing)
        })
    }
}

/// Put labels on a version, taking them from the versions that have them now. Tells whether anything changed.
///
/// # Errors
/// `ParameterVersionLabelLimitExceeded`
pub(super) fn set(
    session: &Session<'_>,
    head: &Head,
    version: u64,
    labels: &[String],
    operation: &str,
) -> Result<bool, Error> {
    let present = rows::labels(session, head, version)?;
    let mut statement = session.db.prepare_cached(
        "INSERT INTO parameter_label (parameter, label, version) VALUES (?1, ?2, ?3)
         ON CONFLICT (parameter, label) DO UPDATE SET version = excluded.version",
    )?;
    let mut changed = false;
    for label in labels.iter().filter(|label| !present.contains(label)) {
        statement.execute(params![head.id, label, Version(version)])?;
        changed = true;
    }
    if !changed {
        return Ok(false);
    }
    if rows::labels(session, head, version)?.len() > LABELS {
        // The transaction goes back, so none of the labels is set.
        return Err(Failure::new(
            FailureKind::InvalidInput,
            format!("version {version} of parameter `{}` would have more than {LABELS} labels", head.name),
        )
        .with_code("ParameterVersionLabelLimitExceeded")
        .with_hint("Take a label off first, or move one to another version.")
        .into());
    }
    session.audit(AuditService::Parameters, operation, &head.name, Some(&version.to_string()))?;
    Ok(true)
}

fn check_request(labels: &[String]) -> Result<(), Failure> {
    if labels.is_empty() || labels.len() > LABELS {
        return Err(invalid(format!("{} labels in one request", labels.len())).with_hint("Give 1 to 10 labels."));
    }
    Ok(())
}
