//! What a key type states about itself.

use std::hash::Hash;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The key of one kind of cached value.
pub trait CacheKey: Clone + Eq + Hash + Send + Sync + 'static {
    /// The kind's name, for counters; unique among the caches of a program.
    const KIND: &'static str;

    /// The version of the value type. Raise it whenever the type changes, so that values of the old shape are misses.
    const VERSION: u8;

    /// What is kept under the key.
    type Value: Serialize + DeserializeOwned;

    /// How long a value lives from when it was put. Zero keeps nothing.
    fn ttl(&self, value: &Self::Value) -> Duration;
}
