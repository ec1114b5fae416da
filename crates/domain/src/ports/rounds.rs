//! Rounds, and the cash in collectors' hands.

use async_trait::async_trait;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{ReadScope, StoreResult};
use crate::context::Context;
use crate::idempotency::{Answer, Idempotency};
use crate::ids::{BusinessId, RoundId, UserId};
use crate::money::Money;
use crate::page::{Page, PageRequest};
use crate::people::PersonName;
use crate::permission::Role;
use crate::round::{CloseRound, Purse, Round, RoundAcceptance, RoundStatus};
use crate::search::SearchText;

/// A round to close; it is that of whoever gives the command.
#[derive(Clone, Debug)]
pub struct CloseRoundIn {
    /// The business whose cash it is.
    pub business_id: BusinessId,
    /// The day, and what was counted.
    pub close: CloseRound,
    /// The circumstances.
    pub context: Context,
}

/// What becomes of a closed round.
#[derive(Clone, Debug)]
pub enum RoundDecision {
    /// The business takes the cash over.
    Accept(RoundAcceptance),
    /// It is given back to its collector.
    Reopen {
        /// Why.
        reason: String,
    },
}

/// A decision on a closed round.
#[derive(Clone, Debug)]
pub struct DecideRound {
    /// The business whose cash it is.
    pub business_id: BusinessId,
    /// The round.
    pub round_id: RoundId,
    /// The decision.
    pub decision: RoundDecision,
    /// The circumstances.
    pub context: Context,
}

/// Which rounds.
#[derive(Clone, Debug, Default)]
pub struct RoundFilter {
    /// Only of this business.
    pub business_id: Option<BusinessId>,
    /// Only of this collector.
    pub collector: Option<UserId>,
    /// Only in this status.
    pub status: Option<RoundStatus>,
    /// Only of this day or later.
    pub from: Option<Date>,
    /// Only of this day or earlier.
    pub to: Option<Date>,
    /// Only of collectors with this name or phone number.
    pub search: Option<SearchText>,
}

/// A round with its collector's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedRound {
    /// The round.
    pub round: Round,
    /// Whose it is.
    pub collector_name: PersonName,
}

/// A collector's cash on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashDay {
    /// The collector.
    pub collector: UserId,
    /// His name.
    pub name: PersonName,
    /// His role in the business.
    pub role: Role,
    /// The round that covers the day; `None` while the day is open.
    pub round: Option<Round>,
    /// His cash up to the day, as a round that he closed now would find it. When the day is covered, only what is brought
    /// forward.
    pub purse: Purse,
    /// What those of his rounds that nobody has accepted yet will take out of his cash account: what he should hand in for them.
    pub waiting: Money,
    /// The balance of his cash account now: what the business has not got from him. Below zero when it owes him.
    pub outstanding: Money,
}

/// Stores rounds. Exactly-once in the same way as contributions.
#[async_trait]
pub trait RoundStore: Send + Sync {
    /// Closes a round by [`crate::round::close_decide`]. Nothing moves in the collector's cash meanwhile: contributions to
    /// his cash are either in it, or find the day closed. `NotFound` when he does not belong to the business.
    async fn round_close(&self, command: CloseRoundIn, idempotency: Idempotency<Round>) -> StoreResult<Answer<Round>>;

    /// Decides on a closed round by [`crate::round::accept_decide`] or [`crate::round::reopen_decide`].
    async fn round_decide(&self, command: DecideRound, idempotency: Idempotency<Round>) -> StoreResult<Answer<Round>>;

    /// A round that the caller may read. `own` of the scope is the collector.
    async fn round_by_id(&self, scope: &ReadScope, id: RoundId) -> StoreResult<Option<NamedRound>>;

    /// Rounds that the caller may read, newest first.
    async fn rounds_list(
        &self,
        scope: &ReadScope,
        filter: &RoundFilter,
        page: PageRequest,
    ) -> StoreResult<Page<NamedRound>>;

    /// The cash of everybody who collects for a business, or of one of them, on a day; in the order of their names.
    async fn cash_day(&self, business: BusinessId, collector: Option<UserId>, day: Date) -> StoreResult<Vec<CashDay>>;
}
