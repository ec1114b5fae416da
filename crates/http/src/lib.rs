#![doc = include_str!("../README.md")]

mod configure;
mod envelope;
mod extract;
mod handlers;
mod openapi;
mod probe;
mod problem;
mod reply;
mod response_cache;
mod routes;
#[cfg(test)]
mod tests;
mod wire;

pub use configure::{HttpState, configure};
pub use openapi::{openapi_document, openapi_json, refusals_of};
pub use probe::{FeedStatus, PoolStatus, QueueStatus, RedisServerStatus, SealingStatus, SystemProbe};
pub use problem::{CatalogueEntry, Facts, Kind, catalogue};
pub use routes::{Access, Reply, Row, table};
