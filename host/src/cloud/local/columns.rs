//! How the types of the API are kept in columns.

use jiff::Timestamp;
use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};

use crate::cloud::{ParameterTier, ParameterType};

/// The type of that name in the API.
pub(super) fn parameter_type(name: &str) -> Option<ParameterType> {
    [ParameterType::String, ParameterType::StringList, ParameterType::SecureString]
        .into_iter()
        .find(|kind| kind.name() == name)
}

/// The tier of that name in the API.
pub(super) fn parameter_tier(name: &str) -> Option<ParameterTier> {
    [ParameterTier::Standard, ParameterTier::Advanced, ParameterTier::IntelligentTiering]
        .into_iter()
        .find(|tier| tier.name() == name)
}

impl FromSql for ParameterType {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        parameter_type(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

impl ToSql for ParameterType {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.name().into())
    }
}

impl FromSql for ParameterTier {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        parameter_tier(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

impl ToSql for ParameterTier {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.name().into())
    }
}

/// A time, in milliseconds as AWS keeps them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Time(pub(super) Timestamp);

impl FromSql for Time {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let milliseconds = value.as_i64()?;
        Timestamp::from_millisecond(milliseconds).map(Self).map_err(|_| FromSqlError::OutOfRange(milliseconds))
    }
}

impl ToSql for Time {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_millisecond().into())
    }
}

/// A version number. SQLite's integers are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version(pub(super) u64);

impl FromSql for Version {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let version = value.as_i64()?;
        u64::try_from(version).map(Self).map_err(|_| FromSqlError::OutOfRange(version))
    }
}

impl ToSql for Version {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        // A number that no row can have is as good as any other of that kind.
        Ok(i64::try_from(self.0).unwrap_or(i64::MAX).into())
    }
}
