//! Sealing the audit trail, and verifying it.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Progress, StoreResult};
use crate::ids::BusinessId;
use crate::seal::{KeptHead, SealKey, TrailReport};

/// A step of sealing in one chain.
#[derive(Clone, Copy, Debug)]
pub struct SealChain {
    /// The chain.
    pub business_id: BusinessId,
    /// The instant of the step.
    pub now: Timestamp,
    /// Most rows that are sealed by it.
    pub rows_max: u32,
    /// Whether to look through a further piece of the old trail, too.
    pub sweep: bool,
}

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainSealed {
    /// So many rows were sealed.
    Sealed {
        /// How many.
        rows: u32,
        /// Whether more are waiting.
        more: bool,
    },
    /// Another server is at it.
    Busy,
    /// The end of the chain is not what its head says, or the head is of another key. Nothing is sealed on top of that.
    Broken,
}

/// What to verify.
#[derive(Clone, Default)]
pub struct VerifyTrail {
    /// Only this chain.
    pub business_id: Option<BusinessId>,
    /// Heads that were kept.
    pub heads: Vec<KeptHead>,
    /// Keys that were used before those that the store has: all of them, or none.
    pub former: Vec<Arc<dyn SealKey>>,
    /// The instant of the verification: rows that should long have had a seal by then are differences.
    pub now: Timestamp,
}

/// Seals the audit trail. The keys are the store's from its making.
#[async_trait]
pub trait SealStore: Send + Sync {
    /// Chains in which rows were added since they were last sealed, in the order of their ids, after `after`.
    async fn chains_waiting(
        &self,
        now: Timestamp,
        after: Option<BusinessId>,
        limit: u32,
    ) -> StoreResult<Vec<BusinessId>>;

    /// The chains that were not swept for the longest time.
    async fn chains_to_sweep(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<BusinessId>>;

    /// The chains that are still under a former key of the store, in the order of their ids, after `after`. Sealing such a chain on
    /// takes it over under the present key.
    async fn chains_of_former_keys(&self, after: Option<BusinessId>, limit: u32) -> StoreResult<Vec<BusinessId>>;

    /// Seals rows of one chain, those without a seal, each once.
    async fn chain_seal(&self, command: SealChain) -> StoreResult<ChainSealed>;

    /// The heads of all chains that have seals.
    async fn trail_heads(&self) -> StoreResult<Vec<KeptHead>>;

    /// Takes all chains over under the store's key, as they are: how many there were under another one.
    async fn trail_accept(&self) -> StoreResult<u64>;

    /// Recomputes the chains, in steps that do not stop the trade.
    async fn trail_verify(&self, command: VerifyTrail, progress: Progress<'_>) -> StoreResult<TrailReport>;
}
