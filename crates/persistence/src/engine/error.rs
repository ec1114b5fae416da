//! What may go wrong with the database, by what a caller can do about it.

use diesel::result::{DatabaseErrorKind, Error as Diesel};
use ofektom_domain::ports::{Conflict, StoreError};
use ofektom_domain::refusal::Refusal;

/// A failure of the engine or of a query.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The database URL is not usable.
    #[error("the database URL {0}")]
    Url(String),
    /// The database cannot be reached, or the connection was lost. What was asked did not happen, unless the loss
    /// struck during the commit: then it is unknown, and only the idempotency key tells.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The database is there and lets nobody in: a wrong password, or no such user or database. Waiting does not help.
    #[error("the database refuses the connection: {0}")]
    Refused(String),
    /// The schema is of a release that this program is too old for.
    #[error("{0}")]
    SchemaTooNew(String),
    /// No connection became free in time, or a lock was held too long: ask again later.
    #[error("the database is overloaded: {0}")]
    Overloaded(String),
    /// A query failed.
    #[error("a query failed")]
    Query(#[source] Diesel),
    /// A stored value is not one that the system writes.
    #[error("stored data is not valid: {0}")]
    Corrupt(String),
    /// A migration failed.
    #[error("a migration failed: {0}")]
    Migration(String),
    /// The unit of work panicked; its transaction was undone.
    #[error("a unit of work panicked")]
    Panicked,
    /// The unit of work's own answer: refused, not found, in conflict.
    #[error(transparent)]
    Answer(#[from] StoreError),
}

/// A result of the engine.
pub type DbResult<T> = Result<T, DbError>;

impl From<Diesel> for DbError {
    fn from(error: Diesel) -> Self {
        match classify(&error) {
            Kind::Lost => Self::Unavailable(error.to_string()),
            Kind::TooSlow => Self::Overloaded(error.to_string()),
            Kind::Conflict | Kind::Other => Self::Query(error),
        }
    }
}

impl From<Refusal> for DbError {
    fn from(refusal: Refusal) -> Self {
        Self::Answer(StoreError::Refused(refusal))
    }
}

impl From<DbError> for StoreError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Answer(answer) => answer,
            DbError::Unavailable(_) | DbError::Refused(_) => Self::Unavailable(Some(Box::new(error))),
            DbError::Overloaded(_) => Self::Overloaded,
            DbError::Url(_)
            | DbError::Query(_)
            | DbError::Corrupt(_)
            | DbError::Migration(_)
            | DbError::SchemaTooNew(_)
            | DbError::Panicked => Self::Internal(Box::new(error)),
        }
    }
}

/// Says what a refusal of the database means where a row is written. SQLite does not name the constraint, so the call
/// site, which knows what it wrote, does.
pub(crate) trait Means<T> {
    /// A unique or primary key refused the row.
    fn unique_means(self, conflict: Conflict) -> DbResult<T>;
    /// A foreign key refused the change.
    fn foreign_key_means(self, answer: StoreError) -> DbResult<T>;
}

impl<T> Means<T> for Result<T, Diesel> {
    fn unique_means(self, conflict: Conflict) -> DbResult<T> {
        self.map_err(|error| match error {
            Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => StoreError::Conflict(conflict).into(),
            other => other.into(),
        })
    }

    fn foreign_key_means(self, answer: StoreError) -> DbResult<T> {
        self.map_err(|error| match error {
            Diesel::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => answer.into(),
            other => other.into(),
        })
    }
}

impl DbError {
    /// Whether it may be gone in a moment, without anybody changing anything: worth another attempt at the start.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Overloaded(_))
    }

    /// What it means when the unit of work is not run again: whoever always loses against others finds the database too busy. On SQLite
    /// another process had the write lock all the time.
    pub(super) fn given_up(self) -> Self {
        match self {
            Self::Query(error) if classify(&error) == Kind::Conflict => Self::Overloaded(error.to_string()),
            other => other,
        }
    }

    /// Whether the unit of work lost against another one and may simply be run again.
    pub(super) fn is_conflict(&self) -> bool {
        matches!(self, Self::Query(error) if classify(error) == Kind::Conflict)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The connection is gone.
    Lost,
    /// A time-out of the server.
    TooSlow,
    /// Deadlock, serialization failure, or a locked SQLite file.
    Conflict,
    Other,
}

/// The drivers keep no SQLSTATE for what diesel has no kind for, so these are told by PostgreSQL's (English) and
/// SQLite's messages. A server with translated messages loses the retry, not the correctness.
fn classify(error: &Diesel) -> Kind {
    let Diesel::DatabaseError(kind, info) = error else {
        return if matches!(error, Diesel::BrokenTransactionManager) { Kind::Lost } else { Kind::Other };
    };
    match kind {
        DatabaseErrorKind::SerializationFailure => Kind::Conflict,
        DatabaseErrorKind::UnableToSendCommand | DatabaseErrorKind::ClosedConnection => Kind::Lost,
        DatabaseErrorKind::Unknown => of_message(info.message()),
        _ => Kind::Other,
    }
}

fn of_message(message: &str) -> Kind {
    const CONFLICT: [&str; 4] =
        ["deadlock detected", "database is locked", "database table is locked", "database schema is locked"];
    const TOO_SLOW: [&str; 3] =
        ["canceling statement due to lock timeout", "canceling statement due to statement timeout", "interrupted"];
    const LOST: [&str; 5] = [
        "terminating connection",
        "the database system is",
        "cannot accept connections",
        "remaining connection slots",
        "too many clients",
    ];
    let says = |list: &[&str]| list.iter().any(|part| message.contains(part));
    if says(&CONFLICT) {
        Kind::Conflict
    } else if says(&TOO_SLOW) {
        Kind::TooSlow
    } else if says(&LOST) {
        Kind::Lost
    } else {
        Kind::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(kind: DatabaseErrorKind, message: &str) -> DbError {
        Diesel::DatabaseError(kind, Box::new(message.to_owned())).into()
    }

    #[test]
    fn failures_are_told_apart() {
        use DatabaseErrorKind::{SerializationFailure, UnableToSendCommand, UniqueViolation, Unknown};
        assert!(database(Unknown, "deadlock detected").is_conflict());
        assert!(database(Unknown, "database is locked").is_conflict());
        assert!(database(SerializationFailure, "could not serialize access").is_conflict());
        let taken =
            Diesel::DatabaseError(UniqueViolation, Box::new("UNIQUE constraint failed: users.phone".to_owned()));
        let taken = Err::<(), _>(taken).unique_means(Conflict::Phone);
        assert!(matches!(taken, Err(DbError::Answer(StoreError::Conflict(Conflict::Phone)))));
        let slow = database(Unknown, "canceling statement due to lock timeout");
        assert!(matches!(slow, DbError::Overloaded(_)));
        for lost in [
            database(UnableToSendCommand, "connection closed"),
            database(Unknown, "terminating connection due to administrator command"),
        ] {
            assert!(matches!(lost, DbError::Unavailable(_)));
        }
        assert!(matches!(Diesel::NotFound.into(), DbError::Query(_)));
    }
}
