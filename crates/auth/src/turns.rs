//! One attempt at a time for each phone number.
//!
//! Without it a burst of parallel attempts would all pass the gate before the first failure is counted. Numbers share a
//! fixed set of turnstiles by their keyed hash, so nobody can aim at the one of another number.

use ofektom_domain::people::TokenHash;
use tokio::sync::{Mutex, MutexGuard, Semaphore, SemaphorePermit};

use crate::error::{AuthError, AuthResult};

/// How many turnstiles there are.
const TURNSTILES: usize = 1024;

/// How many attempts may be at one turnstile: one that is being made, the others waiting.
const PLACES: usize = 16;

/// The turnstiles.
pub(crate) struct Turns(Vec<Turnstile>);

struct Turnstile {
    places: Semaphore,
    turn: Mutex<()>,
}

/// The right to make an attempt, until it is dropped.
pub(crate) struct Turn<'a> {
    _turn: MutexGuard<'a, ()>,
    _place: SemaphorePermit<'a>,
}

impl Turns {
    pub(crate) fn new() -> Self {
        let turnstile = || Turnstile { places: Semaphore::new(PLACES), turn: Mutex::new(()) };
        Self(std::iter::repeat_with(turnstile).take(TURNSTILES).collect())
    }

    /// Waits for the turn of a key.
    ///
    /// # Errors
    /// [`AuthError::Overloaded`] at once when all places are taken.
    pub(crate) async fn take(&self, key: TokenHash) -> AuthResult<Turn<'_>> {
        let [first, second, ..] = key.0;
        let at = usize::from(u16::from_le_bytes([first, second])) % TURNSTILES;
        let turnstile = self.0.get(at).ok_or(AuthError::Internal("there is no such turnstile"))?;
        let place = turnstile.places.try_acquire().map_err(|_| AuthError::Overloaded)?;
        Ok(Turn { _turn: turnstile.turn.lock().await, _place: place })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn one_at_a_time_and_not_too_many_waiting() {
        let turns = Arc::new(Turns::new());
        let key = TokenHash([7; 32]);
        let first = turns.take(key).await.unwrap();
        let inside = Arc::new(AtomicUsize::new(0));
        let others: Vec<_> = (0..PLACES - 1)
            .map(|_| {
                let (turns, inside) = (Arc::clone(&turns), Arc::clone(&inside));
                tokio::spawn(async move {
                    let _turn = turns.take(key).await.unwrap();
                    assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                    tokio::task::yield_now().await;
                    inside.fetch_sub(1, Ordering::SeqCst);
                })
            })
            .collect();
        // One thread runs all of this test: after this yield each of the others is at the turnstile.
        tokio::task::yield_now().await;
        assert!(matches!(turns.take(key).await, Err(AuthError::Overloaded)));
        assert!(turns.take(TokenHash([8; 32])).await.is_ok());
        drop(first);
        for other in others {
            other.await.unwrap();
        }
        assert!(turns.take(key).await.is_ok());
    }
}
