//! The local cloud: Parameter Store and Secrets Manager in a folder, without AWS.
//!
//! Everything is in one SQLite file, `.formwork/store.db`; SecureStrings and secrets are in there only as AES-256-GCM
//! ciphertext, under the key in `.formwork/key`. The rules – names, limits, versions, labels, tiers, policies,
//! stages – are those of AWS, with its error names; where AWS documents no behaviour, the comment at the rule says what
//! was chosen. Every write and every decryption leaves a row in the audit trail.

mod audit;
mod columns;
mod folder;
mod key;
mod labels;
mod names;
mod parameters;
mod policies;
mod put;
mod rows;
mod rules;
mod schema;
mod secret_names;
mod secret_rows;
mod secrets;
mod store;
#[cfg(test)]
mod tests;
mod transfer;
mod transfer_format;
mod vault;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

pub use self::audit::{AuditEntry, AuditService};
use self::store::{Error, Session, Store};
pub use self::transfer::ImportReport;
use self::vault::Vault;
use super::{Artifacts, Cloud, Failure, FailureKind, Parameters, Secrets, Stacks};

/// The account id in the ARNs of the local cloud.
pub const LOCAL_ACCOUNT: &str = "000000000000";

/// What the local cloud asks for the time. Expiry and recovery windows go by it.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// One region of the local cloud. Implements [`super::Parameters`] and [`super::Secrets`].
///
/// Clones share the connection. Any number of processes may have the same folder open; writes go one after the other,
/// and each waits up to ten seconds for its turn.
#[derive(Clone)]
pub struct LocalCloud {
    store: Arc<Store>,
    vault: Arc<Vault>,
    region: String,
    clock: Clock,
}

impl LocalCloud {
    /// Open the store in `folder` (by custom `.formwork`), making it where there is none: the folder (mode 0700) with a
    /// `.gitignore` that keeps it out of git, and `store.db` (mode 0600). The key file is made when the first
    /// SecureString or secret is written.
    ///
    /// # Errors
    /// `invalid-input` for a region that is none; `access-denied` or `unavailable` when the folder cannot be written;
    /// `unsupported` for a store of a newer Formwork; `other` for a damaged file, which the message names.
    pub fn open(folder: &Path, region: &str) -> Result<Self, Failure> {
        check_region(region)?;
        folder::prepare(folder)?;
        let store = Store::open(&folder.join("store.db"))?;
        Ok(Self {
            store: Arc::new(store),
            vault: Arc::new(Vault::new(folder.join("key"))),
            region: region.to_owned(),
            clock: Arc::new(Timestamp::now),
        })
    }

    /// The same, with a key that is not in the folder: 64 hex digits or the base64 of 32 bytes. The host passes the
    /// environment variable `FORMWORK_KEY` here.
    ///
    /// # Errors
    /// `invalid-input` when it is no such key; the message does not repeat it.
    pub fn with_key(mut self, key: &str) -> Result<Self, Failure> {
        self.vault = Arc::new(self.vault.with_key(key)?);
        Ok(self)
    }

    /// The same, with another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// The same store, seen from another region.
    ///
    /// # Errors
    /// `invalid-input` for a region that is none.
    pub fn in_region(&self, region: &str) -> Result<Self, Failure> {
        check_region(region)?;
        Ok(Self { region: region.to_owned(), ..self.clone() })
    }

    /// The region, `eu-west-1`.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Read a consistent state, after what is due to be gone is gone.
    fn read<T>(&self, body: impl FnOnce(&Session<'_>) -> Result<T, Error>) -> Result<T, Failure> {
        let now = (self.clock)();
        if self.store.read(&self.region, now, |session| Ok(rows::due(session)? || secret_rows::due(session)?))? {
            self.store.write(&self.region, now, purge)?;
        }
        self.store.read(&self.region, now, body)
    }

    /// Change something: all of `body` or, when it fails, nothing.
    fn write<T>(&self, body: impl FnOnce(&Session<'_>) -> Result<T, Error>) -> Result<T, Failure> {
        self.store.write(&self.region, (self.clock)(), |session| {
            purge(session)?;
            body(session)
        })
    }
}

impl Cloud for LocalCloud {
    fn parameters(&self) -> &dyn Parameters {
        self
    }

    fn secrets(&self) -> &dyn Secrets {
        self
    }

    fn stacks(&self) -> Result<&dyn Stacks, Failure> {
        Err(no_stacks())
    }

    fn artifacts(&self) -> Result<&dyn Artifacts, Failure> {
        Err(no_stacks())
    }
}

fn no_stacks() -> Failure {
    Failure::new(FailureKind::Unsupported, "the local store has no stacks: they live in AWS")
        .with_hint("Pass `--cloud aws`, or write `cloud = \"aws\"` in formwork.toml.")
}

/// Remove what has expired, in all regions.
fn purge(session: &Session<'_>) -> Result<(), Error> {
    rows::purge(session)?;
    secret_rows::purge(session)
}

impl fmt::Debug for LocalCloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalCloud").field("store", &self.store.path()).field("region", &self.region).finish()
    }
}

/// Regions are lower-case letters, digits and hyphens; which of them AWS has is not checked, for there are new ones
/// every year.
fn check_region(region: &str) -> Result<(), Failure> {
    let plain = region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if plain && (2..=32).contains(&region.len()) && region.starts_with(|first: char| first.is_ascii_lowercase()) {
        return Ok(());
    }
    Err(Failure::new(FailureKind::InvalidInput, format!("{region:?} is not the name of a region"))
        .with_hint("Pass a region such as `eu-west-1`."))
}
