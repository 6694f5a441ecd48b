//! The SQLite file: opening it, transactions, and what its errors mean.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::{audit, folder, schema};
use crate::cloud::{Failure, FailureKind};

/// How long a process waits for the others. A write takes milliseconds; who waits longer than this waits for a process
/// that hangs.
const BUSY: Duration = Duration::from_secs(10);

/// Why a transaction did not go through.
#[derive(Debug)]
pub(super) enum Error {
    /// A rule says no.
    Refused(Failure),
    /// SQLite says no.
    Sqlite(rusqlite::Error),
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// A transaction, with what every operation in it has to know.
pub(super) struct Session<'a> {
    /// The database, in a transaction.
    pub(super) db: &'a Connection,
    /// The region that is looked at.
    pub(super) region: &'a str,
    /// One time for the whole transaction.
    pub(super) now: Timestamp,
    /// The user of the operating system.
    pub(super) user: &'a str,
}

/// The file, open.
pub(super) struct Store {
    path: PathBuf,
    user: String,
    connection: Mutex<Connection>,
}

impl Store {
    /// Open or make the file, and bring it to the schema of this Formwork.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        folder::touch(path)?;
        let connection = connect(path).map_err(|error| failure(&error, path))?;
        match connection {
            (connection, schema::Migration::Done) => {
                Ok(Self { path: path.to_owned(), user: audit::user(), connection: Mutex::new(connection) })
            }
            (_, schema::Migration::TooNew(version)) => Err(Failure::new(
                FailureKind::Unsupported,
                format!(
                    "`{}` has schema version {version}, and this Formwork knows versions up to {}",
                    path.display(),
                    schema::VERSION
                ),
            )
            .with_hint("Update Formwork, or choose another folder.")),
        }
    }

    /// Where the file is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Run `body` on one consistent state of the store.
    pub(super) fn read<T>(
        &self,
        region: &str,
        now: Timestamp,
        body: impl FnOnce(&Session<'_>) -> Result<T, Error>,
    ) -> Result<T, Failure> {
        self.transact(TransactionBehavior::Deferred, region, now, body)
    }

    /// Run `body` as the only writer and keep what it did, unless it fails. IMMEDIATE, because a transaction that
    /// begins with reading and then writes is refused when another process wrote in between.
    pub(super) fn write<T>(
        &self,
        region: &str,
        now: Timestamp,
        body: impl FnOnce(&Session<'_>) -> Result<T, Error>,
    ) -> Result<T, Failure> {
        self.transact(TransactionBehavior::Immediate, region, now, body)
    }

    fn transact<T>(
        &self,
        behavior: TransactionBehavior,
        region: &str,
        now: Timestamp,
        body: impl FnOnce(&Session<'_>) -> Result<T, Error>,
    ) -> Result<T, Failure> {
        let run = || -> Result<T, Error> {
            let mut connection = self.lock();
            let transaction = connection.transaction_with_behavior(behavior)?;
            let value = body(&Session { db: &transaction, region, now, user: &self.user })?;
            transaction.commit()?;
            Ok(value)
        };
        run().map_err(|error| match error {
            Error::Refused(failure) => failure,
            Error::Sqlite(error) => failure(&error, &self.path),
        })
    }

    /// A panic elsewhere has rolled its transaction back, so the connection is as good as before.
    pub(super) fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn connect(path: &Path) -> rusqlite::Result<(Connection, schema::Migration)> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    write_ahead(&connection)?;
    // FULL: what `put` has confirmed is still there after a power failure.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Sorting must not leave values in temporary files.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    let migration = schema::migrate(&mut connection)?;
    Ok((connection, migration))
}

/// Switch to WAL. SQLite does not wait for others here by itself, whatever the timeout.
fn write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    let start = Instant::now();
    loop {
        match connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0)) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && start.elapsed() < BUSY => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(error) => return Err(error),
            // File systems without shared memory stay at another mode, which is slower and as safe.
            Ok(_) => return Ok(()),
        }
    }
}

/// What an error of SQLite means. Its texts name tables and columns, never values.
fn failure(error: &rusqlite::Error, path: &Path) -> Failure {
    let file = path.display();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            Failure::new(FailureKind::Other, format!("`{file}` is damaged or is not a store of Formwork")).with_hint(
                "Put back a copy of the file, or move it away with its `-wal` and `-shm` to begin with an empty store.",
            )
        }
        Some(ErrorCode::DiskFull) => {
            Failure::new(FailureKind::Unavailable, format!("no room to write `{file}`; nothing was changed"))
                .with_hint("Make room on the disk and try again.")
        }
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            Failure::new(FailureKind::AccessDenied, format!("cannot write `{file}`; nothing was changed"))
                .with_hint("Give this user the right to write the file and the folder it is in.")
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Failure::new(FailureKind::Unavailable, format!("another process has kept `{file}` locked for too long"))
                .with_hint("End the other process, or try again.")
        }
        Some(ErrorCode::SystemIoFailure) => {
            Failure::new(FailureKind::Unavailable, format!("cannot read or write `{file}`: {error}"))
                .with_hint("Check the disk that the file is on.")
        }
        _ => Failure::new(FailureKind::Other, format!("`{file}` did not do as it should: {error}"))
            .with_hint("Report this as a bug of Formwork."),
    }
}
