//! The seals of the audit trail: making them, and verifying them. Why no row can be missed is told in
//! `docs/adr/0015-audit-chain.md`.

mod accept;
mod chain;
mod image;
mod keys;
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
use ofektom_domain::seal::{KeptHead, PLATFORM_CHAIN, SealKey, SealMac, TrailReport};

pub(crate) use waiting::oldest_unsealed;

use self::keys::SealKeys;
use crate::engine::{Col, Db};
use crate::schema::audit_chains;

/// The seals of all chains, made with one key.
#[derive(Clone)]
pub struct Seals {
    db: Db,
    keys: SealKeys,
}

impl Seals {
    /// The seals in `db`, made with `key`.
    #[must_use]
    pub fn new(db: Db, key: Arc<dyn SealKey>) -> Self {
        Self { db, keys: SealKeys::alone(key) }
    }

    /// The same while a key takes the place of another. A chain of a former key is taken over under the present one when it is
    /// sealed on, if it is whole. A chain of a coming key stays with it: another server took it over.
    #[must_use]
    pub fn with_others(self, previous: Vec<Arc<dyn SealKey>>, next: Vec<Arc<dyn SealKey>>) -> Self {
        let keys = SealKeys { previous: previous.into(), next: next.into(), ..self.keys };
        Self { keys, ..self }
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

    async fn chains_of_former_keys(&self, after: Option<BusinessId>, limit: u32) -> StoreResult<Vec<BusinessId>> {
        let former: Vec<_> =
            self.keys.previous.iter().map(|key| key.id()).filter(|id| self.keys.is_former(*id)).collect();
        if former.is_empty() {
            return Ok(Vec::new());
        }
        self.db
            .read(async move |conn| {
                let mut found = Vec::new();
                for id in &former {
                    let chains = audit_chains::table
                        .filter(audit_chains::key_id.eq(Col(*id)))
                        .filter(audit_chains::business_id.ge(Col(after.unwrap_or(PLATFORM_CHAIN))))
                        .order(audit_chains::business_id)
                        .limit(limit.into())
                        .select(audit_chains::business_id);
                    let chains = on!(conn, |c| chains.load::<Col<BusinessId>>(c).await)?;
                    found.extend(chains.into_iter().map(|chain| chain.0).filter(|chain| Some(*chain) != after));
                }
                found.sort_unstable();
                found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
                Ok(found)
            })
            .await
    }

    async fn chain_seal(&self, command: SealChain) -> StoreResult<ChainSealed> {
        seal::chain_seal(&self.db, &self.keys, command).await
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
        accept::trail_accept(&self.db, &self.keys.present).await
    }

    async fn trail_verify(&self, command: VerifyTrail, progress: Progress<'_>) -> StoreResult<TrailReport> {
        verify::trail_verify(&self.db, &self.keys, command, progress).await
    }
}
