//! The caches as their users see them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail, with the reason")]

mod contract;
mod garbage;
mod instance;
mod keys;
mod local_level;
mod never_older;
mod outages;
mod pushes;
mod quotas;
