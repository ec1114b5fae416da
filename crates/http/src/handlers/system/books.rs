//! The books, in `/metrics`.

use serde::Serialize;
use utoipa::ToSchema;

use crate::probe::BooksRead;

/// The books, all businesses together, as they were last read in the background. Money is in kobo.
#[derive(Debug, Serialize, ToSchema)]
pub struct BooksView {
    /// How long ago that was.
    age_seconds: u64,
    /// What journal entries that do not sum to zero are out by, signs aside; it must be 0.
    ledger_imbalance_kobo: i64,
    /// How many entries these are.
    ledger_unbalanced_entries: u64,
    /// Cash in the hands of collectors.
    outstanding_cash_kobo: i64,
    /// Payment requests that are not settled.
    open_payouts: u64,
    /// What they ask for.
    open_payouts_kobo: i64,
    /// How old the oldest row of the audit trail was that had no seal.
    audit_unsealed_seconds: u64,
}

impl From<BooksRead> for BooksView {
    fn from(read: BooksRead) -> Self {
        Self {
            age_seconds: read.age.as_secs(),
            ledger_imbalance_kobo: read.ledger_imbalance_kobo,
            ledger_unbalanced_entries: read.ledger_unbalanced_entries,
            outstanding_cash_kobo: read.outstanding_cash_kobo,
            open_payouts: read.open_payouts,
            open_payouts_kobo: read.open_payouts_kobo,
            audit_unsealed_seconds: read.audit_unsealed_age.as_secs(),
        }
    }
}
