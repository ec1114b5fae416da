//! Renewing a card that has ended.

use jiff::civil::Date;
use ofektom_domain::ids::SavingsAccountId;
use ofektom_domain::permission::Verb;
use ofektom_domain::ports::{Conflict, StoreError};
use ofektom_domain::savings::{SavingsAccount, renew_decide};
use ofektom_domain::tracking_number::TrackingNumber;

use crate::app::App;
use crate::business::RANDOM_TRIES_MAX;
use crate::cached::CardPlace;
use crate::caller::Caller;
use crate::error::AppResult;

impl App {
    /// Opens a new card with the terms of one that has ended. It starts today unless a day is given.
    ///
    /// # Errors
    /// `NotEnded`, a start out of range; [`crate::AppError::Forbidden`], [`crate::AppError::NotFound`].
    pub async fn savings_renew(
        &self,
        caller: &Caller,
        id: SavingsAccountId,
        start_date: Option<Date>,
    ) -> AppResult<SavingsAccount> {
        let old = self.card_for_write(caller, id).await?;
        let grant = self.grant_on_card(caller, Verb::SavingsOpen, CardPlace::of(&old)).await?;
        let start = start_date.unwrap_or(grant.context.today);
        for _ in 0..RANDOM_TRIES_MAX {
            let number = TrackingNumber::from_random(self.random_u64());
            let (account, effects) = renew_decide(&old, start, number, &grant.context)?;
            match self.stores.savings.savings_open(account.clone(), effects).await {
                Ok(()) => return Ok(account),
                Err(StoreError::Conflict(Conflict::TrackingNumber)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Overloaded.into())
    }
}
