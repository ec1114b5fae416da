//! Commission: its movements, and their sums.

mod list;
mod query;
mod summary;

pub use list::{CommissionMovementView, commissions_list};
pub use query::{CommissionQuery, CommissionSummaryQuery};
pub use summary::{CommissionSummaryView, commissions_summary};
