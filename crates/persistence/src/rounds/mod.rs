//! Rounds: counting, accepting and reading the cash in collectors' hands.
//!
//! Whoever moves a collector's cash holds his membership's row shared, and reads on it up to which day it is counted; whoever
//! closes, accepts or reopens a round of his holds the row alone. So a movement is either counted in a round or finds the
//! day closed, and those who collect do not wait for each other.

mod cash_day;
mod close;
mod decide;
mod lock;
mod purse;
mod read;
mod row;
mod write;

use async_trait::async_trait;
use jiff::civil::Date;
use ofektom_domain::idempotency::{Answer, Idempotency};
use ofektom_domain::ids::{BusinessId, RoundId, UserId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{
    CashDay, CloseRoundIn, DecideRound, NamedRound, ReadScope, RoundFilter, RoundStore, StoreResult,
};
use ofektom_domain::round::Round;

use crate::engine::Db;

pub(crate) use lock::{
    CashKey, CashState, cash_lock_in_tx, cash_lock_pg, cash_locks_in_tx, cash_rows_lite, cash_states,
};
pub(crate) use purse::{PurseState, purses_on};
pub(crate) use row::RoundRow;
pub(crate) use write::round_write_in_tx;

/// The rounds of all businesses.
#[derive(Clone, Debug)]
pub struct Rounds {
    db: Db,
}

impl Rounds {
    /// Rounds in `db`.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl RoundStore for Rounds {
    async fn round_close(&self, command: CloseRoundIn, idempotency: Idempotency<Round>) -> StoreResult<Answer<Round>> {
        close::round_close(&self.db, command, idempotency).await
    }

    async fn round_decide(&self, command: DecideRound, idempotency: Idempotency<Round>) -> StoreResult<Answer<Round>> {
        decide::round_decide(&self.db, command, idempotency).await
    }

    async fn round_by_id(&self, scope: &ReadScope, id: RoundId) -> StoreResult<Option<NamedRound>> {
        read::round_by_id(&self.db, scope, id).await
    }

    async fn rounds_list(
        &self,
        scope: &ReadScope,
        filter: &RoundFilter,
        page: PageRequest,
    ) -> StoreResult<Page<NamedRound>> {
        read::rounds_list(&self.db, scope, filter.clone(), page).await
    }

    async fn cash_day(&self, business: BusinessId, collector: Option<UserId>, day: Date) -> StoreResult<Vec<CashDay>> {
        cash_day::cash_day(&self.db, business, collector, day).await
    }
}
