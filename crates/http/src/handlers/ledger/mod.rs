//! The books of a business.

mod entries;
mod entry_view;
mod trial_balance;

pub use entries::{EntryQuery, entries_list};
pub use entry_view::EntryView;
pub use trial_balance::{TrialBalanceView, trial_balance};
