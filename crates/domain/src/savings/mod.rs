//! Savings accounts (cards): their state and the decisions about their life.

mod account;
mod change;
mod open;
mod status;

pub use account::SavingsAccount;
pub use change::{SavingsChange, change_decide};
pub use open::{OpenSavings, PlanRequest, open_decide, renew_decide};
pub use status::{CompletionReason, Progress, SavingsStatus};
