//! `formwork.lock`: what references stood for when they were last resolved, and which plugins were trusted.
//!
//! TOML, `version = 1`, sorted, stable, made to be read in a review.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::file::{folder_of, lock_folder, write_atomically};
use crate::plugin::Grants;

/// The name of the file.
pub const LOCK_FILE: &str = "formwork.lock";

const VERSION: i64 = 1;

const HEADER: &str =
    "# Made by formwork. `formwork outdated` compares it with the cloud, `formwork upgrade` moves the pins.\n";

/// The lock of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    pins: Vec<Pin>,
    plugins: Vec<LockedPlugin>,
}

/// A resolved reference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// `SCHEME:BODY`.
    pub reference: String,
    /// `local` or `aws`.
    pub cloud: String,
    /// The region.
    pub region: String,
    /// The owning account; none for public values, which are the same for all accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The value. Never a secret.
    pub value: String,
    /// The version of the value at its source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// When that version was written, RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
    /// The value that was pinned before this one, so that a plan can tell which version a stack has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_value: Option<String>,
    /// The version of that value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_version: Option<String>,
}

/// A third-party plugin that somebody trusted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedPlugin {
    /// Its name in `formwork.toml`.
    pub name: String,
    /// Its source in `formwork.toml`.
    pub source: String,
    /// `sha256:` and 64 hexadecimal digits.
    pub digest: String,
    /// What it may reach.
    #[serde(default)]
    pub grants: Grants,
}

/// Where a value was looked up, which a pin is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// `local` or `aws`.
    pub cloud: &'static str,
    /// The region.
    pub region: String,
    /// The account in use, where it is known; pins of private values are good for their account only.
    pub account: Option<String>,
}

/// Why a lock is not accepted or not written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LockError {
    /// It is there and cannot be read.
    #[error("failed to read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        #[source]
        source: io::Error,
    },
    /// It has the marks of a merge.
    #[error("`{}` has merge conflicts (line {line})", path.display())]
    Conflict {
        /// The file.
        path: PathBuf,
        /// The first mark, from 1.
        line: usize,
    },
    /// It is of a later Formwork.
    #[error("`{}` has version {version}, and this Formwork knows version {VERSION}", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: i64,
    },
    /// It is damaged.
    #[error("`{}` cannot be understood: {message}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        message: String,
    },
    /// It cannot be written.
    #[error("failed to write `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        #[source]
        source: io::Error,
    },
}

impl LockError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Conflict { .. } => Some(
                "Resolve them as in any file: keep the pins of both sides, one for each reference; or take one side and run \
                 `formwork upgrade`.",
            ),
            Self::Version { .. } => Some("Install a newer Formwork."),
            Self::Invalid { .. } => Some("Take the file from version control, or delete it and render again."),
            Self::Write { .. } => Some(
                "Where the folder cannot be written, render with `--locked` (only what is pinned) or `--latest` (no pins).",
            ),
            Self::Read { .. } => None,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: i64,
    #[serde(default, rename = "pin", skip_serializing_if = "Vec::is_empty")]
    pins: Vec<Pin>,
    #[serde(default, rename = "plugin", skip_serializing_if = "Vec::is_empty")]
    plugins: Vec<LockedPlugin>,
}

impl Lock {
    /// The lock in this file; empty where there is none.
    ///
    /// # Errors
    /// When it is there and is not accepted.
    pub fn read(path: &Path) -> Result<Self, LockError> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(path, &text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(LockError::Read { path: path.to_owned(), source }),
        }
    }

    fn parse(path: &Path, text: &str) -> Result<Self, LockError> {
        let path = path.to_owned();
        let mark =
            |line: &str| line.starts_with("<<<<<<<") || line.starts_with("=======") || line.starts_with(">>>>>>>");
        if let Some(line) = text.lines().position(mark) {
            return Err(LockError::Conflict { path, line: line + 1 });
        }
        let invalid = |message: String| LockError::Invalid { path: path.clone(), message };
        // The version first: a later file may have parts that this one does not know.
        #[derive(Deserialize)]
        struct Head {
            version: i64,
        }
        let said = |error: toml::de::Error| invalid(error.to_string().trim_end().to_owned());
        let head: Head = toml::from_str(text).map_err(said)?;
        if head.version != VERSION {
            return Err(LockError::Version { path, version: head.version });
        }
        let file: File = toml::from_str(text).map_err(said)?;
        let mut lock = Self { pins: file.pins, plugins: file.plugins };
        lock.sort();
        let mut pins = lock.pins.iter().zip(lock.pins.iter().skip(1));
        if let Some((twice, _)) = pins.find(|(a, b)| a.key() == b.key()) {
            return Err(invalid(format!("`{}` is pinned twice for {}", twice.reference, twice.place())));
        }
        Ok(lock)
    }

    /// The text of the file.
    ///
    /// # Errors
    /// Never for what [`Lock::read`] gives.
    pub fn to_text(&self) -> Result<String, toml::ser::Error> {
        let file = File { version: VERSION, pins: self.pins.clone(), plugins: self.plugins.clone() };
        Ok(format!("{HEADER}{}", toml::to_string(&file)?))
    }

    /// Replace the file, all or nothing; a file that would not change is not touched.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), LockError> {
        let failed = |source| LockError::Write { path: path.to_owned(), source };
        let text = self.to_text().map_err(|error| failed(io::Error::other(error)))?;
        if std::fs::read_to_string(path).is_ok_and(|there| there == text) {
            return Ok(());
        }
        write_atomically(path, text.as_bytes(), None).map_err(failed)
    }

    /// Change the lock in this file, while no other Formwork can: what another one wrote meanwhile is read first.
    ///
    /// # Errors
    /// When the file is not accepted or the folder cannot be written.
    pub fn update(path: &Path, change: impl FnOnce(&mut Self)) -> Result<Self, LockError> {
        let failed = |source| LockError::Write { path: path.to_owned(), source };
        // The folder, not the file: the file is replaced, and a lock would stay with the old one.
        let _guard = lock_folder(folder_of(path)).map_err(failed)?;
        let mut lock = Self::read(path)?;
        change(&mut lock);
        lock.write(path)?;
        Ok(lock)
    }

    /// All pins, sorted by reference, cloud and region.
    #[must_use]
    pub fn pins(&self) -> &[Pin] {
        &self.pins
    }

    /// Whether some pin can only be used by who knows the account in use.
    #[must_use]
    pub fn needs_account(&self, reference: &str, place: &Place) -> bool {
        let mut pins = self.pins.iter().filter(|pin| pin.reference == reference);
        pins.any(|pin| pin.cloud == place.cloud && pin.region == place.region && pin.account.is_some())
    }

    /// The pin of a reference that is good for `place`.
    #[must_use]
    pub fn pin(&self, reference: &str, place: &Place) -> Option<&Pin> {
        self.pins.iter().find(|pin| pin.reference == reference && pin.is_good_for(place))
    }

    /// Where else a reference is pinned: `aws eu-west-1 123456789012`.
    #[must_use]
    pub fn elsewhere(&self, reference: &str, place: &Place) -> Vec<String> {
        let others = self.pins.iter().filter(|pin| pin.reference == reference && !pin.is_good_for(place));
        others.map(Pin::place).collect()
    }

    /// Add a pin, or replace the one with its reference, cloud, region and account; then the pin remembers the value that
    /// it had before.
    pub fn set_pin(&mut self, mut pin: Pin) {
        let before = self.pins.iter().position(|there| there.key() == pin.key()).map(|at| self.pins.swap_remove(at));
        if let Some(before) = before {
            let moved = before.value != pin.value;
            pin.previous_value = if moved { Some(before.value) } else { before.previous_value };
            pin.previous_version = if moved { before.version } else { before.previous_version };
        }
        self.pins.push(pin);
        self.sort();
    }

    /// The plugin of this name.
    #[must_use]
    pub fn plugin(&self, name: &str) -> Option<&LockedPlugin> {
        self.plugins.iter().find(|plugin| plugin.name == name)
    }

    /// Add or replace a plugin.
    pub fn set_plugin(&mut self, plugin: LockedPlugin) {
        self.plugins.retain(|there| there.name != plugin.name);
        self.plugins.push(plugin);
        self.sort();
    }

    fn sort(&mut self) {
        self.pins.sort_by(|a, b| a.key().cmp(&b.key()));
        self.plugins.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

impl Pin {
    fn key(&self) -> (&str, &str, &str, Option<&str>) {
        (&self.reference, &self.cloud, &self.region, self.account.as_deref())
    }

    /// Whether the pin may be used there.
    #[must_use]
    pub fn is_good_for(&self, place: &Place) -> bool {
        self.cloud == place.cloud
            && self.region == place.region
            && (self.account.is_none() || self.account == place.account)
    }

    /// Where it was looked up, for people: `aws eu-west-1 123456789012`.
    #[must_use]
    pub fn place(&self) -> String {
        let account = self.account.as_deref().map(|account| format!(" {account}")).unwrap_or_default();
        format!("{} {}{account}", self.cloud, self.region)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(reference: &str, region: &str, value: &str) -> Pin {
        Pin {
            reference: reference.into(),
            cloud: "local".into(),
            region: region.into(),
            account: None,
            value: value.into(),
            version: Some("71".into()),
            modified: Some("2026-11-03T00:00:00Z".into()),
            previous_value: None,
            previous_version: None,
        }
    }

    fn place(region: &str) -> Place {
        Place { cloud: "local", region: region.into(), account: None }
    }

    #[test]
    fn round_trips_sorted() {
        let mut lock = Lock::default();
        lock.set_pin(pin("ssm:/b", "us-east-1", "2"));
        lock.set_pin(pin("ssm:/a", "us-east-1", "1"));
        lock.set_pin(pin("ssm:/b", "us-east-1", "3"));
        lock.set_pin(pin("ssm:/b", "us-east-1", "3"));
        let text = lock.to_text().unwrap();
        assert_eq!(Lock::parse(Path::new("formwork.lock"), &text).unwrap(), lock);
        assert_eq!(lock.pins().iter().map(|p| p.value.as_str()).collect::<Vec<_>>(), ["1", "3"]);
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_pin_is_good_for_its_region_and_cloud_only() {
        let mut lock = Lock::default();
        lock.set_pin(pin("ssm:/a", "us-east-1", "1"));
        assert!(lock.pin("ssm:/a", &place("us-east-1")).is_some());
        assert!(lock.pin("ssm:/a", &place("eu-west-1")).is_none());
        assert!(lock.pin("ssm:/a", &Place { cloud: "aws", ..place("us-east-1") }).is_none());
        assert_eq!(lock.elsewhere("ssm:/a", &place("eu-west-1")), ["local us-east-1"]);
    }

    #[test]
    fn a_private_pin_is_good_for_its_account_only() {
        let mut lock = Lock::default();
        lock.set_pin(Pin { account: Some("111111111111".into()), ..pin("ssm:/a", "us-east-1", "1") });
        lock.set_pin(Pin { account: Some("222222222222".into()), ..pin("ssm:/a", "us-east-1", "2") });
        assert!(lock.needs_account("ssm:/a", &place("us-east-1")));
        assert!(lock.pin("ssm:/a", &place("us-east-1")).is_none());
        let there = Place { account: Some("222222222222".into()), ..place("us-east-1") };
        assert_eq!(lock.pin("ssm:/a", &there).unwrap().value, "2");
    }

    #[test]
    fn says_what_is_wrong_with_a_file() {
        let parse = |text: &str| Lock::parse(Path::new("formwork.lock"), text).unwrap_err();
        assert!(matches!(parse("version = 1\n<<<<<<< HEAD\n"), LockError::Conflict { line: 2, .. }));
        assert!(matches!(parse("version = 2\nnew = true\n"), LockError::Version { version: 2, .. }));
        assert!(matches!(parse("version = 1\n[[pin]]\n"), LockError::Invalid { .. }));
        assert!(matches!(parse(""), LockError::Invalid { .. }));
        let mut lock = Lock::default();
        lock.set_pin(pin("ssm:/a", "us-east-1", "1"));
        let text = lock.to_text().unwrap();
        let pins = text.split_once("[[pin]]").unwrap().1;
        assert!(parse(&format!("{text}\n[[pin]]{pins}")).to_string().contains("pinned twice"));
    }

    #[test]
    fn a_write_keeps_the_mode_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("formwork.lock");
        Lock::default().write(&path).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(Lock::default().write(&folder.path().join("missing/formwork.lock")).is_err());
    }
}
