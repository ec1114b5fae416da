//! Recording the collections of a whole round at once.

use ofektom_domain::idempotency::{Answer, Idempotency};
use ofektom_domain::ids::BusinessId;
use ofektom_domain::permission::Verb;
use ofektom_domain::ports::{BulkItem, BulkOutcome, BulkPost, CardRef};
use ofektom_domain::refusal::Refusal;

use super::post::{ContributionInput, item_of, rules_of};
use crate::app::App;
use crate::caller::Caller;
use crate::error::AppResult;
use crate::idempotency::{IdempotencyInput, InFlightGuard};

/// Most items of a bulk.
const ITEMS_MAX: usize = 500;

/// One item of a bulk.
#[derive(Clone, Debug)]
pub struct BulkItemInput {
    /// The card.
    pub card: CardRef,
    /// The contribution.
    pub contribution: ContributionInput,
}

/// Contributions to many cards of one business.
#[derive(Clone, Debug)]
pub struct BulkInput {
    /// The items; one that could not be read is refused in its place.
    pub items: Vec<Result<BulkItemInput, Refusal>>,
    /// Whether one refused item refuses them all.
    pub all_or_nothing: bool,
}

/// A bulk that its caller may post, as it was permitted: by whom, in which role, when.
#[derive(Debug)]
pub struct BulkPermitted {
    command: BulkPost,
    idempotency: Idempotency<BulkOutcome>,
    guard: InFlightGuard,
}

impl App {
    /// Records up to 500 contributions; each is accepted or refused on its own, in the order given, unless all or nothing
    /// is asked for.
    ///
    /// # Errors
    /// [`crate::AppError::Refused`] for an empty or too long list; those of the idempotency key;
    /// [`crate::AppError::Forbidden`], [`crate::AppError::NotFound`].
    pub async fn contributions_post_bulk(
        &self,
        caller: &Caller,
        business: BusinessId,
        input: BulkInput,
        idempotency: IdempotencyInput<BulkOutcome>,
    ) -> AppResult<Answer<BulkOutcome>> {
        let BulkPermitted { command, idempotency, guard: _guard } =
            self.bulk_permitted(caller, business, input, idempotency).await?;
        Ok(self.stores.contributions.contributions_post_bulk(command, idempotency).await?)
    }

    /// Permission for a bulk, by the clock of now. Nothing is recorded yet.
    ///
    /// # Errors
    /// Those of [`Self::contributions_post_bulk`] before anything is looked at.
    pub async fn bulk_permitted(
        &self,
        caller: &Caller,
        business: BusinessId,
        input: BulkInput,
        idempotency: IdempotencyInput<BulkOutcome>,
    ) -> AppResult<BulkPermitted> {
        if !(1..=ITEMS_MAX).contains(&input.items.len()) {
            return Err(Refusal::field("items", "out_of_range", "must be 1 to 500 items").into());
        }
        let guard = self.in_flight.enter(caller.id(), &idempotency.key)?;
        let grant = self.grant_write(caller, Verb::ContributionPost, business).await?;
        let items = input.items.into_iter().map(|item| {
            let BulkItemInput { card, contribution } = item?;
            Ok(BulkItem { card, item: item_of(contribution, &grant)? })
        });
        let command = BulkPost {
            business_id: business,
            items: items.collect(),
            all_or_nothing: input.all_or_nothing,
            rules: rules_of(&grant),
            context: grant.context.clone(),
        };
        Ok(BulkPermitted { command, idempotency: idempotency.of(caller.id()), guard })
    }

    /// Records bulks one after the other, each as [`Self::contributions_post_bulk`] would, in one go.
    ///
    /// # Errors
    /// The first that one of them meets. The others may have been recorded; asked again with the same keys they answer what
    /// was stored.
    pub async fn contributions_post_bulks(&self, bulks: Vec<BulkPermitted>) -> AppResult<Vec<Answer<BulkOutcome>>> {
        let (mut posts, mut guards) = (Vec::with_capacity(bulks.len()), Vec::with_capacity(bulks.len()));
        for BulkPermitted { command, idempotency, guard } in bulks {
            posts.push((command, idempotency));
            guards.push(guard);
        }
        let answers = self.stores.contributions.contributions_post_bulks(posts).await;
        drop(guards);
        Ok(answers?)
    }
}
