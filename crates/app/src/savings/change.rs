//! Extending, ending and cancelling a card.

use ofektom_domain::ids::SavingsAccountId;
use ofektom_domain::permission::Verb;
use ofektom_domain::ports::ChangeSavings;
use ofektom_domain::savings::{SavingsAccount, SavingsChange};

use crate::app::App;
use crate::cached::CardPlace;
use crate::caller::Caller;
use crate::error::{AppError, AppResult};

impl App {
    /// Changes a card: a customer may end his own, everything else is the business's.
    ///
    /// # Errors
    /// Those of [`ofektom_domain::savings::change_decide`]; [`AppError::Forbidden`], [`AppError::NotFound`].
    pub async fn savings_change(
        &self,
        caller: &Caller,
        id: SavingsAccountId,
        change: SavingsChange,
    ) -> AppResult<SavingsAccount> {
        let verb = match change {
            SavingsChange::End => Verb::SavingsOpen,
            SavingsChange::Edit(_) | SavingsChange::Extend { .. } | SavingsChange::Cancel => Verb::SavingsChange,
        };
        let place = self.place_for_write(caller, id).await?;
        let grant = self.grant_on_card(caller, verb, place).await?;
        let command = ChangeSavings {
            business_id: place.business,
            savings_account_id: id,
            change,
            if_version: None,
            context: grant.context,
        };
        Ok(self.stores.savings.savings_change(command).await?)
    }

    /// Where a card belongs that the caller may see, as a first step to change it. It may be a copy, for that never changes;
    /// the store decides on the card itself.
    pub(crate) async fn place_for_write(&self, caller: &Caller, id: SavingsAccountId) -> AppResult<CardPlace> {
        let scope = self.scope_unchecked(caller, Verb::SavingsRead, None);
        self.cards.place(&scope, id).await?.ok_or(AppError::NotFound)
    }

    /// A card that the caller may see, as it is now: for what is decided before the store is asked.
    pub(crate) async fn card_for_write(&self, caller: &Caller, id: SavingsAccountId) -> AppResult<SavingsAccount> {
        let scope = self.scope_unchecked(caller, Verb::SavingsRead, None);
        self.stores.savings.savings_by_id(&scope, id).await?.ok_or(AppError::NotFound)
    }
}
