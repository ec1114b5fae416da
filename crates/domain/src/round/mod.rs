//! Rounds: a collector counts the cash of his days, the business takes it over.
//!
//! A collector's cash is one purse. A round covers every day since his round before, up to and with its own day. Closing it
//! states what he counted and locks those days for him; accepting it books what he handed in and what was missing or left
//! over. What he keeps back goes on in his next round.

mod accept;
mod close;
mod notify;
mod purse;
mod record;
mod reopen;

pub use accept::{RoundAcceptance, accept_decide};
pub use close::{CloseRound, close_decide};
pub use purse::{CashMovement, Purse, cash_day_check};
pub use record::{Round, RoundStatus};
pub use reopen::reopen_decide;
