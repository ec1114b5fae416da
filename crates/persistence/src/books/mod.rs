//! Figures of the books for whoever watches over them: asked for business by business, in steps that are bounded by what is
//! open or new, never by what has been booked since the beginning.

mod balance;
mod figures;

use jiff::Timestamp;
use ofektom_domain::ids::{BusinessId, EntryId};
use ofektom_domain::money::Money;
use ofektom_domain::ports::StoreResult;

use crate::engine::Db;
use crate::seals::oldest_unsealed;

/// The books of all businesses, to be watched.
#[derive(Clone, Debug)]
pub struct Books {
    db: Db,
}

/// How a business stands now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookFigures {
    /// Cash in the hands of its collectors, by their cash accounts.
    pub outstanding_cash: Money,
    /// Payment requests that are not settled.
    pub open_payouts: u32,
    /// What they ask for.
    pub open_payouts_amount: Money,
}

/// A piece of a journal that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalancePiece {
    /// Its last entry; `None` when nothing followed.
    pub last: Option<EntryId>,
    /// How many entries it has.
    pub entries: u32,
    /// Entries that do not sum to zero, and what they sum to.
    pub unbalanced: Vec<(EntryId, Money)>,
}

impl Books {
    /// The books in `db`.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }

    /// All businesses, in the order of their ids.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn businesses(&self) -> StoreResult<Vec<BusinessId>> {
        figures::businesses(&self.db).await
    }

    /// How a business stands. Cash is what the rounds of each collector left in his hands, and what moved since.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn figures(&self, business: BusinessId) -> StoreResult<BookFigures> {
        figures::figures(&self.db, business).await
    }

    /// Looks at up to so many entries of a journal that come after one.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn balance_piece(
        &self,
        business: BusinessId,
        after: EntryId,
        entries_max: u32,
    ) -> StoreResult<BalancePiece> {
        balance::balance_piece(&self.db, business, after, entries_max).await
    }

    /// When the oldest row of the audit trail was made that has no seal, of those that are due by now; `None` when all have one.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn oldest_unsealed(&self, now: Timestamp) -> StoreResult<Option<Timestamp>> {
        oldest_unsealed(&self.db, now).await
    }
}
