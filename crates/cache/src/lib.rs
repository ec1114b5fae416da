#![doc = include_str!("../README.md")]

mod cache;
mod codec;
mod key;
mod memory;
mod stats;

pub use cache::Cache;
pub use key::CacheKey;
pub use memory::MemoryCache;
pub use stats::CacheStats;
