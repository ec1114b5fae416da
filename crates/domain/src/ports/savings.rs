//! Cards.

use async_trait::async_trait;
use jiff::civil::Date;

use super::StoreResult;
use crate::context::Context;
use crate::contribution::Marking;
use crate::effects::Effects;
use crate::ids::{BusinessId, SavingsAccountId, UnitId, UserId};
use crate::page::{Page, PageRequest};
use crate::plan::PlanKind;
use crate::savings::{Progress, SavingsAccount, SavingsChange, SavingsStatus};
use crate::search::SearchText;
use crate::tracking_number::TrackingNumber;

/// What a caller may read. Every query names it: the clause that keeps a stranger out also prunes the shards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadScope {
    /// Businesses of which he may read everything.
    pub businesses: Vec<BusinessId>,
    /// Businesses of which he may read only what is his own.
    pub own_in: Vec<BusinessId>,
    /// Who he is, for `own_in`: the customer of a card and of what is on it, or the collector of a commission.
    pub own: UserId,
    /// Every business: a super admin, reading.
    pub all: bool,
}

/// Which cards.
#[derive(Clone, Debug, Default)]
pub struct SavingsFilter {
    /// Only of this business.
    pub business_id: Option<BusinessId>,
    /// Only of this customer.
    pub customer_id: Option<UserId>,
    /// Only of this unit.
    pub unit_id: Option<UnitId>,
    /// Only this kind.
    pub kind: Option<PlanKind>,
    /// Only this status.
    pub status: Option<SavingsStatus>,
    /// Only this progress.
    pub progress: Option<Progress>,
    /// Only active cards with an unpaid box of an earlier day; a collection sheet has those of its own day, too.
    pub due_before: Option<Date>,
    /// Only cards whose first day is this or a later one.
    pub starts_from: Option<Date>,
    /// Only cards whose first day is this or an earlier one.
    pub starts_to: Option<Date>,
    /// Only cards whose last day is this or a later one.
    pub ends_from: Option<Date>,
    /// Only cards whose last day is this or an earlier one.
    pub ends_to: Option<Date>,
    /// Only cards with this number, or of customers with this name or phone number.
    pub search: Option<SearchText>,
}

/// A change of a card.
#[derive(Clone, Debug)]
pub struct ChangeSavings {
    /// The business that keeps it.
    pub business_id: BusinessId,
    /// The card.
    pub savings_account_id: SavingsAccountId,
    /// What to change.
    pub change: SavingsChange,
    /// The version that the card must have, if whoever changes it wants to be sure of what he saw.
    pub if_version: Option<i64>,
    /// The circumstances.
    pub context: Context,
}

/// Stores cards.
#[async_trait]
pub trait SavingsStore: Send + Sync {
    /// Adds a card with its audit row. `Conflict(TrackingNumber)` when the number is taken in the business; `Refused` when by
    /// now the business does not trade, or the customer is no active member.
    async fn savings_open(&self, account: SavingsAccount, effects: Effects) -> StoreResult<()>;

    /// Locks a card, decides on the change by [`crate::savings::change_decide`], and writes what follows. `Conflict(Version)` when
    /// the card has another version than the command wants.
    async fn savings_change(&self, command: ChangeSavings) -> StoreResult<SavingsAccount>;

    /// A card that the caller may read.
    async fn savings_by_id(&self, scope: &ReadScope, id: SavingsAccountId) -> StoreResult<Option<SavingsAccount>>;

    /// The cards with these keys, in any order; those that do not exist are left out. Callers check first, or compare with what
    /// is found, that the person may read them.
    async fn savings_by_keys(&self, keys: Vec<(BusinessId, SavingsAccountId)>) -> StoreResult<Vec<SavingsAccount>>;

    /// A card that the caller may read, by the number on it; the newest when several businesses use the number.
    async fn savings_by_tracking(
        &self,
        scope: &ReadScope,
        number: TrackingNumber,
    ) -> StoreResult<Option<SavingsAccount>>;

    /// Cards that the caller may read, newest first.
    async fn savings_list(
        &self,
        scope: &ReadScope,
        filter: &SavingsFilter,
        page: PageRequest,
    ) -> StoreResult<Page<SavingsAccount>>;

    /// The live markings of a card, in order of days. Callers check first that the person may read the card.
    async fn markings_of(&self, business: BusinessId, card: SavingsAccountId) -> StoreResult<Vec<Marking>>;
}
