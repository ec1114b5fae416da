//! Fills an empty SQLite database, in one transaction.

use diesel::connection::SimpleConnection as _;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Binary, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{OptionalExtension as _, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use tokio::sync::mpsc::Receiver;

use super::error::{Halt, TransferError};
use super::rows::{Chunk, Piece, cell_number};
use super::tables::{ColumnKind, LEFT_BEHIND, Table, row_find};

/// Rows of one statement. With the most columns that a table has it stays far below the 32,766 values that one may have.
const ROWS_MAX: usize = 100;

#[derive(QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    made: String,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    #[expect(dead_code, reason = "that there is a row is what counts")]
    found: i64,
}

/// Takes all rows in, or none.
pub(super) fn take_all(conn: &mut SqliteConnection, tables: &[Table], from: Receiver<Piece>) -> Result<(), Halt> {
    // Sorting for an index goes to the disk when it is large, instead of into memory.
    conn.batch_execute("PRAGMA temp_store = FILE; BEGIN IMMEDIATE")?;
    let taken = take_in_tx(conn, tables, from);
    let ended = conn.batch_execute(if taken.is_ok() { "COMMIT" } else { "ROLLBACK" });
    let restored = conn.batch_execute("PRAGMA temp_store = MEMORY");
    taken?;
    ended?;
    Ok(restored?)
}

fn take_in_tx(conn: &mut SqliteConnection, tables: &[Table], mut from: Receiver<Piece>) -> Result<(), Halt> {
    empty_check(conn, tables)?;
    for delete in tables.iter().filter_map(Table::rows_of_migrations_delete) {
        conn.batch_execute(&delete)?;
    }
    let indexes = indexes_take_off(conn, tables)?;
    let mut table = None;
    loop {
        match from.blocking_recv() {
            Some(Piece::Expected(_)) => {}
            Some(Piece::Table(place)) => table = tables.get(place),
            Some(Piece::Rows(chunk)) => {
                if let Some(table) = table {
                    rows_insert(conn, table, &chunk)?;
                }
            }
            Some(Piece::End) => break,
            None => return Err(Halt::Neighbour),
        }
    }
    for (table, index) in indexes {
        conn.batch_execute(&index).map_err(|error| TransferError::of_table(table, error))?;
    }
    for table in LEFT_BEHIND {
        // What the triggers of other tables told it is told in one row, once all is well.
        conn.batch_execute(&format!("DELETE FROM {table}"))?;
    }
    Ok(())
}

fn empty_check(conn: &mut SqliteConnection, tables: &[Table]) -> Result<(), Halt> {
    let mut filled = Vec::new();
    for table in tables {
        let row = sql_query(row_find(&table.name));
        let row = row.get_result::<Found>(conn).optional().map_err(|error| TransferError::of_table(table, error))?;
        if row.is_some() {
            filled.push(table.name.clone());
        }
    }
    if filled.is_empty() { Ok(()) } else { Err(TransferError::NotEmpty(filled).into()) }
}

/// Drops what is made again at the end: one sorted index is far cheaper than a million insertions into it.
fn indexes_take_off<'a>(conn: &mut SqliteConnection, tables: &'a [Table]) -> Result<Vec<(&'a Table, String)>, Halt> {
    let mut taken = Vec::new();
    for table in tables {
        let indexes =
            "SELECT name, sql AS made FROM sqlite_master WHERE type = 'index' AND tbl_name = $1 AND sql IS NOT NULL";
        for index in sql_query(indexes).bind::<Text, _>(&table.name).load::<Index>(conn)? {
            conn.batch_execute(&format!("DROP INDEX \"{}\"", index.name.replace('"', "\"\"")))?;
            taken.push((table, index.made));
        }
    }
    Ok(taken)
}

fn rows_insert(conn: &mut SqliteConnection, table: &Table, chunk: &Chunk) -> Result<(), TransferError> {
    let values = values_of(table, chunk).ok_or_else(|| TransferError::of_table(table, "a row is not whole"))?;
    let head = format!("INSERT INTO {} ({}) VALUES ", table.quoted(), table.columns_quoted());
    let columns = table.columns.len();
    for values in values.chunks(ROWS_MAX.saturating_mul(columns)) {
        let insert = Insert { head: &head, columns, values };
        insert.execute(conn).map_err(|error| TransferError::of_table(table, error))?;
    }
    Ok(())
}

/// The values of all rows; `None` when they are not whole rows.
fn values_of<'a>(table: &Table, chunk: &'a Chunk) -> Option<Vec<Value<'a>>> {
    let kinds = table.columns.iter().map(|column| column.kind).cycle();
    let values: Vec<Value<'a>> =
        chunk.cells().zip(kinds).map(|(cell, kind)| Value::of(kind, cell)).collect::<Option<_>>()?;
    let rows = usize::try_from(chunk.rows).ok()?;
    (rows.checked_mul(table.columns.len()) == Some(values.len())).then_some(values)
}

/// A value as SQLite stores it.
#[derive(Debug)]
enum Value<'a> {
    Null,
    Number(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

impl<'a> Value<'a> {
    fn of(kind: ColumnKind, cell: Option<&'a [u8]>) -> Option<Self> {
        let Some(cell) = cell else { return Some(Self::Null) };
        match kind {
            ColumnKind::Instant | ColumnKind::Whole | ColumnKind::Flag => cell_number(cell).map(Self::Number),
            ColumnKind::Day | ColumnKind::Text | ColumnKind::Json => std::str::from_utf8(cell).ok().map(Self::Text),
            ColumnKind::Uid | ColumnKind::Bytes => Some(Self::Bytes(cell)),
        }
    }
}

/// One statement that inserts several rows. Diesel keeps it prepared by its text, which it has in common with all that insert as
/// many rows into the table.
struct Insert<'a> {
    head: &'a str,
    columns: usize,
    values: &'a [Value<'a>],
}

impl QueryId for Insert<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Sqlite> for Insert<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(self.head);
        for (place, value) in self.values.iter().enumerate() {
            let first = place.checked_rem(self.columns) == Some(0);
            out.push_sql(match (place, first) {
                (0, _) => "(",
                (_, true) => "), (",
                (_, false) => ", ",
            });
            match value {
                Value::Null => out.push_bind_param::<Nullable<BigInt>, Option<i64>>(&None)?,
                Value::Number(number) => out.push_bind_param::<BigInt, i64>(number)?,
                Value::Text(text) => out.push_bind_param::<Text, str>(text)?,
                Value::Bytes(bytes) => out.push_bind_param::<Binary, [u8]>(bytes)?,
            }
        }
        out.push_sql(")");
        Ok(())
    }
}

impl RunQueryDsl<SqliteConnection> for Insert<'_> {}
