//! Reading rounds, and the cash in collectors' hands.

use jiff::civil::Date;
use ofektom_domain::audit::AuditEntity;
use ofektom_domain::ids::{BusinessId, RoundId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::permission::{Reach, Verb};
use ofektom_domain::ports::{CashDay, NamedRound, RoundFilter};
use ofektom_domain::refusal::Refusal;

use crate::app::App;
use crate::caller::Caller;
use crate::error::{AppError, AppResult};

/// The cash of a business's collectors on a day.
#[derive(Clone, Debug)]
pub struct CashDayReport {
    /// The day.
    pub date: Date,
    /// A collector each, in the order of their names; only his own for a sub-agent.
    pub collectors: Vec<CashDay>,
}

impl App {
    /// A round.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn round_get(&self, caller: &Caller, id: RoundId) -> AppResult<NamedRound> {
        let scope = self.scope(caller, Verb::RoundRead, None)?;
        let found = self.stores.rounds.round_by_id(&scope, id).await?.ok_or(AppError::NotFound)?;
        self.reading_audit(caller, "round.read", found.round.business_id, (AuditEntity::Round, id.uuid())).await?;
        Ok(found)
    }

    /// Rounds that the caller may read, newest first.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the filter names a foreign business, [`AppError::Forbidden`].
    pub async fn rounds_list(
        &self,
        caller: &Caller,
        filter: &RoundFilter,
        page: PageRequest,
    ) -> AppResult<Page<NamedRound>> {
        let scope = self.scope(caller, Verb::RoundRead, filter.business_id)?;
        let found = self.stores.rounds.rounds_list(&scope, filter, page).await?;
        let seen = found.items.iter().map(|named| (named.round.business_id, named.round.id.uuid()));
        self.readings_audit(caller, "round.list", filter.business_id, seen).await?;
        Ok(found)
    }

    /// The cash of a business's collectors on a day, today when none is given: what each should have, counted and handed in,
    /// and what the business has not got from him.
    ///
    /// # Errors
    /// [`AppError::Refused`] for a day to come; [`AppError::Forbidden`], [`AppError::NotFound`].
    pub async fn cash_day(
        &self,
        caller: &Caller,
        business: BusinessId,
        date: Option<Date>,
    ) -> AppResult<CashDayReport> {
        let grant = self.grant_read(caller, Verb::RoundRead, business, "cash.read").await?;
        let date = date.unwrap_or(grant.context.today);
        if date > grant.context.today {
            return Err(Refusal::field("date", "in_future", "must not be after today").into());
        }
        let own = (grant.reach == Reach::Own).then_some(caller.id());
        let collectors = self.stores.rounds.cash_day(business, own, date).await?;
        Ok(CashDayReport { date, collectors })
    }
}
