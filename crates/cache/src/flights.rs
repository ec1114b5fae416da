//! Loads under way: whoever wants what is being loaded waits for it.

use std::any::Any;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::generations::{Generations, Stamp};
use crate::{CacheKey, Known};

type Outcome<V, E> = Option<Result<Known<V>, E>>;

/// The loads of one kind that are under way, at most one per key that a reader of now may join.
pub(crate) struct Flights<K: CacheKey> {
    under_way: Arc<Mutex<HashMap<K, Flight>>>,
    numbers: AtomicU64,
}

struct Flight {
    number: u64,
    /// From before the load: who comes after an invalidation may not join.
    stamp: Stamp,
    /// A `watch::Receiver<Outcome<V, E>>`; the error type is the caller's.
    landing: Box<dyn Any + Send + Sync>,
}

/// What a caller has to do.
pub(crate) enum Role<K: CacheKey, E> {
    Lead(Lead<K, E>),
    Wait(Landing<K, E>),
}

/// The duty to load. Dropping it without landing lets the others load.
pub(crate) struct Lead<K: CacheKey, E> {
    key: K,
    number: u64,
    under_way: Arc<Mutex<HashMap<K, Flight>>>,
    outcome: watch::Sender<Outcome<K::Value, E>>,
}

/// A load of another to wait for.
pub(crate) struct Landing<K: CacheKey, E>(watch::Receiver<Outcome<K::Value, E>>);

impl<K: CacheKey> Flights<K> {
    pub(crate) fn new() -> Self {
        Self { under_way: Arc::default(), numbers: AtomicU64::new(0) }
    }

    /// Joins the load of the key, or begins one. `stamp` is of this moment.
    pub(crate) fn board<E>(&self, key: &K, stamp: Stamp, generations: &Generations) -> Role<K, E>
    where
        E: Clone + Send + Sync + 'static,
    {
        let mut under_way = lock(&self.under_way);
        if let Some(flight) = under_way.get(key)
            && generations.is_current(&flight.stamp)
            && let Some(landing) = flight.landing.downcast_ref::<watch::Receiver<Outcome<K::Value, E>>>()
        {
            return Role::Wait(Landing(landing.clone()));
        }
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let (outcome, landing) = watch::channel(None);
        under_way.insert(key.clone(), Flight { number, stamp, landing: Box::new(landing) });
        Role::Lead(Lead { key: key.clone(), number, under_way: Arc::clone(&self.under_way), outcome })
    }
}

impl<K: CacheKey, E: Clone> Lead<K, E> {
    /// Gives the result to those who wait.
    pub(crate) fn land(self, result: &Result<Known<K::Value>, E>) {
        self.outcome.send_replace(Some(result.clone()));
    }
}

impl<K: CacheKey, E> Drop for Lead<K, E> {
    /// Also when the load panicked.
    fn drop(&mut self) {
        let mut under_way = lock(&self.under_way);
        // A later load, from after an invalidation, may have taken the place.
        if under_way.get(&self.key).is_some_and(|flight| flight.number == self.number) {
            under_way.remove(&self.key);
        }
    }
}

impl<K: CacheKey, E: Clone> Landing<K, E> {
    /// The result; `None` when the load ended without one.
    pub(crate) async fn result(&mut self) -> Option<Result<Known<K::Value>, E>> {
        self.0.wait_for(Option::is_some).await.ok().and_then(|outcome| outcome.clone())
    }
}

/// Nothing panics while it holds the lock; if something did, the map would still be whole.
fn lock<K: CacheKey>(under_way: &Mutex<HashMap<K, Flight>>) -> MutexGuard<'_, HashMap<K, Flight>> {
    under_way.lock().unwrap_or_else(PoisonError::into_inner)
}
