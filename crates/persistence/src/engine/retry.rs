//! When a failed unit of work is run again, and after which pause.

use std::hash::{BuildHasher as _, RandomState};
use std::time::{Duration, Instant};

use super::error::DbError;

/// Attempts of one unit of work, the first included.
const ATTEMPTS_MAX: u32 = 6;
/// After this long no further attempt is begun.
const BUDGET: Duration = Duration::from_secs(8);
const PAUSE_FIRST_MICROS: u64 = 2_000;

/// The attempts of one unit of work so far.
pub(super) struct Retry {
    started: Instant,
    attempts: u32,
    lost: bool,
}

impl Retry {
    pub(super) fn new() -> Self {
        Self { started: Instant::now(), attempts: 1, lost: false }
    }

    /// The pause before another attempt, or `None` when `error` is final.
    ///
    /// A conflict is tried again a few times. A connection that turned out to be dead is replaced once; `in_commit`
    /// says that the loss struck while committing, when trying again could do the work twice.
    pub(super) fn pause_after(&mut self, error: &DbError, in_commit: bool) -> Option<Duration> {
        let dead = matches!(error, DbError::Unavailable(_)) && !in_commit && !self.lost;
        let again = (error.is_conflict() || dead) && self.attempts < ATTEMPTS_MAX && self.started.elapsed() < BUDGET;
        if !again {
            return None;
        }
        self.lost |= dead;
        let pause = Duration::from_micros(jittered(PAUSE_FIRST_MICROS << self.attempts));
        self.attempts += 1;
        Some(pause)
    }
}

/// Between half of `micros` and all of it, so that those who collided do not collide again.
/// The standard library's random hasher state is randomness enough for that.
fn jittered(micros: u64) -> u64 {
    let half = micros / 2;
    half + RandomState::new().hash_one(micros) % (half + 1)
}

#[cfg(test)]
mod tests {
    use diesel::result::{DatabaseErrorKind, Error};

    use super::*;

    fn locked() -> DbError {
        Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new("database is locked".to_owned())).into()
    }

    #[test]
    fn conflicts_are_bounded() {
        let mut retry = Retry::new();
        let pauses: Vec<_> = std::iter::from_fn(|| retry.pause_after(&locked(), false)).collect();
        assert_eq!(pauses.len(), 5);
        assert!(pauses.iter().all(|pause| *pause <= Duration::from_millis(64)));
    }

    #[test]
    fn a_lost_connection_is_replaced_once_and_never_in_a_commit() {
        let lost = DbError::Unavailable("gone".to_owned());
        let mut retry = Retry::new();
        assert_eq!(retry.pause_after(&lost, true), None);
        assert!(retry.pause_after(&lost, false).is_some());
        assert_eq!(retry.pause_after(&lost, false), None);
    }

    #[test]
    fn other_failures_are_final() {
        assert_eq!(Retry::new().pause_after(&DbError::Query(Error::NotFound), false), None);
        assert_eq!(Retry::new().pause_after(&DbError::Overloaded("full".to_owned()), false), None);
    }
}
