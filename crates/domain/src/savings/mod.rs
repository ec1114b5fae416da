//! Savings accounts (cards): their state and the decisions about their life.

mod account;
mod change;
mod edit;
mod mature;
mod open;
mod sheet;
mod status;

pub use account::SavingsAccount;
pub use change::{SavingsChange, change_decide};
pub use edit::SavingsEdit;
pub use mature::{mature_decide, matured_until};
pub use open::{OpenSavings, PlanRequest, open_decide, renew_decide};
pub use sheet::{SheetLine, SheetTotals};
pub use status::{CompletionReason, Progress, SavingsStatus};
