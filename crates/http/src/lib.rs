#![doc = include_str!("../README.md")]

mod configure;
mod drain;
mod envelope;
mod extract;
mod handlers;
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

pub use configure::{HttpState, configure};
pub use drain::Drain;
pub use openapi::{openapi_document, openapi_json, refusals_of};
pub use probe::{FeedStatus, PoolStatus, QueueStatus, RedisServerStatus, ReplicaStatus, SealingStatus, SystemProbe};
pub use problem::{CatalogueEntry, Facts, Kind, catalogue};
pub use routes::{Access, Reply, Row, table};
pub use starting::configure_starting;
