//! A limit in `/metrics`.

use ofektom_cache::MeterStats;
use serde::Serialize;
use utoipa::ToSchema;

/// A limit of requests, and how it has served on this server since its start.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct RateLimitStatus {
    /// `sign-in`, `address`, `user` or `business`.
    #[schema(example = "user")]
    pub name: &'static str,
    /// Units that may be used at once, and again in each window.
    pub quota: u32,
    /// The window in seconds.
    pub window_seconds: u64,
    /// Requests that were refused.
    pub refused: u64,
    /// Addresses, people or businesses that are known here, roughly.
    pub keys: u64,
    /// How often the other servers were told of one of them.
    pub settled: u64,
}

impl From<MeterStats> for RateLimitStatus {
    fn from(stats: MeterStats) -> Self {
        Self {
            name: stats.quota.name,
            quota: stats.quota.units,
            window_seconds: stats.quota.window.as_secs(),
            refused: stats.refused,
            keys: stats.keys,
            settled: stats.settled,
        }
    }
}
