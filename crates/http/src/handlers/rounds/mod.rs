//! Rounds: close, accept, reopen, read; the cash in collectors' hands.

mod body;
mod cash;
mod decide;
mod query;
mod read;
mod view;

pub use body::{AcceptBody, CloseRoundBody, ReopenBody};
pub use cash::{CashDayQuery, CashDayView, cash_day};
pub use decide::{round_accept, round_close, round_reopen};
pub use query::RoundQuery;
pub use read::{round_get, rounds_list};
pub use view::{NamedRoundView, RoundView};
