//! Cells as PostgreSQL's binary `COPY` has them.

use bytes::BytesMut;
use jiff::civil::Date;

use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::rows::{Chunk, cell_number, json_cell, number_cell};
use super::tables::{Column, ColumnKind};
use crate::engine::{JSONB_VERSION, PG_EPOCH_MICROS, pg_epoch_day};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The type of PostgreSQL that holds a kind.
pub(crate) const fn wire_type(kind: ColumnKind) -> Type {
    match kind {
        ColumnKind::Uid => Type::UUID,
        ColumnKind::Instant => Type::TIMESTAMPTZ,
        ColumnKind::Day => Type::DATE,
        ColumnKind::Whole => Type::INT8,
        ColumnKind::Bytes => Type::BYTEA,
        ColumnKind::Text => Type::TEXT,
        ColumnKind::Json => Type::JSONB,
        ColumnKind::Flag => Type::BOOL,
    }
}

/// A cell on its way into PostgreSQL.
#[derive(Debug)]
pub(crate) struct ToWire<'a> {
    pub kind: ColumnKind,
    pub cell: Option<&'a [u8]>,
}

impl ToSql for ToWire<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        let Some(cell) = self.cell else { return Ok(IsNull::Yes) };
        match self.kind {
            ColumnKind::Uid | ColumnKind::Whole | ColumnKind::Bytes | ColumnKind::Text => out.extend_from_slice(cell),
            ColumnKind::Instant => {
                let micros = cell_number(cell).and_then(|micros| micros.checked_sub(PG_EPOCH_MICROS));
                out.extend_from_slice(&micros.ok_or("an instant that is none")?.to_be_bytes());
            }
            ColumnKind::Day => {
                let day: Date = std::str::from_utf8(cell)?.parse()?;
                out.extend_from_slice(&pg_epoch_day().until(day)?.get_days().to_be_bytes());
            }
            ColumnKind::Json => {
                out.extend_from_slice(&[JSONB_VERSION]);
                out.extend_from_slice(cell);
            }
            ColumnKind::Flag => {
                let flag = cell_number(cell).ok_or("a flag that is none")?;
                out.extend_from_slice(&[u8::from(flag != 0)]);
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A cell as it came from PostgreSQL.
pub(crate) struct FromWire<'a>(&'a [u8]);

impl<'a> FromSql<'a> for FromWire<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, BoxError> {
        Ok(Self(raw))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl FromWire<'_> {
    /// Adds the cell to a row.
    ///
    /// # Errors
    /// When PostgreSQL sent something else than its type has.
    pub fn put(cell: Option<&Self>, column: &Column, chunk: &mut Chunk) -> Result<(), BoxError> {
        let Some(&FromWire(raw)) = cell else {
            chunk.cell(None);
            return Ok(());
        };
        match column.kind {
            ColumnKind::Uid | ColumnKind::Whole | ColumnKind::Bytes | ColumnKind::Text => chunk.cell(Some(raw)),
            ColumnKind::Instant => {
                let micros = i64::from_be_bytes(raw.try_into()?).saturating_add(PG_EPOCH_MICROS);
                chunk.cell(Some(&number_cell(micros)));
            }
            ColumnKind::Day => {
                let days = i32::from_be_bytes(raw.try_into()?);
                let day = pg_epoch_day().checked_add(jiff::Span::new().try_days(days)?)?;
                chunk.cell(Some(day.to_string().as_bytes()));
            }
            ColumnKind::Json => match raw.split_first() {
                Some((&JSONB_VERSION, text)) => chunk.cell(Some(&json_cell(text))),
                _ => return Err("jsonb of an unknown version".into()),
            },
            ColumnKind::Flag => chunk.cell(Some(&number_cell(i64::from(raw != [0])))),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(kind: ColumnKind, cell: &[u8]) {
        let mut wire = BytesMut::new();
        ToWire { kind, cell: Some(cell) }.to_sql(&Type::TEXT, &mut wire).unwrap();
        let column = Column { name: "it".to_owned(), kind, nullable: false };
        let mut chunk = Chunk::default();
        FromWire::put(Some(&FromWire(&wire)), &column, &mut chunk).unwrap();
        assert_eq!(chunk.cells().collect::<Vec<_>>(), [Some(cell)], "{kind:?}");
    }

    #[test]
    fn every_kind_comes_back() {
        there_and_back(ColumnKind::Uid, &[7; 16]);
        for micros in [-1, 0, 1, PG_EPOCH_MICROS, 4_102_444_800_000_000] {
            there_and_back(ColumnKind::Instant, &number_cell(micros));
        }
        for day in ["0001-01-01", "1999-12-31", "2000-01-01", "2024-02-29", "9999-12-31"] {
            there_and_back(ColumnKind::Day, day.as_bytes());
        }
        for number in [i64::MIN, -1, 0, i64::MAX] {
            there_and_back(ColumnKind::Whole, &number_cell(number));
        }
        there_and_back(ColumnKind::Bytes, &[0, 255]);
        there_and_back(ColumnKind::Text, "Ọkẹ́\n\t\\N".as_bytes());
        there_and_back(ColumnKind::Json, br#"{"a":1}"#);
        there_and_back(ColumnKind::Flag, &number_cell(0));
        there_and_back(ColumnKind::Flag, &number_cell(1));
    }

    #[test]
    fn what_is_no_value_is_refused() {
        for (kind, cell) in [(ColumnKind::Day, &b"2025-02-30"[..]), (ColumnKind::Instant, b"short")] {
            let refused = ToWire { kind, cell: Some(cell) }.to_sql(&Type::TEXT, &mut BytesMut::new());
            assert!(refused.is_err(), "{kind:?}");
        }
    }
}
