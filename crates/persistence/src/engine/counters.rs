//! What is counted of the connections to one server, and how a statement shows in the log.

use std::sync::atomic::{AtomicU64, Ordering};

use diesel::connection::InstrumentationEvent;

/// Counters of one pool (or of both pools of SQLite) since the start.
#[derive(Debug, Default)]
pub(super) struct Counters {
    statements: AtomicU64,
    retries: AtomicU64,
    retired: AtomicU64,
    broken: AtomicU64,
}

/// What the counters say at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counted {
    pub(super) statements: u64,
    pub(super) retries: u64,
    pub(super) retired: u64,
    pub(super) broken: u64,
}

impl Counters {
    /// Counts the statements that a connection sends, so that "answered without the database" can be shown. At the level
    /// `trace` each is logged by its text, without the values that are bound to it: those may be personal.
    pub(super) fn event(&self, database: &str, event: &InstrumentationEvent<'_>) {
        let InstrumentationEvent::StartQuery { query, .. } = event else { return };
        self.statements.fetch_add(1, Ordering::Relaxed);
        if tracing::enabled!(tracing::Level::TRACE) {
            let text = query.to_string();
            let statement = text.split(" -- binds: ").next().unwrap_or_default();
            tracing::trace!(db.name = database, db.statement = statement, "a statement is sent");
        }
    }

    /// A unit of work is run again.
    pub(super) fn retried(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    /// A connection is closed for its age.
    pub(super) fn retired(&self) {
        self.retired.fetch_add(1, Ordering::Relaxed);
    }

    /// A connection turned out to be dead when it was to be used again.
    pub(super) fn broken(&self) {
        self.broken.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn now(&self) -> Counted {
        Counted {
            statements: self.statements.load(Ordering::Relaxed),
            retries: self.retries.load(Ordering::Relaxed),
            retired: self.retired.load(Ordering::Relaxed),
            broken: self.broken.load(Ordering::Relaxed),
        }
    }
}
