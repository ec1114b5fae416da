//! The kinds of column. The numbers are PostgreSQL's fixed type ids, so no connection has to look them up.

use std::borrow::Cow;
use std::io::Write as _;

use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output};
use diesel::sql_types::{self, SqlType};
use diesel::sqlite::{Sqlite, SqliteValue};
use uuid::Uuid;

use super::Kind;

/// An identifier.
#[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951), sqlite_type(name = "Binary"))]
pub struct Uid;

impl Kind for Uid {
    type Raw = Uuid;

    fn write_pg(raw: Uuid, out: &mut Output<'_, '_, Pg>) -> serialize::Result {
        out.write_all(raw.as_bytes())?;
        Ok(IsNull::No)
    }

    fn read_pg(value: PgValue<'_>) -> deserialize::Result<Uuid> {
        Ok(Uuid::from_slice(value.as_bytes())?)
    }

    fn write_lite(raw: Uuid, out: &mut Output<'_, '_, Sqlite>) -> serialize::Result {
        out.set_value(raw.as_bytes().to_vec());
        Ok(IsNull::No)
    }

    fn read_lite(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Uuid> {
        Ok(Uuid::from_slice(value.read_blob())?)
    }
}

/// An identifier, as whatever bytes are in its column.
#[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951), sqlite_type(name = "Binary"))]
pub struct RawUid;

impl Kind for RawUid {
    type Raw = Vec<u8>;

    fn write_pg(raw: Vec<u8>, out: &mut Output<'_, '_, Pg>) -> serialize::Result {
        Bytes::write_pg(raw, out)
    }

    fn read_pg(value: PgValue<'_>) -> deserialize::Result<Vec<u8>> {
        Bytes::read_pg(value)
    }

    fn write_lite(raw: Vec<u8>, out: &mut Output<'_, '_, Sqlite>) -> serialize::Result {
        Bytes::write_lite(raw, out)
    }

    fn read_lite(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Vec<u8>> {
        Bytes::read_lite(value)
    }
}

/// An instant, in microseconds since 1970.
#[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185), sqlite_type(name = "Long"))]
pub struct Instant;

/// Microseconds from 1970 to 2000, where PostgreSQL counts from.
pub(crate) const PG_EPOCH_MICROS: i64 = 946_684_800_000_000;

impl Kind for Instant {
    type Raw = i64;

    fn write_pg(raw: i64, out: &mut Output<'_, '_, Pg>) -> serialize::Result {
        out.write_all(&raw.saturating_sub(PG_EPOCH_MICROS).to_be_bytes())?;
        Ok(IsNull::No)
    }

    fn read_pg(value: PgValue<'_>) -> deserialize::Result<i64> {
        Ok(i64::from_be_bytes(value.as_bytes().try_into()?).saturating_add(PG_EPOCH_MICROS))
    }

    fn write_lite(raw: i64, out: &mut Output<'_, '_, Sqlite>) -> serialize::Result {
        out.set_value(raw);
        Ok(IsNull::No)
    }

    fn read_lite(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<i64> {
        <i64 as FromSql<sql_types::BigInt, Sqlite>>::from_sql(value)
    }
}

/// A day of the calendar, in days since 2000 (PostgreSQL) or as text (SQLite).
#[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 1082, array_oid = 1182), sqlite_type(name = "Text"))]
pub struct Day;

impl Kind for Day {
    type Raw = jiff::civil::Date;

    fn write_pg(raw: Self::Raw, out: &mut Output<'_, '_, Pg>) -> serialize::Result {
        let days: i32 = pg_epoch_day().until(raw)?.get_days();
        out.write_all(&days.to_be_bytes())?;
        Ok(IsNull::No)
    }

    fn read_pg(value: PgValue<'_>) -> deserialize::Result<Self::Raw> {
        let days = i32::from_be_bytes(value.as_bytes().try_into()?);
        Ok(pg_epoch_day().checked_add(jiff::Span::new().try_days(days)?)?)
    }

    fn write_lite(raw: Self::Raw, out: &mut Output<'_, '_, Sqlite>) -> serialize::Result {
        out.set_value(raw.to_string());
        Ok(IsNull::No)
    }

    fn read_lite(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self::Raw> {
        Ok(value.read_text().parse()?)
    }
}

/// The day that PostgreSQL counts from.
pub(crate) const fn pg_epoch_day() -> jiff::civil::Date {
    jiff::civil::date(2000, 1, 1)
}

/// A whole number: an amount in kobo (which may be negative), or a count.
#[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 20, array_oid = 1016), sqlite_type(name = "Long"))]
pub struct Whole;

impl Kind for Whole {
    type Raw = i64;

    fn write_pg(raw: i64, out: &mut Output<'_, '_, Pg>) -> serialize::Result {
        out.write_all(&raw.to_be_bytes())?;
        Ok(IsNull::No)
    }

    fn read_pg(value: PgValue<'_>) -> deserialize::Result<i64> {
        Ok(i64::from_be_bytes(value.as_bytes().try_into()?))
    }

    fn write_lite(raw: i64, out: &mut Output<'_, '_, Sqlite>) -> serialize::Result {
        out.set_value(raw);
        Ok(IsNull::No)
    }

    fn read_lite(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<i64> {
        <i64 as FromSql<sql_types::BigInt, Sqlite>>::from_sql(value)
    }
}

/// Bytes with a form: a hash, the set of paid boxes.
#[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 17, array_oid = 1001), sqlite_type(name = "Binary"))]
pub struct Bytes;

impl Kind for Bytes {
    type Raw = Vec<u8>;

    fn write_pg(raw: Vec<u8>, out: &mut Output<'_, '_, Pg>) -> serialize::Result {
        out.write_all(&raw)?;
        Ok(IsNull::No)
    }

    fn read_pg(value: PgValue<'_>) -> deserialize::Result<Vec<u8>> {
        Ok(value.as_bytes().to_vec())
    }

    fn write_lite(raw: Vec<u8>, out: &mut Output<'_, '_, Sqlite>) -> serialize::Result {
        out.set_value(raw);
        Ok(IsNull::No)
    }

    fn read_lite(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Vec<u8>> {
        Ok(value.read_blob().to_vec())
    }
}

/// A text with a form: a status, a role, a phone number.
#[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 25, array_oid = 1009), sqlite_type(name = "Text"))]
pub struct Word;

impl Kind for Word {
    type Raw = Cow<'static, str>;

    fn write_pg(raw: Self::Raw, out: &mut Output<'_, '_, Pg>) -> serialize::Result {
        out.write_all(raw.as_bytes())?;
        Ok(IsNull::No)
    }

    fn read_pg(value: PgValue<'_>) -> deserialize::Result<Self::Raw> {
        Ok(std::str::from_utf8(value.as_bytes())?.to_owned().into())
    }

    fn write_lite(raw: Self::Raw, out: &mut Output<'_, '_, Sqlite>) -> serialize::Result {
        out.set_value(raw.into_owned());
        Ok(IsNull::No)
    }

    fn read_lite(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self::Raw> {
        Ok(value.read_text().to_owned().into())
    }
}

/// A JSON document: `jsonb`, or text on SQLite.
#[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807), sqlite_type(name = "Text"))]
pub struct Json;

/// The first byte of `jsonb` on the wire: the version of its encoding.
pub(crate) const JSONB_VERSION: u8 = 1;

impl Kind for Json {
    /// The document as text, so that writing one copies no tree.
    type Raw = String;

    fn write_pg(raw: Self::Raw, out: &mut Output<'_, '_, Pg>) -> serialize::Result {
        out.write_all(&[JSONB_VERSION])?;
        out.write_all(raw.as_bytes())?;
        Ok(IsNull::No)
    }

    fn read_pg(value: PgValue<'_>) -> deserialize::Result<Self::Raw> {
        match value.as_bytes().split_first() {
            Some((&JSONB_VERSION, text)) => Ok(std::str::from_utf8(text)?.to_owned()),
            _ => Err("jsonb of an unknown version".into()),
        }
    }

    fn write_lite(raw: Self::Raw, out: &mut Output<'_, '_, Sqlite>) -> serialize::Result {
        out.set_value(raw);
        Ok(IsNull::No)
    }

    fn read_lite(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self::Raw> {
        Ok(value.read_text().to_owned())
    }
}
