//! What must hold when things happen at once, and when they go wrong: races, clients that hang up, a server that is killed,
//! a database that is gone. Also the program as people meet it: its start, its commands, the tour of the README.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on must fail, with the reason"
)]

mod crowd;
mod desk;
mod marking;
mod payouts;
mod sign_in;
