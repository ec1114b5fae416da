//! A whole installation: three server processes behind nginx with the very files of `deploy/nginx`, a PostgreSQL and a Redis. What
//! clients see of it, and what they do not see when a part of it fails.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on must fail, with the reason"
)]

mod canary;
mod collectors;
mod front;
mod guide;
mod instances;
mod limits;
mod outage;
mod pooler;
mod redis_failover;
mod replica;
mod stage;
mod telling;
