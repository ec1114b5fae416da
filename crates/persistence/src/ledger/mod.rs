//! The books: reading them, and verifying every balance.

mod commissions;
mod journal;
mod row;
mod statement;
mod summary;
mod trial_balance;
mod verify;

use async_trait::async_trait;
use jiff::civil::Date;
use ofektom_domain::commission::CommissionMovement;
use ofektom_domain::ids::{BusinessId, SavingsAccountId};
use ofektom_domain::ledger::{JournalEntry, LedgerReport, TrialBalanceLine};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{
    CommissionFilter, CommissionGroup, CommissionSummaryLine, EntryFilter, LedgerStore, Progress, ReadScope,
    StatementLines, StoreResult,
};

use crate::engine::Db;

pub(crate) use row::{CommissionRow, EntryRow, PostingRow};

/// The books of all businesses.
#[derive(Clone, Debug)]
pub struct Ledger {
    db: Db,
}

impl Ledger {
    /// The books in `db`.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl LedgerStore for Ledger {
    async fn statement_of(
        &self,
        business: BusinessId,
        card: SavingsAccountId,
        from: Option<Date>,
        to: Option<Date>,
    ) -> StoreResult<StatementLines> {
        statement::statement_of(&self.db, (business, card), from, to).await
    }

    async fn trial_balance(&self, business: BusinessId, as_of: Option<Date>) -> StoreResult<Vec<TrialBalanceLine>> {
        self.db.read_list(async move |conn| trial_balance::trial_balance_on(conn, business, as_of).await).await
    }

    async fn entries_list(
        &self,
        business: BusinessId,
        filter: EntryFilter,
        page: PageRequest,
    ) -> StoreResult<Page<JournalEntry>> {
        journal::entries_list(&self.db, business, filter, page).await
    }

    async fn commissions_list(
        &self,
        scope: &ReadScope,
        filter: &CommissionFilter,
        page: PageRequest,
    ) -> StoreResult<Page<CommissionMovement>> {
        commissions::commissions_list(&self.db, scope, filter.clone(), page).await
    }

    async fn commissions_summary(
        &self,
        scope: &ReadScope,
        filter: &CommissionFilter,
        group: CommissionGroup,
    ) -> StoreResult<Vec<CommissionSummaryLine>> {
        summary::commissions_summary(&self.db, scope, filter.clone(), group).await
    }

    async fn ledger_verify(&self, progress: Progress<'_>) -> StoreResult<LedgerReport> {
        verify::ledger_verify(&self.db, progress).await
    }
}
