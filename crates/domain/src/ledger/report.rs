//! What the books say as a whole.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::AccountKind;
use crate::ids::{BusinessId, UserId};
use crate::money::Money;

/// One line of a trial balance: all accounts of a kind in one business, but cash a line a collector. Over all lines debits
/// equal credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialBalanceLine {
    /// The kind of account.
    pub kind: AccountKind,
    /// Whose cash it is; `None` for the other kinds, and for the empty line of a business where nobody ever held cash.
    pub collector: Option<UserId>,
    /// The sum of all debits.
    pub debit: Money,
    /// The sum of all credits, as a positive amount.
    pub credit: Money,
}

/// Something in the books that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerDifference {
    /// Whose books.
    pub business_id: BusinessId,
    /// What was checked, such as `card balance equals its postings`.
    pub check: &'static str,
    /// The card, entry or request it was found at.
    pub id: Uuid,
    /// What is stored.
    pub stored: String,
    /// What follows from the postings.
    pub computed: String,
}

/// The result of recomputing every balance from the postings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerReport {
    /// Businesses looked at.
    pub businesses: u64,
    /// Journal entries looked at.
    pub entries: u64,
    /// Cards looked at.
    pub cards: u64,
    /// Rounds looked at.
    pub rounds: u64,
    /// What is not as it must be; empty when the books are right. At most 1,000 are listed.
    pub differences: Vec<LedgerDifference>,
}
