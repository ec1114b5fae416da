#![doc = include_str!("../README.md")]

mod client;
mod configure;
mod envelope;
mod extract;
mod handlers;
mod limits;
mod openapi;
mod probe;
mod problem;
mod reply;
mod response_cache;
mod routes;
#[cfg(test)]
mod tests;
mod wire;

pub use client::{ProxyHeader, TrustedProxies, UnknownNetwork};
pub use configure::{HttpState, configure};
pub use limits::{LimitSettings, Limits, RateClass, RateLimitStatus};
pub use openapi::{openapi_document, openapi_json, refusals_of};
pub use probe::{FeedStatus, PoolStatus, QueueStatus, RedisServerStatus, ReplicaStatus, SealingStatus, SystemProbe};
pub use problem::{CatalogueEntry, Facts, Kind, catalogue};
pub use routes::{Access, Reply, Row, table};
