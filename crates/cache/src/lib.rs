#![doc = include_str!("../README.md")]

mod beyond;
mod cache;
mod caches;
mod codec;
mod counters;
mod flights;
mod freshness;
mod generations;
mod key;
mod local;
mod quota;
mod redis;
mod settings;
mod stats;
mod tag;
mod ticket;

pub use cache::{Cache, Known, Lookup};
pub use caches::Caches;
pub use freshness::FEED_LEASE;
pub use key::{CacheKey, Trust};
pub use local::{LocalCache, LocalCacheStats, LocalKey};
pub use quota::{Meter, MeterStats, Quota, Taken};
pub use settings::{CacheSetupError, CachesSettings, Mode, RedisSettings, UnknownMode};
pub use stats::{CachesStats, KindStats, RedisState, RedisStats};
pub use tag::Tag;
pub use ticket::Ticket;
