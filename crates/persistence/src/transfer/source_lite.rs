//! All rows of a SQLite database, as they were at one moment.
//!
//! A read transaction of a file in WAL mode sees one state and keeps nobody from writing, be it in another process. SQLite's
//! own backup interface begins anew whenever another process writes, and so might never end on a busy database.

use diesel::connection::{DefaultLoadingMode, SimpleConnection as _};
use diesel::deserialize::{self, QueryableByName};
use diesel::row::{Field as _, NamedRow, Row};
use diesel::sql_types::BigInt;
use diesel::sqlite::{Sqlite, SqliteType};
use diesel::{RunQueryDsl as _, SqliteConnection, sql_query};
use tokio::sync::mpsc::Sender;

use super::error::{Halt, TransferError};
use super::rows::{Chunk, Piece, json_cell, number_cell};
use super::tables::{ColumnKind, Table};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

/// The values of a row, in the order in which they were selected.
struct Values(Vec<Value>);

enum Value {
    Null,
    Number(i64),
    Bytes(Vec<u8>),
}

impl QueryableByName<Sqlite> for Values {
    fn build<'a>(row: &impl NamedRow<'a, Sqlite>) -> deserialize::Result<Self> {
        let value = |place: usize| {
            let field = Row::get(row, place);
            let Some(mut value) = field.as_ref().and_then(|field| field.value()) else { return Value::Null };
            match value.value_type() {
                Some(SqliteType::Long | SqliteType::Integer | SqliteType::SmallInt) => Value::Number(value.read_long()),
                // The bytes of a text, too: whatever somebody stored by hand must be carried, or be refused where it goes.
                _ => Value::Bytes(value.read_blob().to_vec()),
            }
        };
        Ok(Self((0..row.field_count()).map(value).collect()))
    }
}

/// Sends all rows of `tables` as they are at one moment.
pub(super) fn send_all(conn: &mut SqliteConnection, tables: &[Table], to: &Sender<Piece>) -> Result<(), Halt> {
    conn.batch_execute("BEGIN DEFERRED")?;
    let sent = send_in_tx(conn, tables, to);
    // It has only read.
    let ended = conn.batch_execute("ROLLBACK");
    sent?;
    Ok(ended?)
}

fn send_in_tx(conn: &mut SqliteConnection, tables: &[Table], to: &Sender<Piece>) -> Result<(), Halt> {
    let send = |piece| to.blocking_send(piece).map_err(|_| Halt::Neighbour);
    let mut expected = 0;
    for table in tables {
        let count = sql_query(format!("SELECT count(*) AS rows FROM {}", table.quoted()));
        let count = count.get_result::<Count>(conn).map_err(|error| TransferError::of_table(table, error))?;
        expected += u64::try_from(count.rows).unwrap_or(0);
    }
    send(Piece::Expected(expected))?;
    for (place, table) in tables.iter().enumerate() {
        send(Piece::Table(place))?;
        let failed = |error| TransferError::of_table(table, error);
        let rows = format!("SELECT {} FROM {} ORDER BY {}", table.columns_quoted(), table.quoted(), table.order(""));
        let mut chunk = Chunk::default();
        for values in sql_query(rows).load_iter::<Values, DefaultLoadingMode>(conn).map_err(failed)? {
            put(&values.map_err(failed)?, table, &mut chunk);
            if let Some(full) = chunk.row_end() {
                send(Piece::Rows(full))?;
            }
        }
        if chunk.rows > 0 {
            send(Piece::Rows(chunk))?;
        }
    }
    send(Piece::End)
}

fn put(Values(values): &Values, table: &Table, chunk: &mut Chunk) {
    for (value, column) in values.iter().zip(&table.columns) {
        match value {
            Value::Null => chunk.cell(None),
            Value::Number(number) => chunk.cell(Some(&number_cell(*number))),
            Value::Bytes(bytes) if column.kind == ColumnKind::Json => chunk.cell(Some(&json_cell(bytes))),
            Value::Bytes(bytes) => chunk.cell(Some(bytes)),
        }
    }
}
