//! Changing what was agreed on a card.

use ofektom_domain::ids::SavingsAccountId;
use ofektom_domain::permission::Verb;
use ofektom_domain::ports::{ChangeSavings, NamesWanted};
use ofektom_domain::refusal::Refusal;
use ofektom_domain::savings::{SavingsAccount, SavingsChange, SavingsEdit};

use crate::app::App;
use crate::cached::CardPlace;
use crate::caller::Caller;
use crate::error::AppResult;
use crate::names::Named;

/// The fields of which a change names one at least.
const FIELDS: [&str; 8] =
    ["unit_id", "kind", "start_date", "box_amount", "months", "target_amount", "end_date", "commission"];

impl App {
    /// Changes what was agreed on a card, and gives it with names. `if_version` is the version that the caller has seen, when he wants nothing else changed.
    ///
    /// # Errors
    /// Those of [`ofektom_domain::savings::change_decide`]; `Conflict(Version)`; [`crate::AppError::Refused`] for an unknown unit, or
    /// a commission set by whose card it is; [`crate::AppError::Forbidden`], [`crate::AppError::NotFound`].
    pub async fn savings_update(
        &self,
        caller: &Caller,
        id: SavingsAccountId,
        edit: SavingsEdit,
        if_version: Option<i64>,
    ) -> AppResult<Named<SavingsAccount>> {
        if edit == SavingsEdit::default() {
            return Err(Refusal::nothing_to_change(&FIELDS).into());
        }
        let card = self.card_for_write(caller, id).await?;
        let grant = self.grant_on_card(caller, Verb::SavingsChange, CardPlace::of(&card)).await?;
        if card.customer_id == caller.id() && edit.commission.is_some() {
            let message = "is agreed with the business: nobody changes it on his own card";
            return Err(Refusal::field("commission", "not_allowed", message).into());
        }
        if edit.unit_id.is_some() {
            self.unit_or_default(&grant, edit.unit_id).await?;
        }
        // Before the change, so that nothing can fail once it is made.
        let mut wanted = NamesWanted::of([&card]);
        wanted.units.extend(edit.unit_id);
        let names = self.stores.names.names_of(wanted).await?;
        let command = ChangeSavings {
            business_id: card.business_id,
            savings_account_id: id,
            change: SavingsChange::Edit(edit),
            if_version,
            context: grant.context,
        };
        Ok(Named { read: self.stores.savings.savings_change(command).await?, names })
    }
}
