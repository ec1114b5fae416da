//! The exactly-once guard in front of the stores: while a key is being worked on here, the same key waits outside.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use ofektom_domain::idempotency::{Idempotency, IdempotencyKey, Render, RequestHash};
use ofektom_domain::ids::UserId;
use ofektom_domain::ports::StoreError;

use crate::error::AppError;

/// What a money request brings along.
pub struct IdempotencyInput<O> {
    /// Its key.
    pub key: IdempotencyKey,
    /// The hash of what makes it the same request.
    pub request_hash: RequestHash,
    /// Makes the answer to store.
    pub render: Render<O>,
}

impl<O> fmt::Debug for IdempotencyInput<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdempotencyInput").field("key", &self.key).finish_non_exhaustive()
    }
}

impl<O> IdempotencyInput<O> {
    pub(crate) fn of(self, caller: UserId) -> Idempotency<O> {
        Idempotency { caller, key: self.key, request_hash: self.request_hash, render: self.render }
    }
}

type Key = (UserId, IdempotencyKey);

/// The keys being worked on in this process. A key that another process works on is found by the store, under the lock
/// of the card or the key's unique index; so this guard only makes the common case quick and plain.
#[derive(Clone, Debug, Default)]
pub(crate) struct InFlight(Arc<Mutex<HashSet<Key>>>);

impl InFlight {
    /// Takes a key until the guard is dropped.
    pub(crate) fn enter(&self, caller: UserId, key: &IdempotencyKey) -> Result<InFlightGuard, AppError> {
        let taken = (caller, key.clone());
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !keys.insert(taken.clone()) {
            return Err(AppError::Store(StoreError::IdempotencyInProgress));
        }
        Ok(InFlightGuard { keys: Arc::clone(&self.0), taken })
    }
}

/// A key that is being worked on.
#[derive(Debug)]
pub(crate) struct InFlightGuard {
    keys: Arc<Mutex<HashSet<Key>>>,
    taken: Key,
}

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.taken);
    }
}

#[cfg(test)]
mod tests {
    use ofektom_domain::ids::IdFactory;

    use super::*;

    #[test]
    fn a_key_is_taken_once_and_given_back() {
        let caller = IdFactory::new(jiff::Timestamp::UNIX_EPOCH, 1).make();
        let (in_flight, key) = (InFlight::default(), "k1".parse().unwrap());
        let guard = in_flight.enter(caller, &key).unwrap();
        assert!(matches!(in_flight.enter(caller, &key), Err(AppError::Store(StoreError::IdempotencyInProgress))));
        drop(guard);
        assert!(in_flight.enter(caller, &key).is_ok());
    }
}
