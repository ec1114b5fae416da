//! What the books were found to say.

use std::time::Duration;

/// The last reading of the books by this server, and how its readings went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BooksStatus {
    /// What the last reading that succeeded found; `None` before the first, and when it is switched off.
    pub read: Option<BooksRead>,
    /// How long ago every entry of the journal had been looked at; `None` before that.
    pub sweep_age: Option<Duration>,
    /// Entries of the journal that were looked at since the start.
    pub entries_checked_total: u64,
    /// Readings that failed since the start.
    pub failures_total: u64,
}

/// What a reading of the books found, all businesses together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BooksRead {
    /// What entries that do not sum to zero are out by, signs aside.
    pub ledger_imbalance_kobo: i64,
    /// How many entries these are.
    pub ledger_unbalanced_entries: u64,
    /// Cash in the hands of collectors.
    pub outstanding_cash_kobo: i64,
    /// Payment requests that are not settled.
    pub open_payouts: u64,
    /// What they ask for.
    pub open_payouts_kobo: i64,
    /// How old the oldest row of the audit trail was that had no seal; zero when all had.
    pub audit_unsealed_age: Duration,
    /// How long ago this was read.
    pub age: Duration,
    /// How long reading it took.
    pub took: Duration,
}
