//! Double entry: no balance without postings, no posting without its opposite.

mod account;
mod entry;
mod report;
mod summary;

pub use account::{AccountKind, LedgerAccount};
pub use entry::{EntryEvent, EntryLink, JournalEntry, Posting};
pub use report::{LedgerDifference, LedgerReport, TrialBalanceLine};
pub use summary::{BusinessSummary, MoneyFlow};
