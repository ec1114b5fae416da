//! Counters of the kept answers.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;
use utoipa::ToSchema;

/// How the kept answers of public routes have served since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ResponseCacheStatus {
    /// Requests that were answered from here.
    pub hits: u64,
    /// Requests for which the answer was made.
    pub misses: u64,
    /// Requests that went past, because they brought a token or a cookie.
    pub bypassed: u64,
    /// Answers that are kept now, roughly: those that have expired count until they are swept.
    pub entries: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Counts requests. Relaxed: the numbers need no order among themselves.
#[derive(Debug, Default)]
pub(super) struct Counters {
    hits: AtomicU64,
    misses: AtomicU64,
    bypassed: AtomicU64,
}

impl Counters {
    pub(super) fn hit(&self) -> &'static str {
        self.hits.fetch_add(1, Ordering::Relaxed);
        "HIT"
    }

    pub(super) fn missed(&self) -> &'static str {
        self.misses.fetch_add(1, Ordering::Relaxed);
        "MISS"
    }

    pub(super) fn bypassed(&self) {
        self.bypassed.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn status(&self, entries: u64, bytes: u64) -> ResponseCacheStatus {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        ResponseCacheStatus {
            hits: of(&self.hits),
            misses: of(&self.misses),
            bypassed: of(&self.bypassed),
            entries,
            bytes,
        }
    }
}
