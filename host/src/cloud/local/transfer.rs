//! Parameters in bulk: import, export, and what is pulled from AWS.

use std::collections::BTreeMap;

use super::LocalCloud;
use super::audit::AuditService;
use super::labels;
use super::names;
use super::parameters::Decryption;
use super::policies;
use super::put::{self, Draft};
use super::rows::{self, Head, Scan, StoredValue, VersionRow};
use super::rules;
use super::store::{Error, Session};
use super::transfer_format::{self as format, Entry};
use super::vault::Vault;
use crate::cloud::{Decrypt, Failure, Parameter, ParameterTier, ParameterType, ParameterValue, Secret};

/// What an import did, in numbers of parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Parameters that were not there before.
    pub added: usize,
    /// Parameters that have a new version, or labels or tags that they did not have.
    pub updated: usize,
    /// Parameters that were there as they came.
    pub unchanged: usize,
    /// The names of SecureStrings that came without their value and were left out, sorted.
    pub skipped: Vec<String>,
}

/// What became of a parameter; the later cases outweigh the earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Unchanged,
    Updated,
    Added,
}

impl LocalCloud {
    /// Take in parameters from JSON, all or none of them: our own export, what the AWS CLI prints for
    /// `get-parameters` and its kin, or a plain object of names and values.
    ///
    /// A version number above the latest is kept, as public parameters have high ones. Where the same value is there
    /// under the same number, or as the latest, nothing changes; everything else becomes the next version. Names under
    /// `/aws/service/` are welcome. Allowed patterns are kept and not checked: the values were checked where they were
    /// written, by AWS perhaps, whose patterns can do more.
    ///
    /// # Errors
    /// `ValidationException` and the other error names of PutParameter, for the first parameter that cannot be taken.
    pub fn import(&self, text: &str) -> Result<ImportReport, Failure> {
        self.take_in(format::parse(text)?)
    }

    /// Take in parameters that were read from AWS, all or none of them, as [`Self::import`] does. SecureStrings are
    /// encrypted with the local key; those that were read without decryption are left out and reported.
    ///
    /// # Errors
    /// As [`Self::import`].
    pub fn store_pulled(&self, parameters: &[Parameter]) -> Result<ImportReport, Failure> {
        self.take_in(parameters.iter().map(Entry::from).collect())
    }

    /// The latest versions of the parameters whose names begin with `prefix`, or of all, as a document that
    /// [`Self::import`] reads. SecureStrings are in it without their values, unless `decrypt` says so: then the
    /// document is a secret.
    ///
    /// # Errors
    /// When the store cannot be read, or a value cannot be decrypted.
    pub fn export(&self, prefix: Option<&str>, decrypt: Decrypt) -> Result<serde_json::Value, Failure> {
        self.give_out(prefix, decrypt, false)
    }

    /// The same with all versions that are kept, oldest first.
    ///
    /// # Errors
    /// As [`Self::export`].
    pub fn export_history(&self, prefix: Option<&str>, decrypt: Decrypt) -> Result<serde_json::Value, Failure> {
        self.give_out(prefix, decrypt, true)
    }

    fn take_in(&self, mut entries: Vec<Entry>) -> Result<ImportReport, Failure> {
        for entry in &entries {
            names::check_imported(&entry.name, &self.region)?;
        }
        // Oldest first: a version below the latest could not be put in any more.
        entries.sort_by_cached_key(|entry| (names::key(&entry.name), entry.version));
        self.write(|session| {
            let mut outcomes: BTreeMap<String, Outcome> = BTreeMap::new();
            let mut skipped = Vec::new();
            for entry in &entries {
                let Some(value) = &entry.value else {
                    skipped.push(entry.name.clone());
                    continue;
                };
                let outcome = take(session, &self.vault, entry, value)?;
                let before = outcomes.entry(names::key(&entry.name)).or_insert(outcome);
                *before = outcome.max(*before);
            }
            skipped.dedup();
            let count = |outcome| outcomes.values().filter(|it| **it == outcome).count();
            Ok(ImportReport {
                added: count(Outcome::Added),
                updated: count(Outcome::Updated),
                unchanged: count(Outcome::Unchanged),
                skipped,
            })
        })
    }

    fn give_out(&self, prefix: Option<&str>, decrypt: Decrypt, all: bool) -> Result<serde_json::Value, Failure> {
        let prefix = prefix.unwrap_or_default();
        let scan = Scan { below: "/", direct: false, prefix, after: "", limit: usize::MAX };
        let rows = self.read(|session| {
            let mut rows = Vec::new();
            for (head, latest) in rows::scan(session, &scan)? {
                let versions = if all { rows::versions(session, &head)? } else { vec![latest] };
                for version in versions {
                    let labels = rows::labels(session, &head, version.version)?;
                    let tags = if version.version == head.latest { tags(session, &head)? } else { Vec::new() };
                    rows.push((head.clone(), version, labels, tags));
                }
            }
            Ok(rows)
        })?;
        let mut decrypted: Vec<Decryption> = Vec::new();
        let mut entries = Vec::with_capacity(rows.len());
        for (head, row, labels, tags) in rows {
            let (tier, description, pattern) = (row.tier, row.description.clone(), row.allowed_pattern.clone());
            let policies = head.policies.clone().filter(|_| row.version == head.latest);
            let parameter = self.reveal(&head, row, decrypt, &mut decrypted)?;
            entries.push(Entry {
                tier: Some(tier),
                description,
                allowed_pattern: pattern,
                labels,
                policies,
                tags,
                ..Entry::from(&parameter)
            });
        }
        self.record(&decrypted)?;
        Ok(format::document(&self.region, &entries))
    }
}

fn take(session: &Session<'_>, vault: &Vault, entry: &Entry, value: &Secret) -> Result<Outcome, Error> {
    let existing = rows::find(session, &names::key(&entry.name))?;
    // Without a type, as in a plain object, a parameter keeps the one it has.
    let kind = entry.kind.or(existing.as_ref().map(|head| head.kind)).unwrap_or(ParameterType::String);
    let value = match kind {
        ParameterType::String => ParameterValue::Text(value.expose().to_owned()),
        ParameterType::StringList => ParameterValue::TextList(value.expose().to_owned()),
        ParameterType::SecureString => ParameterValue::Secure(Some(value.clone())),
    };
    let (head, outcome) = match existing {
        Some(head) => {
            if head.kind != kind {
                return Err(put::type_mismatch(&head, kind).into());
            }
            match present(session, vault, &head, entry.version, &value)? {
                Some(version) => {
                    let changed = mark(session, &head, version, entry)?;
                    return Ok(if changed { Outcome::Updated } else { Outcome::Unchanged });
                }
                None => {
                    let version = entry.version.filter(|version| *version > head.latest);
                    (write(session, vault, Some(head), entry, version, &value)?, Outcome::Updated)
                }
            }
        }
        None => (write(session, vault, None, entry, entry.version, &value)?, Outcome::Added),
    };
    mark(session, &head, head.latest, entry)?;
    Ok(outcome)
}

/// The version that has this value already: the one of that number, or the latest when there is no number above it.
fn present(
    session: &Session<'_>,
    vault: &Vault,
    head: &Head,
    version: Option<u64>,
    value: &ParameterValue,
) -> Result<Option<u64>, Error> {
    if version.is_some_and(|version| version > head.latest) {
        return Ok(None);
    }
    let text = rules::text(value)?;
    for candidate in [version, Some(head.latest)].into_iter().flatten() {
        if let Some(row) = rows::find_version(session, head, candidate)?
            && is_same(session, vault, head, &row, text)?
        {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

fn is_same(session: &Session<'_>, vault: &Vault, head: &Head, row: &VersionRow, text: &str) -> Result<bool, Error> {
    match &row.value {
        StoredValue::Plain(plain) => Ok(plain == text),
        StoredValue::Sealed(sealed) => {
            let secret = vault.open(sealed, &rows::place(session.region, &head.key, row.version))?;
            // It tells whoever imports whether they guessed the value.
            session.audit(AuditService::Parameters, "Decrypt", &head.name, Some(&row.version.to_string()))?;
            Ok(secret.expose() == text)
        }
    }
}

fn write(
    session: &Session<'_>,
    vault: &Vault,
    existing: Option<Head>,
    entry: &Entry,
    version: Option<u64>,
    value: &ParameterValue,
) -> Result<Head, Error> {
    rules::description(entry.description.as_deref())?;
    let data_type = entry.data_type.as_deref().unwrap_or(rules::DEFAULT_DATA_TYPE);
    rules::data_type(data_type, value.kind(), rules::text(value)?)?;
    let policies = entry.policies.as_deref().map(|text| policies::parse(text, session.now)).transpose()?;
    let draft = Draft {
        name: &entry.name,
        value,
        version,
        modified: entry.modified.unwrap_or(session.now),
        // A value that came from the Standard tier may meet a parameter that is Advanced here.
        tier: match entry.tier {
            Some(ParameterTier::Advanced) => ParameterTier::Advanced,
            _ => ParameterTier::IntelligentTiering,
        },
        data_type,
        description: entry.description.as_deref(),
        allowed_pattern: entry.allowed_pattern.as_deref(),
        policies: policies.as_ref(),
        operation: "Import",
    };
    put::write(session, vault, existing, &draft)
}

/// Put the labels and tags of an entry where its value is. Tells whether anything changed.
fn mark(session: &Session<'_>, head: &Head, version: u64, entry: &Entry) -> Result<bool, Error> {
    let labelled = labels::set(session, head, version, &entry.labels, "Import")?;
    let present = tags(session, head)?;
    if entry.tags.iter().all(|tag| present.contains(tag)) {
        return Ok(labelled);
    }
    rules::tags(&entry.tags, false)?;
    put::set_tags(session, head, &entry.tags)?;
    session.audit(AuditService::Parameters, "Import", &head.name, None)?;
    Ok(true)
}

fn tags(session: &Session<'_>, head: &Head) -> Result<Vec<(String, String)>, Error> {
    let mut statement =
        session.db.prepare_cached("SELECT key, value FROM parameter_tag WHERE parameter = ?1 ORDER BY key")?;
    let rows = statement.query_map([head.id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
