//! Fills an empty PostgreSQL database, in one transaction.

use std::pin::Pin;

use tokio::sync::mpsc::Receiver;
use tokio_postgres::Client;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::Type;

use super::error::{Halt, TransferError};
use super::rows::{Chunk, Piece};
use super::tables::{LEFT_BEHIND, Table, row_find};
use super::wire::{ToWire, wire_type};

/// The limits that a server or a role may have set for requests are not meant for this.
const BEGIN: &str = "
    BEGIN;
    SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = '60s';
    SET LOCAL maintenance_work_mem = '256MB'";

/// The indexes of a table that are not part of a constraint, and what makes them.
const INDEXES: &str = "
    SELECT x.relname::text, pg_get_indexdef(i.indexrelid)
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
    WHERE i.indrelid = $1::text::regclass AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)";

/// A `COPY` under way.
struct Copying<'a> {
    table: &'a Table,
    writer: Pin<Box<BinaryCopyInWriter>>,
}

/// Takes all rows in, or none.
pub(super) async fn take_all(client: Client, tables: &[Table], mut from: Receiver<Piece>) -> Result<(), Halt> {
    // Whatever makes this return early closes the connection, which undoes the transaction.
    client.batch_execute(BEGIN).await?;
    lock_empty_in_tx(&client, tables).await?;
    for delete in tables.iter().filter_map(Table::rows_of_migrations_delete) {
        client.batch_execute(&delete).await?;
    }
    let indexes = indexes_take_off(&client, tables).await?;
    let mut copying: Option<Copying<'_>> = None;
    loop {
        match from.recv().await {
            Some(Piece::Expected(_)) => {}
            Some(Piece::Table(place)) => {
                finish(copying.take()).await?;
                copying = match tables.get(place) {
                    Some(table) => Some(begin(&client, table).await?),
                    None => None,
                };
            }
            Some(Piece::Rows(chunk)) => {
                if let Some(copying) = &mut copying {
                    copying.write(&chunk).await?;
                }
            }
            Some(Piece::End) => break,
            None => return Err(Halt::Neighbour),
        }
    }
    finish(copying).await?;
    // What waits for the end of the transaction is checked here: no index is made on a table that has such checks waiting.
    client.batch_execute("SET CONSTRAINTS ALL IMMEDIATE").await?;
    for (table, index) in indexes {
        client.batch_execute(&index).await.map_err(TransferError::of_pg(table))?;
    }
    for table in LEFT_BEHIND {
        // What the triggers of other tables told it is told in one row, once all is well.
        client.batch_execute(&format!("DELETE FROM {table}")).await?;
    }
    client.batch_execute("COMMIT").await?;
    // So that what reads all of it next is planned well; the server would do so by itself, a minute later.
    for table in tables {
        if let Err(error) = client.batch_execute(&format!("ANALYZE {}", table.quoted())).await {
            tracing::warn!(table.name = %table.name, error.message = %error, "the statistics of a table could not be refreshed");
        }
    }
    Ok(())
}

/// Keeps everybody else away from the tables, which must have no rows.
async fn lock_empty_in_tx(client: &Client, tables: &[Table]) -> Result<(), Halt> {
    let mut filled = Vec::new();
    for table in tables {
        let failed = TransferError::of_pg(table);
        let lock = format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", table.quoted());
        client.batch_execute(&lock).await.map_err(&failed)?;
        let row = client.query_opt(row_find(&table.name).as_str(), &[]).await.map_err(&failed)?;
        if row.is_some() {
            filled.push(table.name.clone());
        }
    }
    if filled.is_empty() { Ok(()) } else { Err(TransferError::NotEmpty(filled).into()) }
}

/// Drops what is made again at the end: one sorted index is far cheaper than a million insertions into it.
async fn indexes_take_off<'a>(client: &Client, tables: &'a [Table]) -> Result<Vec<(&'a Table, String)>, Halt> {
    let mut taken = Vec::new();
    for table in tables {
        let failed = TransferError::of_pg(table);
        for row in client.query(INDEXES, &[&table.quoted()]).await.map_err(&failed)? {
            let (name, made): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            let name = name.replace('"', "\"\"");
            client.batch_execute(&format!("DROP INDEX \"{name}\"")).await.map_err(&failed)?;
            taken.push((table, made));
        }
    }
    Ok(taken)
}

async fn begin<'a>(client: &Client, table: &'a Table) -> Result<Copying<'a>, TransferError> {
    let copy = format!("COPY {} ({}) FROM STDIN (FORMAT binary)", table.quoted(), table.columns_quoted());
    let sink = client.copy_in(copy.as_str()).await.map_err(TransferError::of_pg(table))?;
    let types: Vec<Type> = table.columns.iter().map(|column| wire_type(column.kind)).collect();
    Ok(Copying { table, writer: Box::pin(BinaryCopyInWriter::new(sink, &types)) })
}

async fn finish(copying: Option<Copying<'_>>) -> Result<(), TransferError> {
    let Some(mut copying) = copying else { return Ok(()) };
    copying.writer.as_mut().finish().await.map_err(TransferError::of_pg(copying.table))?;
    Ok(())
}

impl Copying<'_> {
    async fn write(&mut self, chunk: &Chunk) -> Result<(), TransferError> {
        let mut cells = chunk.cells();
        for _ in 0..chunk.rows {
            let row: Vec<ToWire<'_>> = self
                .table
                .columns
                .iter()
                .zip(cells.by_ref())
                .map(|(column, cell)| ToWire { kind: column.kind, cell })
                .collect();
            if row.len() != self.table.columns.len() {
                return Err(TransferError::of_table(self.table, "a row is not whole"));
            }
            self.writer.as_mut().write_raw(row).await.map_err(TransferError::of_pg(self.table))?;
        }
        Ok(())
    }
}
