//! The tables, and how an older store becomes a new one.

use rusqlite::{Connection, TransactionBehavior};

/// The version of the schema that this Formwork writes, kept in SQLite's `user_version`.
pub(super) const VERSION: i64 = 1;

/// `MIGRATIONS[n]` leads from version n to version n + 1. What has been released is never changed, only added to.
const MIGRATIONS: [&str; 1] = ["
    CREATE TABLE parameter (
        id       INTEGER PRIMARY KEY,
        region   TEXT NOT NULL,
        -- The name with a leading slash: `X` and `/X` are one parameter.
        key      TEXT NOT NULL,
        -- The name as it was first written.
        name     TEXT NOT NULL,
        kind     TEXT NOT NULL CHECK (kind IN ('String', 'StringList', 'SecureString')),
        tier     TEXT NOT NULL CHECK (tier IN ('Standard', 'Advanced')),
        latest   INTEGER NOT NULL CHECK (latest > 0),
        policies TEXT,
        -- Milliseconds since 1970, as all times here; from the Expiration policy.
        expires  INTEGER,
        UNIQUE (region, key)
    ) STRICT;
    CREATE INDEX parameter_key ON parameter (key, region);
    CREATE INDEX parameter_expires ON parameter (expires) WHERE expires IS NOT NULL;

    -- How many parameters count towards the limits of a region: all but those that AWS publishes. Kept by triggers,
    -- because counting anew for each parameter makes large imports slow.
    CREATE TABLE parameter_count (
        region TEXT NOT NULL,
        tier   TEXT NOT NULL,
        number INTEGER NOT NULL CHECK (number >= 0),
        PRIMARY KEY (region, tier)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER parameter_added AFTER INSERT ON parameter WHEN NEW.key NOT GLOB '/aws/service/*' BEGIN
        INSERT INTO parameter_count (region, tier, number) VALUES (NEW.region, NEW.tier, 1)
            ON CONFLICT (region, tier) DO UPDATE SET number = number + 1;
    END;
    CREATE TRIGGER parameter_moved AFTER UPDATE OF tier ON parameter
        WHEN OLD.tier <> NEW.tier AND NEW.key NOT GLOB '/aws/service/*' BEGIN
        UPDATE parameter_count SET number = number - 1 WHERE region = OLD.region AND tier = OLD.tier;
        INSERT INTO parameter_count (region, tier, number) VALUES (NEW.region, NEW.tier, 1)
            ON CONFLICT (region, tier) DO UPDATE SET number = number + 1;
    END;
    CREATE TRIGGER parameter_removed AFTER DELETE ON parameter WHEN OLD.key NOT GLOB '/aws/service/*' BEGIN
        UPDATE parameter_count SET number = number - 1 WHERE region = OLD.region AND tier = OLD.tier;
    END;

    CREATE TABLE parameter_version (
        parameter       INTEGER NOT NULL REFERENCES parameter (id) ON DELETE CASCADE,
        version         INTEGER NOT NULL CHECK (version > 0),
        -- One of the two: `plain` for String and StringList, `sealed` for SecureString.
        plain           TEXT,
        sealed          BLOB,
        modified        INTEGER NOT NULL,
        modified_by     TEXT NOT NULL,
        tier            TEXT NOT NULL,
        data_type       TEXT NOT NULL,
        description     TEXT,
        allowed_pattern TEXT,
        PRIMARY KEY (parameter, version),
        CHECK ((plain IS NULL) <> (sealed IS NULL))
    ) STRICT;
    CREATE INDEX parameter_version_sealed ON parameter_version (version) WHERE sealed IS NOT NULL;

    CREATE TABLE parameter_label (
        parameter INTEGER NOT NULL,
        label     TEXT NOT NULL,
        version   INTEGER NOT NULL,
        PRIMARY KEY (parameter, label),
        FOREIGN KEY (parameter, version) REFERENCES parameter_version (parameter, version) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX parameter_label_version ON parameter_label (parameter, version);

    CREATE TABLE parameter_tag (
        parameter INTEGER NOT NULL REFERENCES parameter (id) ON DELETE CASCADE,
        key       TEXT NOT NULL,
        value     TEXT NOT NULL,
        PRIMARY KEY (parameter, key)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE secret (
        id          INTEGER PRIMARY KEY,
        region      TEXT NOT NULL,
        name        TEXT NOT NULL,
        -- The six random characters at the end of the ARN.
        suffix      TEXT NOT NULL,
        description TEXT,
        created     INTEGER NOT NULL,
        modified    INTEGER NOT NULL,
        -- When a secret that was deleted is gone for good; null for one that was not.
        purge       INTEGER,
        UNIQUE (region, name)
    ) STRICT;
    CREATE INDEX secret_name ON secret (name, region);
    CREATE INDEX secret_purge ON secret (purge) WHERE purge IS NOT NULL;

    CREATE TABLE secret_version (
        secret     INTEGER NOT NULL REFERENCES secret (id) ON DELETE CASCADE,
        version_id TEXT NOT NULL,
        -- Counts up within the secret, for the order of versions written in the same millisecond.
        number     INTEGER NOT NULL,
        sealed     BLOB NOT NULL,
        created    INTEGER NOT NULL,
        PRIMARY KEY (secret, version_id)
    ) STRICT;

    CREATE TABLE secret_stage (
        secret     INTEGER NOT NULL,
        stage      TEXT NOT NULL,
        version_id TEXT NOT NULL,
        PRIMARY KEY (secret, stage),
        FOREIGN KEY (secret, version_id) REFERENCES secret_version (secret, version_id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX secret_stage_version ON secret_stage (secret, version_id);

    CREATE TABLE audit (
        id        INTEGER PRIMARY KEY,
        at        INTEGER NOT NULL,
        region    TEXT NOT NULL,
        service   TEXT NOT NULL CHECK (service IN ('ssm', 'secretsmanager')),
        operation TEXT NOT NULL,
        name      TEXT NOT NULL,
        version   TEXT,
        user      TEXT NOT NULL,
        process   INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX audit_name ON audit (region, name);
"];

/// What [`migrate`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Migration {
    /// The store is at [`VERSION`] now.
    Done,
    /// The store is of a newer Formwork, of this version, and was left alone.
    TooNew(i64),
}

/// Bring the store to [`VERSION`], all steps or none. Processes that open a new store at the same time wait for each
/// other, and the later ones find nothing left to do.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<Migration> {
    match version(connection)? {
        VERSION => return Ok(Migration::Done),
        newer if newer > VERSION => return Ok(Migration::TooNew(newer)),
        _ => {}
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = version(&transaction)?;
    if from > VERSION {
        return Ok(Migration::TooNew(from));
    }
    for step in MIGRATIONS.iter().skip(usize::try_from(from).unwrap_or(0)) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(Migration::Done)
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrates_once_and_leaves_newer_stores_alone() {
        let mut connection = Connection::open_in_memory().unwrap();
        assert_eq!(migrate(&mut connection).unwrap(), Migration::Done);
        assert_eq!(migrate(&mut connection).unwrap(), Migration::Done);
        assert_eq!(usize::try_from(VERSION).unwrap(), MIGRATIONS.len());
        connection.pragma_update(None, "user_version", VERSION + 1).unwrap();
        assert_eq!(migrate(&mut connection).unwrap(), Migration::TooNew(VERSION + 1));
    }
}
