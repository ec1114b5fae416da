//! How much of a quota each key has used: counted in this process, settled with the other instances through Redis.

mod bucket;
mod meter;
mod table;

use std::time::Duration;

pub(crate) use meter::Counts;
pub use meter::{Meter, MeterStats};

/// So much in so much time: `units` at once, and as many again spread over `window`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Its name, unique among the quotas of a program; part of the keys in Redis.
    pub name: &'static str,
    /// Most units at once; zero counts as one.
    pub units: u32,
    /// The time in which a quota that was used up is whole again; at least a millisecond.
    pub window: Duration,
}

/// What came of asking for units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Whether they were given. Units that were refused are not counted.
    pub given: bool,
    /// Units that could be had now.
    pub left: u32,
    /// After this time the quota is whole again if nothing more is taken.
    pub whole_in: Duration,
    /// After this time as many units could be had as were asked for; zero when they were given.
    pub wait: Duration,
}
