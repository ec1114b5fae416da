//! What the use-cases are given from outside: time and delivery. Randomness is [`ofektom_auth::OsRandomness`].

mod clock;
mod outbox;

pub use clock::SystemClock;
pub use outbox::Outbox;
