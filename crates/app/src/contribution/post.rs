//! Recording cash that was collected on one card.

use jiff::civil::Date;
use ofektom_domain::contribution::{ContributionItem, ContributionMethod, ContributionReceipt, PostRules};
use ofektom_domain::idempotency::Answer;
use ofektom_domain::ids::SavingsAccountId;
use ofektom_domain::money::Money;
use ofektom_domain::permission::Verb;
use ofektom_domain::ports::PostContribution;
use ofektom_domain::refusal::Refusal;

use crate::access::Grant;
use crate::app::App;
use crate::caller::Caller;
use crate::error::AppResult;
use crate::idempotency::IdempotencyInput;
use crate::input::text_check_optional;

/// Most boxes that a caller may name in one contribution.
const NAMED_BOXES_MAX: usize = 366;

/// A contribution to record.
#[derive(Clone, Debug)]
pub struct ContributionInput {
    /// The amount.
    pub amount: Money,
    /// The business's day on which it was collected; today when not given.
    pub collected_on: Option<Date>,
    /// The days of the boxes to pay; the oldest unpaid ones when empty.
    pub boxes: Vec<Date>,
    /// A remark.
    pub note: Option<String>,
}

impl App {
    /// Records cash that the caller collected on a card. Durable when it returns.
    ///
    /// # Errors
    /// Those of [`ofektom_domain::contribution::post_decide`] and of the idempotency key;
    /// [`crate::AppError::Forbidden`], [`crate::AppError::NotFound`].
    pub async fn contribution_post(
        &self,
        caller: &Caller,
        card: SavingsAccountId,
        input: ContributionInput,
        idempotency: IdempotencyInput<ContributionReceipt>,
    ) -> AppResult<Answer<ContributionReceipt>> {
        let _guard = self.in_flight.enter(caller.id(), &idempotency.key)?;
        let place = self.place_for_write(caller, card).await?;
        let grant = self.grant_on_card(caller, Verb::ContributionPost, place).await?;
        let command = PostContribution {
            business_id: place.business,
            savings_account_id: card,
            item: item_of(input, &grant)?,
            rules: rules_of(&grant),
            context: grant.context,
        };
        Ok(self.stores.contributions.contribution_post(command, idempotency.of(caller.id())).await?)
    }
}

/// The contribution as the domain decides on it.
pub(super) fn item_of(input: ContributionInput, grant: &Grant) -> Result<ContributionItem, Refusal> {
    if input.boxes.len() > NAMED_BOXES_MAX {
        return Err(Refusal::field("boxes", "too_many", "must name at most 366 days"));
    }
    Ok(ContributionItem {
        amount: input.amount,
        method: ContributionMethod::Cash,
        collected_on: input.collected_on.unwrap_or(grant.context.today),
        collected_by: grant.context.actor,
        boxes: input.boxes,
        note: text_check_optional("note", input.note.as_deref(), 1)?,
    })
}

/// The business's rules for contributions.
pub(super) const fn rules_of(grant: &Grant) -> PostRules {
    PostRules { backdate_days_max: grant.business.policy.backdate_days_max }
}
