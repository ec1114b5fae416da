//! A database into an empty one, of the same or the other engine.

use ofektom_domain::ports::Progress;

use super::carry::{Sink, Source, Tables, carry, different, others_tell, tallies};
use super::error::TransferError;
use super::schema_known::migrations_all_known;
use super::tables::tables_carried;
use crate::engine::Db;

/// What was copied.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Copied {
    /// How many tables.
    pub tables: usize,
    /// How many rows in all of them.
    pub rows: u64,
}

/// Copies all rows of `from`, as they are at one moment, into `to`: a database with all migrations and no rows. Then both are read
/// again, and must be the same.
///
/// # Errors
/// [`TransferError::NotEmpty`] when `to` has rows; it is as it was then, as with [`TransferError::SchemaLater`], when
/// either is of a later release. [`TransferError::SourceChanged`] when somebody wrote to
/// `from` meanwhile, [`TransferError::Differs`] when a table did not arrive as it left: the rows are in `to` then, and it is not to
/// be used. [`TransferError::Db`] and [`TransferError::Table`] when a database fails; `to` is as it was.
pub async fn database_copy(from: &Db, to: &Db, progress: Progress<'_>) -> Result<Copied, TransferError> {
    for db in [from, to] {
        migrations_all_known(db).await?;
    }
    let tables: Tables = tables_carried().into();
    let source = Source::Db(from.bulk_read().await?);
    let sink = Sink::Db(to.bulk_write().await?);
    let copied = carry(source, sink, &tables, &|done, all| progress(done, all.saturating_mul(2))).await?;
    to.optimize().await?;
    let second = |done: u64, all: u64| progress(all.saturating_add(done), all.saturating_mul(2));
    let (source, target) =
        tokio::join!(Box::pin(tallies(from, &tables, &|_, _| {})), Box::pin(tallies(to, &tables, &second)));
    let (source, target) = (source?, target?);
    let changed = different(&tables, &copied, &source);
    if !changed.is_empty() {
        return Err(TransferError::SourceChanged(changed));
    }
    let arrived_otherwise = different(&tables, &copied, &target);
    if !arrived_otherwise.is_empty() {
        return Err(TransferError::Differs(arrived_otherwise));
    }
    others_tell(to).await?;
    Ok(Copied { tables: tables.len(), rows: copied.iter().map(|tally| tally.rows).sum() })
}
