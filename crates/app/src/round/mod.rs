//! Rounds and the cash in collectors' hands.

mod close;
mod decide;
mod read;

pub use close::RoundInput;
pub use read::CashDayReport;
