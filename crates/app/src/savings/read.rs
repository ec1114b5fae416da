//! Reading cards: the card, lists, schedule, statement.

use std::sync::Arc;

use jiff::civil::Date;
use ofektom_domain::audit::AuditEntity;
use ofektom_domain::business::Business;
use ofektom_domain::ids::{ContributionId, SavingsAccountId};
use ofektom_domain::money::Money;
use ofektom_domain::page::PageRequest;
use ofektom_domain::people::User;
use ofektom_domain::permission::Verb;
use ofektom_domain::ports::{SavingsFilter, StatementLines};
use ofektom_domain::savings::SavingsAccount;
use ofektom_domain::tracking_number::TrackingNumber;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::cached::{CardSchedule, NamedPage};
use crate::caller::Caller;
use crate::error::{AppError, AppResult};
use crate::input::period_check;
use crate::names::Named;

/// One box of a card's schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleBox {
    /// Its day.
    pub date: Date,
    /// Its amount.
    pub amount: Money,
    /// The contribution that paid it; `None` while it is pending.
    pub contribution_id: Option<ContributionId>,
}

/// A card with the movements of its ledger account between two days, and whom it concerns.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The business that keeps the card.
    pub business: Business,
    /// Whose savings they are.
    pub customer: User,
    /// The card.
    pub account: SavingsAccount,
    /// The first day; the day of the first movement or the card's first one when nobody named it.
    pub from: Date,
    /// The last day; today, or a later one that has a movement, when nobody named it.
    pub to: Date,
    /// The business's day on which it is made.
    pub made_on: Date,
    /// The movements, with the balance before them.
    pub movements: StatementLines,
}

impl App {
    /// A card, with names.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn savings_get(&self, caller: &Caller, id: SavingsAccountId) -> AppResult<Named<SavingsAccount>> {
        let scope = self.scope(caller, Verb::SavingsRead, None)?;
        let found = self.cards.card(&scope, id).await?.ok_or(AppError::NotFound)?;
        self.card_reading_audit(caller, "savings_account.read", &found).await?;
        self.row_named(found).await
    }

    /// A card by the number on it, among those that the caller may read.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn savings_by_tracking(
        &self,
        caller: &Caller,
        number: TrackingNumber,
    ) -> AppResult<Named<SavingsAccount>> {
        let scope = self.scope(caller, Verb::SavingsRead, None)?;
        let found = self.cards.card_by_number(&scope, number).await?.ok_or(AppError::NotFound)?;
        self.card_reading_audit(caller, "savings_account.read", &found).await?;
        self.row_named(found).await
    }

    /// Cards that the caller may read, newest first, with names.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the filter names a foreign business.
    pub async fn savings_list(
        &self,
        caller: &Caller,
        filter: &SavingsFilter,
        page: PageRequest,
    ) -> AppResult<Arc<NamedPage<SavingsAccount>>> {
        let scope = self.scope(caller, Verb::SavingsRead, filter.business_id)?;
        let found = self.card_pages.page(&scope, filter, page).await?;
        let seen = found.rows.items.iter().map(|card| (card.business_id, card.id.uuid()));
        self.readings_audit(caller, "savings_account.list", filter.business_id, seen).await?;
        Ok(found)
    }

    /// The whole schedule of a card: each box pending or paid.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn savings_schedule(&self, caller: &Caller, id: SavingsAccountId) -> AppResult<Arc<CardSchedule>> {
        let scope = self.scope(caller, Verb::SavingsRead, None)?;
        let found = self.cards.schedule(&scope, id).await?.ok_or(AppError::NotFound)?;
        self.card_reading_audit(caller, "schedule.read", &found.account).await?;
        Ok(found)
    }

    /// The statement of a card between two days.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Refused`] when the last day is before the first one.
    pub async fn savings_statement(
        &self,
        caller: &Caller,
        id: SavingsAccountId,
        (from, to): (Option<Date>, Option<Date>),
    ) -> AppResult<Statement> {
        period_check(from, to)?;
        let scope = self.scope(caller, Verb::SavingsRead, None)?;
        let account = self.stores.savings.savings_by_id(&scope, id).await?.ok_or(AppError::NotFound)?;
        self.card_reading_audit(caller, "statement.read", &account).await?;
        let business = self.stores.businesses.business_by_id(account.business_id).await?.ok_or(AppError::NotFound)?;
        let customer = self.stores.people.user_by_id(account.customer_id).await?.ok_or(AppError::NotFound)?;
        let movements = self.stores.ledger.statement_of(account.business_id, id, from, to).await?;
        let made_on = business.day_at(self.now());
        let (first, last) = (movements.lines.first(), movements.lines.last());
        let begins = account.plan.start.min(first.map_or(account.plan.start, |line| line.occurred_on));
        let from = from.unwrap_or_else(|| to.map_or(begins, |to| begins.min(to)));
        let to = to.unwrap_or_else(|| last.map_or(made_on, |line| made_on.max(line.occurred_on)).max(from));
        Ok(Statement { business, customer, account, from, to, made_on, movements })
    }

    async fn card_reading_audit(&self, caller: &Caller, reading: &'static str, card: &SavingsAccount) -> AppResult<()> {
        self.reading_audit(caller, reading, card.business_id, (AuditEntity::SavingsAccount, card.id.uuid())).await
    }
}
