//! The books: commissions, trial balance, journal.

use jiff::civil::Date;
use ofektom_domain::commission::CommissionMovement;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::ledger::{JournalEntry, LedgerReport, TrialBalanceLine};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::permission::Verb;
use ofektom_domain::ports::{CommissionFilter, CommissionGroup, CommissionSummaryLine, EntryFilter, Progress};

use crate::app::App;
use crate::caller::Caller;
use crate::error::AppResult;
use crate::names::Named;

impl App {
    /// Commission movements with names, newest first: a business's for its agent and admins, a sub-agent's own collections'.
    ///
    /// # Errors
    /// [`crate::AppError::Forbidden`] for a customer; [`crate::AppError::NotFound`] when the filter names a foreign business.
    pub async fn commissions_list(
        &self,
        caller: &Caller,
        filter: &CommissionFilter,
        page: PageRequest,
    ) -> AppResult<Named<Page<CommissionMovement>>> {
        let scope = self.scope(caller, Verb::CommissionRead, filter.business_id)?;
        let found = self.stores.ledger.commissions_list(&scope, filter, page).await?;
        let seen = found.items.iter().map(|movement| (movement.business_id, movement.id.uuid()));
        self.readings_audit(caller, "commission.list", filter.business_id, seen).await?;
        self.page_named(found).await
    }

    /// Commission summed by collector, unit, month or business.
    ///
    /// # Errors
    /// As [`App::commissions_list`].
    pub async fn commissions_summary(
        &self,
        caller: &Caller,
        filter: &CommissionFilter,
        group: CommissionGroup,
    ) -> AppResult<Vec<CommissionSummaryLine>> {
        let scope = self.scope(caller, Verb::CommissionRead, filter.business_id)?;
        if scope.all {
            // Whose commission is in the sums tells the summary by business.
            let summed = self.stores.ledger.commissions_summary(&scope, filter, CommissionGroup::Business).await?;
            let of = summed.iter().filter_map(|line| Some((line.key.parse().ok()?, line.key.parse().ok()?)));
            self.readings_audit(caller, "commission_summary.read", filter.business_id, of).await?;
        }
        Ok(self.stores.ledger.commissions_summary(&scope, filter, group).await?)
    }

    /// The sums of all accounts of a business, up to and with a day if one is named.
    ///
    /// # Errors
    /// [`crate::AppError::Forbidden`], [`crate::AppError::NotFound`].
    pub async fn trial_balance(
        &self,
        caller: &Caller,
        business: BusinessId,
        as_of: Option<Date>,
    ) -> AppResult<Vec<TrialBalanceLine>> {
        self.grant_read(caller, Verb::LedgerRead, business, "trial_balance.read").await?;
        Ok(self.stores.ledger.trial_balance(business, as_of).await?)
    }

    /// The journal of a business, newest first.
    ///
    /// # Errors
    /// [`crate::AppError::Forbidden`], [`crate::AppError::NotFound`].
    pub async fn entries_list(
        &self,
        caller: &Caller,
        business: BusinessId,
        filter: EntryFilter,
        page: PageRequest,
    ) -> AppResult<Page<JournalEntry>> {
        self.grant_read(caller, Verb::LedgerRead, business, "journal.read").await?;
        Ok(self.stores.ledger.entries_list(business, filter, page).await?)
    }

    /// Recomputes every balance from the postings. For the command on the server.
    ///
    /// # Errors
    /// [`crate::AppError::Store`].
    pub async fn ledger_verify(&self, progress: Progress<'_>) -> AppResult<LedgerReport> {
        Ok(self.stores.ledger.ledger_verify(progress).await?)
    }
}
