//! The seals of the audit trail: making them, and verifying them. Why no row can be missed is told in
//! `docs/adr/0015-audit-chain.md`.

mod accept;
mod chain;
mod image;
mod seal;
mod verify;
mod waiting;

use std::sync::Arc;

use async_trait::async_trait;
use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::ports::{ChainSealed, Progress, SealChain, SealStore, StoreResult, VerifyTrail};
use ofektom_domain::seal::{KeptHead, SealKey, SealMac, TrailReport};

pub(crate) use waiting::oldest_unsealed;

use crate::engine::{Col, Db};
use crate::schema::audit_chains;

/// The seals of all chains, made with one key.
#[derive(Clone)]
pub struct Seals {
    db: Db,
    key: Arc<dyn SealKey>,
}

impl Seals {
    /// The seals in `db`, made with `key`.
    #[must_use]
    pub fn new(db: Db, key: Arc<dyn SealKey>) -> Self {
        Self { db, key }
    }
}

impl std::fmt::Debug for Seals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seals").finish_non_exhaustive()
    }
}

#[async_trait]
impl SealStore for Seals {
    async fn chains_waiting(
        &self,
        now: Timestamp,
        after: Option<BusinessId>,
        limit: u32,
    ) -> StoreResult<Vec<BusinessId>> {
        waiting::chains_waiting(&self.db, now, after, limit).await
    }

    async fn chains_to_sweep(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<BusinessId>> {
        waiting::chains_to_sweep(&self.db, now, limit).await
    }

    async fn chain_seal(&self, command: SealChain) -> StoreResult<ChainSealed> {
        seal::chain_seal(&self.db, &self.key, command).await
    }

    async fn trail_heads(&self) -> StoreResult<Vec<KeptHead>> {
        self.db
            .read(async |conn| {
                let heads = audit_chains::table
                    .filter(audit_chains::sealed.gt(Col(0_u32)))
                    .order(audit_chains::business_id)
                    .select((audit_chains::business_id, audit_chains::sealed, audit_chains::mac));
                let heads = on!(conn, |c| heads.load::<(Col<BusinessId>, Col<u32>, Col<SealMac>)>(c).await)?;
                let kept = |(business, sealed, mac): (Col<BusinessId>, Col<u32>, Col<SealMac>)| KeptHead {
                    business_id: business.0,
                    sealed: sealed.0,
                    mac: mac.0,
                };
                Ok(heads.into_iter().map(kept).collect())
            })
            .await
    }

    async fn trail_accept(&self) -> StoreResult<u64> {
        accept::trail_accept(&self.db, &self.key).await
    }

    async fn trail_verify(&self, command: VerifyTrail, progress: Progress<'_>) -> StoreResult<TrailReport> {
        verify::trail_verify(&self.db, &self.key, command, progress).await
    }
}
