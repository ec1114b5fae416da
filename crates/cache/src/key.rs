//! What a key type states about itself.

use std::fmt;
use std::hash::Hash;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Tag;

/// What keeps the copies of one kind from being older than they may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The change feed of the database names every change, whoever made it. Served at either level only while the feed
    /// was heard within [`FEED_LEASE`](crate::FEED_LEASE).
    Fed,
    /// Only pushes name a change. Kept in this process only while the push channel is healthy, or when the program is
    /// alone; else in Redis or nowhere.
    Pushed,
}

/// The key of one kind of cached value. Its text, by `Display`, is its name in Redis: it must differ for different keys
/// and must hold nothing secret.
pub trait CacheKey: Clone + Eq + Hash + fmt::Display + Send + Sync + 'static {
    /// The kind's name, in counters and in Redis; unique among the caches of a program.
    const KIND: &'static str;

    /// The version of the value type. Raise it whenever the type changes, so that values of the old shape are misses.
    const VERSION: u8;

    /// What keeps the copies fresh.
    const TRUST: Trust;

    /// How long "there is none" is remembered. Zero: never.
    const NEGATIVE_TTL: Duration = Duration::from_secs(5);

    /// What is kept under the key.
    type Value: Serialize + DeserializeOwned + Send + Sync + 'static;

    /// How long a value lives from when it was put. Zero keeps nothing. It is also the bound on how old a copy can
    /// become when an invalidation is lost for good (a program killed between its commit and its push).
    fn ttl(&self, value: &Self::Value) -> Duration;

    /// What the value depends on, from the key alone.
    fn tags(&self) -> impl IntoIterator<Item = Tag>;
}
