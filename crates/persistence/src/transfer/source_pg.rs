//! All rows of a PostgreSQL database, as they were at one moment.

use futures_util::TryStreamExt as _;
use tokio::sync::mpsc::Sender;
use tokio_postgres::Client;
use tokio_postgres::binary_copy::{BinaryCopyOutRow, BinaryCopyOutStream};
use tokio_postgres::types::Type;

use super::error::{Halt, TransferError};
use super::rows::{Chunk, Piece};
use super::tables::Table;
use super::wire::{FromWire, wire_type};

/// The limits that a server or a role may have set for requests are not meant for this.
const BEGIN: &str = "
    BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = '60s'";

/// Sends all rows of `tables` as they are at one moment.
pub(super) async fn send_all(client: Client, tables: &[Table], to: &Sender<Piece>) -> Result<(), Halt> {
    client.batch_execute(BEGIN).await?;
    let mut expected = 0;
    for table in tables {
        let count = format!("SELECT count(*) FROM {}", table.quoted());
        let count = client.query_one(count.as_str(), &[]).await.map_err(TransferError::of_pg(table))?;
        expected += u64::try_from(count.try_get::<_, i64>(0)?).unwrap_or(0);
    }
    send(to, Piece::Expected(expected)).await?;
    for (place, table) in tables.iter().enumerate() {
        send(to, Piece::Table(place)).await?;
        send_table(&client, table, to).await?;
    }
    client.batch_execute("COMMIT").await?;
    send(to, Piece::End).await
}

async fn send_table(client: &Client, table: &Table, to: &Sender<Piece>) -> Result<(), Halt> {
    let failed = TransferError::of_pg(table);
    let rows = format!(
        "COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT (FORMAT binary)",
        table.columns_quoted(),
        table.quoted(),
        table.order(" COLLATE \"C\"")
    );
    let types: Vec<Type> = table.columns.iter().map(|column| wire_type(column.kind)).collect();
    let rows = client.copy_out(rows.as_str()).await.map_err(&failed)?;
    let mut rows = std::pin::pin!(BinaryCopyOutStream::new(rows, &types));
    let mut chunk = Chunk::default();
    while let Some(row) = rows.try_next().await.map_err(&failed)? {
        put(&row, table, &mut chunk)?;
        if let Some(full) = chunk.row_end() {
            send(to, Piece::Rows(full)).await?;
        }
    }
    if chunk.rows > 0 {
        send(to, Piece::Rows(chunk)).await?;
    }
    Ok(())
}

fn put(row: &BinaryCopyOutRow, table: &Table, chunk: &mut Chunk) -> Result<(), TransferError> {
    for (place, column) in table.columns.iter().enumerate() {
        let cell: Option<FromWire<'_>> = row.try_get(place).map_err(TransferError::of_pg(table))?;
        FromWire::put(cell.as_ref(), column, chunk).map_err(|error| TransferError::of_table(table, error))?;
    }
    Ok(())
}

async fn send(to: &Sender<Piece>, piece: Piece) -> Result<(), Halt> {
    to.send(piece).await.map_err(|_| Halt::Neighbour)
}
