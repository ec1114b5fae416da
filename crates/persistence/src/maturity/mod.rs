//! Completing cards that have matured.

mod businesses;
mod mature;

use async_trait::async_trait;
use jiff::Timestamp;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::ports::{MatureCards, MaturedCards, MaturingBusiness, MaturityStore, StoreResult};

use crate::engine::Db;

/// The maturing cards of all businesses.
#[derive(Clone, Debug)]
pub struct Maturity {
    db: Db,
}

impl Maturity {
    /// Maturing cards in `db`.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl MaturityStore for Maturity {
    async fn maturing_businesses(
        &self,
        now: Timestamp,
        after: Option<BusinessId>,
        limit: u32,
    ) -> StoreResult<Vec<MaturingBusiness>> {
        businesses::maturing_businesses(&self.db, now, after, limit).await
    }

    async fn cards_mature(&self, command: MatureCards) -> StoreResult<MaturedCards> {
        mature::cards_mature(&self.db, command).await
    }
}
