//! What must hold when things happen at once, and when they go wrong: races, clients that hang up, a server that is killed,
//! a database that is gone. Also the tour of the README, as printed.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on must fail, with the reason"
)]

mod backup;
mod burst;
mod commands;
mod copies;
mod crowd;
mod desk;
mod drain;
mod imports;
mod invitations;
mod kill;
mod limits;
mod load;
mod marking;
mod members;
mod outage;
mod payouts;
mod program;
mod quiet_log;
mod redis_lost;
mod resets;
mod sign_in;
mod start;
mod starting;
mod tour;
