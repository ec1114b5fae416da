//! Why rows were not carried.

use std::io;
use std::path::{Path, PathBuf};

use ofektom_domain::ports::StoreError;

use super::tables::Table;
use crate::engine::{DbError, pg_reason};

/// A backup, a restore or a copy failed.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// The database did not do it.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database refused rows of a table, or could not give them.
    #[error("the table {table}: {why}")]
    Table {
        /// Its name.
        table: String,
        /// What the database said.
        why: String,
    },
    /// A file or folder cannot be read or made.
    #[error("{0}")]
    File(PathBuf, #[source] io::Error),
    /// There is something where the backup is to be made.
    #[error("{0} exists already: a backup is never written over anything")]
    Exists(PathBuf),
    /// The backup is not what was written once, or none.
    #[error("the backup {path} cannot be used: {why}")]
    Damaged {
        /// Where it is.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The database that is to be filled has rows.
    #[error("the database is not empty: it has rows in {}", .0.join(", "))]
    NotEmpty(Vec<String>),
    /// The backup is of a schema that this program does not know.
    #[error("the backup has migrations that this program does not know ({}): use a newer program", .0.join(", "))]
    Newer(Vec<String>),
    /// The schema of the database is newer than that of the backup, whose rows would miss what its migrations do to rows.
    #[error("the database has migrations that the backup has not ({}): take one without tables", .0.join(", "))]
    Older(Vec<String>),
    /// The database is of a later release: this program would leave out what it does not know.
    #[error("the database has migrations that this program does not know ({}): use the newer program", .0.join(", "))]
    SchemaLater(Vec<String>),
    /// What was read back is not what was to be written. Nothing of it may be used.
    #[error("what was written is not what was read, in {}: do not use it", .0.join(", "))]
    Differs(Vec<String>),
    /// The database was written to while it was copied.
    #[error("the source was written to meanwhile, in {}: stop its servers, and copy again into an empty database", .0.join(", "))]
    SourceChanged(Vec<String>),
}

impl TransferError {
    /// A file that cannot be read or made.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::File(path, error)
    }

    /// A backup that is none.
    pub(crate) fn damaged(path: &Path, why: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), why: why.into() }
    }

    pub(crate) fn of_table(table: &Table, why: impl ToString) -> Self {
        Self::Table { table: table.name.clone(), why: why.to_string() }
    }

    pub(crate) fn of_pg(table: &Table) -> impl Fn(tokio_postgres::Error) -> Self {
        let table = table.clone();
        move |error| Self::of_table(&table, pg_reason(&error))
    }
}

impl From<tokio_postgres::Error> for TransferError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Db(DbError::Unavailable(pg_reason(&error)))
    }
}

impl From<diesel::result::Error> for TransferError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

/// How a step of a transfer ended before it was done.
#[derive(Debug)]
pub(crate) enum Halt {
    /// It failed.
    Failed(TransferError),
    /// The step before it or after it is gone, and knows why.
    Neighbour,
}

impl<E: Into<TransferError>> From<E> for Halt {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl Halt {
    /// The failure of whichever step failed; `None` when all are done.
    pub fn first(steps: impl IntoIterator<Item = Result<(), Self>>) -> Option<TransferError> {
        let mut gone = false;
        for step in steps {
            match step {
                Ok(()) => {}
                Err(Self::Failed(error)) => return Some(error),
                Err(Self::Neighbour) => gone = true,
            }
        }
        gone.then(|| TransferError::Db(DbError::Panicked))
    }
}
