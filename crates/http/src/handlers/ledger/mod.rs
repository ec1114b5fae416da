//! The books of a business.

mod entries;
mod entry_view;
mod export;
mod summary;
mod trial_balance;

pub use entries::{EntryQuery, entries_list};
pub use entry_view::EntryView;
pub use export::{JournalLineView, JournalQuery, journal_export};
pub use summary::{BusinessSummaryView, business_summary};
pub use trial_balance::{TrialBalanceQuery, TrialBalanceView, trial_balance};
