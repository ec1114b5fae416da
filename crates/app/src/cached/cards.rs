//! Copies of cards, for showing them.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use futures_util::FutureExt as _;
use ofektom_cache::{Cache, Caches, Lookup};
use ofektom_domain::contribution::Marking;
use ofektom_domain::ids::{BusinessId, SavingsAccountId, UserId};
use ofektom_domain::plan::Plan;
use ofektom_domain::ports::{ReadScope, SavingsStore, StoreResult};
use ofektom_domain::savings::SavingsAccount;
use ofektom_domain::tracking_number::TrackingNumber;
use serde::{Deserialize, Serialize};

use super::gather::Gather;
use super::keys::{CardKey, CardPlaceKey, NumberKey, ScheduleKey};
use super::shared_error::SharedError;
use crate::savings::ScheduleBox;

/// Most cards in this process.
const CARDS_MAX: u64 = 20_000;

/// Most cards with their schedules in this process: with the bytes in which they are shown about 15 KiB each for three months,
/// four times that for a year.
const SCHEDULES_MAX: u64 = 1_000;

/// Most places of cards, and numbers, in this process.
const PLACES_MAX: u64 = 100_000;

/// Where a card belongs: what never changes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CardPlace {
    /// The business that keeps it.
    pub business: BusinessId,
    /// Whose savings they are.
    pub customer: UserId,
}

impl CardPlace {
    /// Where `card` belongs.
    pub const fn of(card: &SavingsAccount) -> Self {
        Self { business: card.business_id, customer: card.customer_id }
    }
}

/// A card with its schedule.
#[derive(Debug, Serialize, Deserialize)]
pub struct CardSchedule {
    /// The card.
    pub account: SavingsAccount,
    /// Its boxes, in order of days.
    pub boxes: Vec<ScheduleBox>,
    /// How it was shown first, for whoever shows it again. It lives as long as this copy, and is the same for everybody who
    /// may read the card.
    #[serde(skip)]
    pub shown: OnceLock<Shown>,
}

/// An answer as it was written once.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its bytes.
    pub body: Bytes,
    /// The entity tag of the bytes.
    pub tag: Box<str>,
}

/// Reads cards, through copies, for those who show them. Nobody decides anything about money on what it gives.
///
/// Copies are kept under the card alone; whoever asks is compared with what the copy says of its business and customer, so
/// that a copy shows nobody more than the store would. Cards without a current copy are read together with those that others
/// ask for while they wait.
#[derive(Clone)]
pub(crate) struct CardCopies {
    store: Arc<dyn SavingsStore>,
    reads: Gather<(BusinessId, SavingsAccountId), SavingsAccount>,
    numbers: Cache<NumberKey>,
    places: Cache<CardPlaceKey>,
    cards: Cache<CardKey>,
    schedules: Cache<ScheduleKey>,
}

impl CardCopies {
    pub fn new(store: Arc<dyn SavingsStore>, caches: &Caches) -> Self {
        let reads = Gather::new(caches, {
            let store = Arc::clone(&store);
            move |keys| {
                let store = Arc::clone(&store);
                async move {
                    let found = store.savings_by_keys(keys).await?;
                    Ok(found.into_iter().map(|card| ((card.business_id, card.id), card)).collect())
                }
                .boxed()
            }
        });
        Self {
            store,
            reads,
            numbers: caches.cache(PLACES_MAX),
            places: caches.cache(PLACES_MAX),
            cards: caches.cache(CARDS_MAX),
            schedules: caches.cache(SCHEDULES_MAX),
        }
    }

    /// Where a card belongs that the caller may read.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn place(&self, scope: &ReadScope, id: SavingsAccountId) -> StoreResult<Option<CardPlace>> {
        Ok(match Box::pin(self.find(scope, id)).await? {
            Found::Nothing => None,
            Found::Place(place) => Some(place),
            Found::Card(card) => Some(CardPlace::of(&card)),
        })
    }

    /// A card that the caller may read.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn card(&self, scope: &ReadScope, id: SavingsAccountId) -> StoreResult<Option<SavingsAccount>> {
        let business = match Box::pin(self.find(scope, id)).await? {
            Found::Nothing => return Ok(None),
            Found::Card(card) => return Ok(Some(*card)),
            Found::Place(place) => place.business,
        };
        let reads = self.reads.clone();
        let load = async move || reads.get((business, id)).await;
        let found = self.cards.get_or_load(&CardKey { business, card: id }, load).await?;
        Ok(found.filter(|card| may_read(scope, CardPlace::of(card))).map(|card| (*card).clone()))
    }

    /// A card that the caller may read, with its schedule.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn schedule(&self, scope: &ReadScope, id: SavingsAccountId) -> StoreResult<Option<Arc<CardSchedule>>> {
        let business = match Box::pin(self.find(scope, id)).await? {
            Found::Nothing => return Ok(None),
            Found::Card(card) => return Ok(Some(Arc::new(schedule_read(&*self.store, *card).await?))),
            Found::Place(place) => place.business,
        };
        let (reads, store) = (self.reads.clone(), Arc::clone(&self.store));
        let load = async move || {
            let Some(card) = reads.get((business, id)).await? else { return Ok(None) };
            Ok::<_, SharedError>(Some(schedule_read(&*store, card).await?))
        };
        let found = self.schedules.get_or_load(&ScheduleKey(CardKey { business, card: id }), load).await?;
        Ok(found.filter(|found| may_read(scope, CardPlace::of(&found.account))))
    }

    /// A card that the caller may read, by the number on it. Whoever belongs to several businesses asks the store, for each of
    /// them may have given the number.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn card_by_number(
        &self,
        scope: &ReadScope,
        number: TrackingNumber,
    ) -> StoreResult<Option<SavingsAccount>> {
        let (&[business], false) = ([&*scope.businesses, &*scope.own_in].concat().as_slice(), scope.all) else {
            return self.store.savings_by_tracking(scope, number).await;
        };
        match self.numbers.lookup(&NumberKey { business, number }).await {
            Lookup::Known(Some(id)) => Box::pin(self.card(scope, *id)).await,
            Lookup::Known(None) => Ok(None),
            Lookup::Unknown(ticket) => {
                let card = self.store.savings_by_tracking(scope, number).await?;
                self.numbers.put(ticket, card.as_ref().map(|card| card.id));
                Ok(card)
            }
        }
    }

    /// A card that is asked for the first time in a while is read, and its place kept; only the second time the card itself
    /// is kept. Whoever reads all, which is written down each time, gets no copies.
    async fn find(&self, scope: &ReadScope, id: SavingsAccountId) -> StoreResult<Found> {
        let found = |card: Option<SavingsAccount>| card.map_or(Found::Nothing, |card| Found::Card(Box::new(card)));
        if scope.all {
            return Ok(found(self.store.savings_by_id(scope, id).await?));
        }
        match self.places.lookup(&CardPlaceKey(id)).await {
            Lookup::Known(Some(place)) if may_read(scope, *place) => Ok(Found::Place(*place)),
            Lookup::Known(_) => Ok(Found::Nothing),
            Lookup::Unknown(ticket) => {
                let card = self.store.savings_by_id(scope, id).await?;
                // That this caller finds nothing says nothing about the card: it is not kept.
                self.places.put(ticket, card.as_ref().map(CardPlace::of));
                Ok(found(card))
            }
        }
    }
}

async fn schedule_read(store: &dyn SavingsStore, account: SavingsAccount) -> StoreResult<CardSchedule> {
    let markings = store.markings_of(account.business_id, account.id).await?;
    let boxes = schedule_of(&account.plan, markings);
    Ok(CardSchedule { account, boxes, shown: OnceLock::new() })
}

/// What is known of a card that a caller asks for.
enum Found {
    Nothing,
    Place(CardPlace),
    Card(Box<SavingsAccount>),
}

impl std::fmt::Debug for CardCopies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CardCopies").finish_non_exhaustive()
    }
}

/// What the clause of the store's queries says.
fn may_read(scope: &ReadScope, place: CardPlace) -> bool {
    scope.all
        || scope.businesses.contains(&place.business)
        || (scope.own == place.customer && scope.own_in.contains(&place.business))
}

/// The boxes of a plan with what paid them; `markings` in order of days.
fn schedule_of(plan: &Plan, markings: Vec<Marking>) -> Vec<ScheduleBox> {
    let mut paid = markings.into_iter().peekable();
    let boxes = plan.boxes.amounts(0..plan.boxes.len()).map(|(index, amount)| {
        let date = plan.date_of(index);
        let marking = paid.next_if(|marking| marking.box_date == date);
        ScheduleBox { date, amount, contribution_id: marking.map(|marking| marking.contribution_id) }
    });
    boxes.collect()
}

#[cfg(test)]
mod tests {
    use ofektom_domain::ids::IdFactory;

    use super::*;

    #[test]
    fn a_copy_shows_nobody_more_than_the_store_would() {
        let mut ids = IdFactory::new(jiff::Timestamp::UNIX_EPOCH, 1);
        let place = CardPlace { business: ids.make(), customer: ids.make() };
        let (elsewhere, other): (BusinessId, UserId) = (ids.make(), ids.make());
        let scope = |businesses: &[BusinessId], own_in: &[BusinessId], own| ReadScope {
            businesses: businesses.to_vec(),
            own_in: own_in.to_vec(),
            own,
            all: false,
        };
        assert!(may_read(&scope(&[elsewhere, place.business], &[], other), place));
        assert!(may_read(&scope(&[elsewhere], &[place.business], place.customer), place));
        assert!(!may_read(&scope(&[elsewhere], &[], place.customer), place), "his, in a business he left");
        assert!(!may_read(&scope(&[elsewhere], &[place.business], other), place), "another's");
        assert!(!may_read(&scope(&[], &[elsewhere], place.customer), place));
        assert!(may_read(&ReadScope { all: true, ..scope(&[], &[], other) }, place));
    }
}
