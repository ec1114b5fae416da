//! Carries all rows from a place to another, and tallies them on the way.

use std::sync::Arc;

use ofektom_domain::ports::{ChangeStore as _, Progress};
use tokio::sync::mpsc::{Receiver, Sender};
use tokio::task::JoinHandle;

use super::error::{Halt, TransferError};
use super::folder::{self, Folder};
use super::rows::{Piece, Tally, Tallying, way};
use super::tables::Table;
use super::{sink_lite, sink_pg, source_lite, source_pg};
use crate::changes::Changes;
use crate::engine::{Bulk, Db, DbError};

/// Tables in the order in which they are carried.
pub(super) type Tables = Arc<[Table]>;

/// Where rows come from.
pub(super) enum Source {
    /// A database, as it is at one moment.
    Db(Bulk),
    /// The files of a backup.
    Folder(Folder),
}

/// Where rows go.
pub(super) enum Sink {
    /// An empty database: all of them or none.
    Db(Bulk),
    /// The files of a backup in the making.
    Folder(Folder),
    /// Nowhere: they are only tallied.
    Nowhere,
}

impl Source {
    fn start(self, tables: Tables, to: Sender<Piece>) -> JoinHandle<Result<(), Halt>> {
        tokio::spawn(async move {
            match self {
                Self::Db(Bulk::Pg(client)) => source_pg::send_all(client, &tables, &to).await,
                Self::Db(Bulk::Lite(conn)) => conn.run(move |conn| source_lite::send_all(conn, &tables, &to)).await?,
                Self::Folder(folder) => on_thread(move || folder::send_all(&folder, &tables, &to)).await,
            }
        })
    }
}

impl Sink {
    fn start(self, tables: Tables, from: Receiver<Piece>) -> JoinHandle<Result<(), Halt>> {
        tokio::spawn(async move {
            match self {
                Self::Db(Bulk::Pg(client)) => sink_pg::take_all(client, &tables, from).await,
                Self::Db(Bulk::Lite(conn)) => conn.run(move |conn| sink_lite::take_all(conn, &tables, from)).await?,
                Self::Folder(folder) => on_thread(move || folder::take_all(&folder, &tables, from)).await,
                Self::Nowhere => drain(from).await,
            }
        })
    }
}

async fn on_thread(work: impl FnOnce() -> Result<(), Halt> + Send + 'static) -> Result<(), Halt> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(Halt::Failed(DbError::Panicked.into())))
}

async fn drain(mut from: Receiver<Piece>) -> Result<(), Halt> {
    while let Some(piece) = from.recv().await {
        if matches!(piece, Piece::End) {
            return Ok(());
        }
    }
    Err(Halt::Neighbour)
}

/// Carries the rows of `tables`, and gives the tally of each.
pub(super) async fn carry(
    source: Source,
    sink: Sink,
    tables: &Tables,
    progress: Progress<'_>,
) -> Result<Vec<Tally>, TransferError> {
    let (to_tally, from_source) = way();
    let (to_sink, from_tally) = way();
    let reading = source.start(Arc::clone(tables), to_tally);
    let writing = sink.start(Arc::clone(tables), from_tally);
    let mut tallying = vec![Tallying::default(); tables.len()];
    let tallied = tally(from_source, to_sink, &mut tallying, progress).await;
    let ended = |step: Result<Result<(), Halt>, _>| step.unwrap_or(Err(Halt::Failed(DbError::Panicked.into())));
    // Who writes is asked first: when it fails, the others end because of it.
    let (written, read) = (ended(writing.await), ended(reading.await));
    match Halt::first([written, read, tallied]) {
        Some(error) => Err(error),
        None => Ok(tallying.into_iter().map(Tallying::finish).collect()),
    }
}

async fn tally(
    mut from: Receiver<Piece>,
    to: Sender<Piece>,
    tallying: &mut [Tallying],
    progress: Progress<'_>,
) -> Result<(), Halt> {
    let (mut table, mut done, mut expected) = (0, 0, 0);
    while let Some(piece) = from.recv().await {
        match &piece {
            Piece::Expected(rows) => expected = *rows,
            Piece::Table(place) => table = *place,
            Piece::Rows(chunk) => {
                if let Some(tallying) = tallying.get_mut(table) {
                    tallying.add(chunk);
                }
                done += chunk.rows;
                progress(done, expected.max(done));
            }
            Piece::End => {}
        }
        let is_end = matches!(piece, Piece::End);
        to.send(piece).await.map_err(|_| Halt::Neighbour)?;
        if is_end {
            return Ok(());
        }
    }
    Err(Halt::Neighbour)
}

/// Ends what servers have kept elsewhere of another database: in a Redis, say.
pub(super) async fn others_tell(db: &Db) -> Result<(), TransferError> {
    Ok(Changes::new(db.clone()).everything_changed().await?)
}

/// The tallies of a database as it is now.
pub(super) async fn tallies(db: &Db, tables: &Tables, progress: Progress<'_>) -> Result<Vec<Tally>, TransferError> {
    carry(Source::Db(db.bulk_read().await?), Sink::Nowhere, tables, progress).await
}

/// The names of the tables whose tallies are not the same.
pub(super) fn different(tables: &[Table], one: &[Tally], other: &[Tally]) -> Vec<String> {
    let same = |place: usize| one.get(place).is_some_and(|tally| other.get(place) == Some(tally));
    tables.iter().enumerate().filter(|(place, _)| !same(*place)).map(|(_, table)| table.name.clone()).collect()
}
