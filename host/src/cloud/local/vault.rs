//! Encryption for the rows of the store: which key, and whether it is the right one.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use super::key::{self, Key, KeyId};
use super::store::{Error, Session};
use crate::cloud::{Failure, FailureKind, Secret};

/// The key, from the file or from elsewhere. The file is not touched before a key is needed.
pub(super) struct Vault {
    path: PathBuf,
    key: OnceLock<Arc<Key>>,
}

impl Vault {
    /// With the key in this file.
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, key: OnceLock::new() }
    }

    /// With this key instead.
    pub(super) fn with_key(&self, text: &str) -> Result<Self, Failure> {
        Ok(Self { path: self.path.clone(), key: Arc::new(Key::parse(text)?).into() })
    }

    /// Encrypt for a place in the store. All of a store has one key: with another one the value could be written, and
    /// the next process could not read it. And where values are, a new key file would make them look lost.
    pub(super) fn seal(&self, session: &Session<'_>, secret: &Secret, place: &str) -> Result<Vec<u8>, Error> {
        let used = key_in_use(session)?;
        let key = match self.load()? {
            Some(key) => key,
            None if used.is_some() => return Err(self.missing().into()),
            None => self.keep(Key::read_or_create(&self.path)?),
        };
        if used.is_some_and(|used| used != key.id()) {
            return Err(key::other_key().into());
        }
        Ok(key.seal(secret, place)?)
    }

    /// Decrypt what is in that place.
    pub(super) fn open(&self, sealed: &[u8], place: &str) -> Result<Secret, Failure> {
        self.load()?.ok_or_else(|| self.missing())?.open(sealed, place)
    }

    fn load(&self) -> Result<Option<Arc<Key>>, Failure> {
        if let Some(key) = self.key.get() {
            return Ok(Some(Arc::clone(key)));
        }
        Ok(Key::read(&self.path)?.map(|key| self.keep(key)))
    }

    fn keep(&self, key: Key) -> Arc<Key> {
        Arc::clone(self.key.get_or_init(|| Arc::new(key)))
    }

    fn missing(&self) -> Failure {
        Failure::new(
            FailureKind::AccessDenied,
            format!("the store has encrypted values, and the key file `{}` is missing", self.path.display()),
        )
        .with_code("AccessDeniedException")
        .with_hint("Put back the file, or set `FORMWORK_KEY` to the key.")
    }
}

/// The key of the values that are in the store, in any region.
fn key_in_use(session: &Session<'_>) -> rusqlite::Result<Option<KeyId>> {
    let mut statement = session.db.prepare_cached(
        "SELECT * FROM (SELECT sealed FROM parameter_version WHERE sealed IS NOT NULL LIMIT 1)
         UNION ALL SELECT * FROM (SELECT sealed FROM secret_version LIMIT 1)
         LIMIT 1",
    )?;
    let mut rows = statement.query([])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(key::key_id(row.get_ref(0)?.as_blob()?))
}
