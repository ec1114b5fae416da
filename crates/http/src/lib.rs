#![doc = include_str!("../README.md")]

mod client;
mod configure;
mod drain;
mod envelope;
mod exposition;
mod extract;
mod handlers;
mod limits;
mod meters;
mod openapi;
mod probe;
mod problem;
mod reply;
mod response_cache;
mod routes;
mod starting;
#[cfg(test)]
mod tests;
mod wire;

pub use client::{ProxyHeader, TrustedProxies, UnknownNetwork};
pub use configure::{HttpState, configure};
pub use drain::Drain;
pub use envelope::{Answered, TraceContext, TraceLink, TraceParent};
pub use limits::{LimitSettings, Limits, RateClass, RateLimitStatus};
pub use openapi::{openapi_document, openapi_json, refusals_of};
pub use probe::{
    BooksRead, BooksStatus, FeedStatus, PoolStatus, ProcessStatus, QueueStatus, RedisServerStatus, ReplicaStatus,
    SealingStatus, SystemFacts, SystemProbe, WriterMeasured,
};
pub use problem::{CatalogueEntry, Facts, Kind, catalogue};
pub use routes::{Access, Reply, Row, table};
pub use starting::configure_starting;
