//! What the server tells of itself, and the files in `deploy` that listen: the catalogue of metrics, Prometheus's own programs
//! against a live scrape, alert rules, dashboard, log and traces.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on must fail, with the reason"
)]

mod alerts;
mod catalogue;
mod dashboard;
mod figures;
mod log;
mod program;
mod prometheus;
mod scrape;
#[cfg(feature = "otlp")]
mod traces;
