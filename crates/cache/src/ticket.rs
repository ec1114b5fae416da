//! What a load takes along, so that its result is kept only if nothing changed meanwhile.

use std::fmt;

use crate::CacheKey;
use crate::generations::Stamp;
use crate::redis::Token;

/// Taken before the database is read, given back with what was read.
pub struct Ticket<K: CacheKey> {
    pub(crate) key: K,
    pub(crate) stamp: Stamp,
    /// Whether the process level may keep the value: its sources of invalidations were heard when the load began.
    pub(crate) keep_in_process: bool,
    /// The tokens in Redis from before the load; without them the value does not go there.
    pub(crate) tokens: Option<Vec<Token>>,
}

impl<K: CacheKey> Ticket<K> {
    /// The key that is being loaded.
    pub fn key(&self) -> &K {
        &self.key
    }
}

impl<K: CacheKey> fmt::Debug for Ticket<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticket")
            .field("kind", &K::KIND)
            .field("keep_in_process", &self.keep_in_process)
            .finish_non_exhaustive()
    }
}
