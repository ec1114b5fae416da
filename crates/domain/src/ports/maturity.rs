//! Maturing cards: a job for the whole platform, business by business.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;

use super::StoreResult;
use crate::business::Business;
use crate::context::SystemContext;
use crate::ids::BusinessId;

/// A business that may have cards to complete.
#[derive(Clone, Debug)]
pub struct MaturingBusiness {
    /// The business; it trades.
    pub business: Business,
    /// The last day of the business on which the job had nothing more to do.
    pub finished_on: Option<Date>,
}

/// One step of the job in one business.
#[derive(Clone, Debug)]
pub struct MatureCards {
    /// The business.
    pub business_id: BusinessId,
    /// Cards that ended on this day or earlier have matured.
    pub matured_until: Date,
    /// How many cards to complete at most.
    pub cards_max: u32,
    /// The circumstances; its day is the one that is finished when there is nothing more to do.
    pub context: SystemContext,
}

/// What a step did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MaturedCards {
    /// Cards that it completed.
    pub completed: u64,
    /// Those of them with nothing to pay out.
    pub paid_out: u64,
    /// Whether there may be more to do.
    pub more: bool,
}

/// Completes cards that have matured.
#[async_trait]
pub trait MaturityStore: Send + Sync {
    /// Up to `limit` trading businesses in the order of their ids, after one of them: those that have not finished a day that
    /// has begun anywhere on earth at `now`.
    async fn maturing_businesses(
        &self,
        now: Timestamp,
        after: Option<BusinessId>,
        limit: u32,
    ) -> StoreResult<Vec<MaturingBusiness>>;

    /// Completes the next matured cards of a business by [`crate::savings::mature_decide`], in one transaction. Does nothing
    /// when the business's day is finished, or while another server is at it.
    async fn cards_mature(&self, command: MatureCards) -> StoreResult<MaturedCards>;
}
