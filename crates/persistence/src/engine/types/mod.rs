//! Column types of our own, so that one `schema.rs` serves both engines.
//!
//! | kind | PostgreSQL | SQLite | Rust |
//! |---|---|---|---|
//! | [`Uid`] | `uuid` | `BLOB` (16 bytes) | the typed ids |
//! | [`RawUid`] | `uuid` | `BLOB` | the bytes of an id, where it may be none |
//! | [`Instant`] | `timestamptz` | `INTEGER`, microseconds since 1970 | `jiff::Timestamp`, cut to the microsecond |
//! | [`Day`] | `date` | `TEXT`, `YYYY-MM-DD`: sorts as dates do, and a person can read it | `jiff::civil::Date` |
//! | [`Whole`] | `bigint` | `INTEGER` | `Money` in kobo, counts (`u32`, `u64`) |
//! | [`Bytes`] | `bytea` | `BLOB` | hashes, the set of paid boxes |
//! | [`Word`] | `text` | `TEXT` | enums, phone numbers and other texts with a form |
//! | [`Json`] | `jsonb` | `TEXT` | `serde_json::Value` |
//!
//! Texts and bytes without a form, and flags, use diesel's own `Text`, `Bool` and `Binary`. A domain type joins a kind by
//! implementing [`Column`]; rows and queries hold it in a [`Col`].

mod col;
mod columns;
mod kinds;
mod raw;
mod texts;

#[cfg(test)]
mod tests;

pub(crate) use col::Col;
pub(crate) use columns::Written;
pub(crate) use kinds::{
    Bytes, Day, Instant, JSONB_VERSION, Json, PG_EPOCH_MICROS, RawUid, Uid, Whole, Word, pg_epoch_day,
};
pub(crate) use raw::{Micros, RawId};

use diesel::deserialize;
use diesel::expression::TypedExpressionType;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output};
use diesel::sql_types::{SingleValue, SqlType, is_nullable};
use diesel::sqlite::{Sqlite, SqliteValue};

/// The error of a value that does not fit its column.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A kind of column: how its raw value is written and read on each engine.
pub(crate) trait Kind: SingleValue + SqlType<IsNull = is_nullable::NotNull> + TypedExpressionType {
    /// What is written and read.
    type Raw;

    fn write_pg(raw: Self::Raw, out: &mut Output<'_, '_, Pg>) -> serialize::Result;
    fn read_pg(value: PgValue<'_>) -> deserialize::Result<Self::Raw>;
    fn write_lite(raw: Self::Raw, out: &mut Output<'_, '_, Sqlite>) -> serialize::Result;
    fn read_lite(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self::Raw>;
}

/// A domain type that is stored in columns of kind `K`. Reading checks the value again: the database is not trusted.
pub(crate) trait Column<K: Kind>: Sized {
    /// The value as the column holds it.
    fn to_column(&self) -> K::Raw;
    /// The value that a column holds.
    fn from_column(raw: K::Raw) -> Result<Self, BoxError>;
}
