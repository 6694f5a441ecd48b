//! Parameter Store.

use async_trait::async_trait;

use super::LocalCloud;
use super::audit::AuditService;
use super::names::{self, Reference};
use super::rows::{self, Head, Scan, StoredValue, VersionRow};
use crate::cloud::{
    Decrypt, Failure, Page, Parameter, ParameterMetadata, ParameterType, ParameterValue, ParameterVersion, Parameters,
    PutParameter, Secret,
};

/// The parameters of a page of GetParametersByPath.
const UNDER_PAGE: usize = 10;

/// The parameters of a page of DescribeParameters.
const LIST_PAGE: usize = 50;

/// A decryption that the audit trail has to tell of: name and version.
pub(super) type Decryption = (String, u64);

#[async_trait]
impl Parameters for LocalCloud {
    async fn get(&self, names: &[String], decrypt: Decrypt) -> Vec<Result<Parameter, Failure>> {
        let references: Vec<_> = names.iter().map(|name| Reference::parse(name)).collect();
        // One transaction for all names: they are of one moment.
        let found = self.read(|session| {
            let find = |reference: &Result<Reference, Failure>| {
                let reference = reference.as_ref().map_err(Clone::clone)?;
                let head = rows::resolve(session, reference)?;
                let version = rows::select(session, &head, &reference.selector)?;
                Ok((head, version))
            };
            let mut rows = Vec::with_capacity(references.len());
            for reference in &references {
                match find(reference) {
                    Ok(row) => rows.push(Ok(row)),
                    Err(super::Error::Refused(failure)) => rows.push(Err(failure)),
                    Err(error) => return Err(error),
                }
            }
            Ok(rows)
        });
        let found = match found {
            Ok(found) => found,
            Err(failure) => return names.iter().map(|_| Err(failure.clone())).collect(),
        };
        let mut decrypted = Vec::new();
        let reveal = |row: Result<_, _>| row.and_then(|(head, row)| self.reveal(&head, row, decrypt, &mut decrypted));
        let results: Vec<_> = found.into_iter().map(reveal).collect();
        match self.record(&decrypted) {
            Ok(()) => results,
            // What cannot be written down is not given out.
            Err(failure) => results
                .into_iter()
                .map(|result| match result {
                    Ok(Parameter { value: ParameterValue::Secure(_), .. }) => Err(failure.clone()),
                    other => other,
                })
                .collect(),
        }
    }

    async fn under(
        &self,
        path: &str,
        recursive: bool,
        decrypt: Decrypt,
        cursor: Option<&str>,
    ) -> Result<Page<Parameter>, Failure> {
        let below = names::path_prefix(path)?;
        let after = cursor.map(|cursor| names::parse_cursor('u', cursor)).transpose()?.unwrap_or_default();
        let scan = Scan { below: &below, direct: !recursive, prefix: "", after: &after, limit: UNDER_PAGE + 1 };
        let rows = self.read(|session| rows::scan(session, &scan))?;
        let (rows, next) = page(rows, UNDER_PAGE, 'u');
        Ok(Page { items: self.reveal_all(rows, decrypt)?, next })
    }

    async fn list(&self, prefix: Option<&str>, cursor: Option<&str>) -> Result<Page<ParameterMetadata>, Failure> {
        let prefix = prefix.unwrap_or_default();
        let after = cursor.map(|cursor| names::parse_cursor('l', cursor)).transpose()?.unwrap_or_default();
        let scan = Scan { below: "/", direct: false, prefix, after: &after, limit: LIST_PAGE + 1 };
        let rows = self.read(|session| rows::scan(session, &scan))?;
        let (rows, next) = page(rows, LIST_PAGE, 'l');
        Ok(Page { items: rows.into_iter().map(|(head, row)| metadata(head, row)).collect(), next })
    }

    async fn put(&self, request: PutParameter) -> Result<u64, Failure> {
        self.put_parameter(&request)
    }

    async fn history(&self, name: &str, decrypt: Decrypt) -> Result<Vec<ParameterVersion>, Failure> {
        let reference = Reference::parse_name(name)?;
        let (head, rows) = self.read(|session| {
            let head = rows::resolve(session, &reference)?;
            let mut all = Vec::new();
            for row in rows::versions(session, &head)? {
                let labels = rows::labels(session, &head, row.version)?;
                all.push((row, labels));
            }
            Ok((head, all))
        })?;
        let mut decrypted = Vec::new();
        let mut history = Vec::with_capacity(rows.len());
        for (row, labels) in rows {
            let (tier, description, by) = (row.tier, row.description.clone(), row.modified_by.clone());
            let parameter = self.reveal(&head, row, decrypt, &mut decrypted)?;
            history.push(ParameterVersion { parameter, labels, tier, description, modified_by: Some(by) });
        }
        self.record(&decrypted)?;
        Ok(history)
    }

    async fn label(&self, name: &str, version: Option<u64>, labels: &[String]) -> Result<Vec<String>, Failure> {
        self.label_parameter(name, version, labels)
    }

    async fn unlabel(&self, name: &str, version: u64, labels: &[String]) -> Result<Vec<String>, Failure> {
        self.unlabel_parameter(name, version, labels)
    }

    async fn delete(&self, names: &[String]) -> Result<Vec<String>, Failure> {
        let references =
            names.iter().map(|name| Reference::parse_name(name)).collect::<Result<Vec<Reference>, Failure>>()?;
        self.write(|session| {
            let (mut missing, mut deleted) = (Vec::new(), Vec::new());
            for (name, reference) in names.iter().zip(&references) {
                let here = reference.is_here(session.region);
                match if here { rows::find(session, &reference.key)? } else { None } {
                    Some(head) => {
                        rows::delete(session, &head)?;
                        session.audit(AuditService::Parameters, "DeleteParameter", &head.name, None)?;
                        deleted.push(&reference.key);
                    }
                    // A name that is given twice existed, when it was asked for.
                    None if here && deleted.contains(&&reference.key) => {}
                    None => missing.push(name.clone()),
                }
            }
            Ok(missing)
        })
    }
}

impl LocalCloud {
    /// A version as it is given out. What was decrypted is added to `decrypted`, for [`Self::record`].
    pub(super) fn reveal(
        &self,
        head: &Head,
        row: VersionRow,
        decrypt: Decrypt,
        decrypted: &mut Vec<Decryption>,
    ) -> Result<Parameter, Failure> {
        let value = match row.value {
            StoredValue::Plain(text) if head.kind == ParameterType::StringList => ParameterValue::TextList(text),
            StoredValue::Plain(text) => ParameterValue::Text(text),
            StoredValue::Sealed(sealed) => ParameterValue::Secure(match decrypt {
                Decrypt::No => None,
                Decrypt::Yes => Some(self.unseal(head, row.version, &sealed, decrypted)?),
            }),
        };
        Ok(Parameter {
            name: head.name.clone(),
            value,
            version: row.version,
            modified: Some(row.modified.0),
            arn: Some(names::arn(&self.region, &head.key)),
            data_type: Some(row.data_type),
        })
    }

    fn unseal(
        &self,
        head: &Head,
        version: u64,
        sealed: &[u8],
        decrypted: &mut Vec<Decryption>,
    ) -> Result<Secret, Failure> {
        let secret = self.vault.open(sealed, &rows::place(&self.region, &head.key, version))?;
        decrypted.push((head.name.clone(), version));
        Ok(secret)
    }

    /// Latest versions as they are given out, with the decryptions recorded.
    pub(super) fn reveal_all(
        &self,
        rows: Vec<(Head, VersionRow)>,
        decrypt: Decrypt,
    ) -> Result<Vec<Parameter>, Failure> {
        let mut decrypted = Vec::new();
        let items = rows
            .into_iter()
            .map(|(head, row)| self.reveal(&head, row, decrypt, &mut decrypted))
            .collect::<Result<_, _>>()?;
        self.record(&decrypted)?;
        Ok(items)
    }

    /// Write decryptions into the audit trail. Callers give out no decrypted value before this has succeeded.
    pub(super) fn record(&self, decrypted: &[Decryption]) -> Result<(), Failure> {
        if decrypted.is_empty() {
            return Ok(());
        }
        self.write(|session| {
            for (name, version) in decrypted {
                session.audit(AuditService::Parameters, "Decrypt", name, Some(&version.to_string()))?;
            }
            Ok(())
        })
    }
}

/// Cut the rows to a page; where there was one more, the page has a cursor. The cursor is the last key, so a page
/// begins where the one before ended, whatever is written in between.
fn page(mut rows: Vec<(Head, VersionRow)>, size: usize, operation: char) -> (Vec<(Head, VersionRow)>, Option<String>) {
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(|(head, _)| names::cursor(operation, &head.key));
    (rows, next)
}

fn metadata(head: Head, row: VersionRow) -> ParameterMetadata {
    ParameterMetadata {
        name: head.name,
        kind: head.kind,
        version: row.version,
        modified: Some(row.modified.0),
        tier: head.tier,
        data_type: Some(row.data_type),
        description: row.description,
        allowed_pattern: row.allowed_pattern,
    }
}
