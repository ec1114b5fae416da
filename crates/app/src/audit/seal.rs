//! Sealing the trail, which the server does by itself, and what the commands ask of the seals.

use std::collections::BTreeSet;

use ofektom_domain::ids::BusinessId;
use ofektom_domain::ports::{ChainSealed, Progress, SealChain, StoreError, VerifyTrail};
use ofektom_domain::seal::{KeptHead, TrailReport};

use crate::app::App;
use crate::error::AppResult;

/// Chains that are looked up at once.
const CHAINS_MAX: u32 = 200;
/// Rows that are sealed in one transaction: few, so that on SQLite nobody who collects waits for long.
const ROWS_MAX: u32 = 500;
/// The same when there is nobody else.
const ROWS_MAX_ALONE: u32 = 5_000;
/// Steps in one chain before the others get their turn.
const STEPS_MAX: u32 = 200;
/// Chains of which old pieces are looked through for rows that committed late.
const SWEPT_MAX: u32 = 5;
/// Pieces that are looked through in a run: of few chains several each.
const PIECES: usize = 5;

/// What one run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SealReport {
    /// Rows that were sealed.
    pub rows: u64,
    /// Chains that are not what their heads say: nothing is sealed there.
    pub broken: u64,
    /// Chains in which it failed; they are tried again in the next run.
    pub failed: u64,
}

/// A run under way. A chain is met several times in it, and counted and told of once.
#[derive(Debug, Default)]
struct Run {
    rows: u64,
    broken: BTreeSet<BusinessId>,
    failed: BTreeSet<BusinessId>,
}

impl Run {
    /// Takes in what a step did; whether more is waiting there.
    fn note(&mut self, business: BusinessId, step: Result<ChainSealed, StoreError>) -> bool {
        match step {
            Ok(ChainSealed::Sealed { rows, more }) => {
                self.rows += u64::from(rows);
                return more;
            }
            Ok(ChainSealed::Busy) => {}
            Ok(ChainSealed::Broken) => {
                if self.broken.insert(business) {
                    tracing::error!(
                        business.id = %business,
                        "the audit trail is not sealed on: its chain was changed, or is of another key; run ofektom audit verify"
                    );
                }
            }
            Err(error) => {
                if self.failed.insert(business) {
                    tracing::error!(business.id = %business, error.message = %error, "the audit trail could not be sealed");
                }
            }
        }
        false
    }

    fn report(&self) -> SealReport {
        let count = |chains: &BTreeSet<BusinessId>| u64::try_from(chains.len()).unwrap_or(u64::MAX);
        SealReport { rows: self.rows, broken: count(&self.broken), failed: count(&self.failed) }
    }
}

impl App {
    /// Seals what has no seal, in every chain, and looks through some of the old trail for rows that committed late. It may run
    /// on several servers at once, and be stopped at any point: each row is sealed once, and what is left is done by the next
    /// run.
    ///
    /// # Errors
    /// [`crate::AppError::Store`] when the chains cannot be listed. What fails in one chain is logged and counted, and does not
    /// keep the others waiting.
    pub async fn trail_seal(&self) -> AppResult<SealReport> {
        let mut run = Run::default();
        let mut after: Option<BusinessId> = None;
        loop {
            let found = self.stores.seals.chains_waiting(self.now(), after, CHAINS_MAX).await?;
            let Some(last) = found.last().copied() else { break };
            after = Some(last);
            for business in found {
                self.chain_seal(business, &mut run).await;
            }
        }
        self.chains_take_over(&mut run).await?;
        let longest_ago = self.stores.seals.chains_to_sweep(self.now(), SWEPT_MAX).await?;
        for business in longest_ago.iter().cycle().take(PIECES) {
            self.chain_step(*business, (ROWS_MAX, true), &mut run).await;
        }
        Ok(run.report())
    }

    /// Takes the chains over that are still under a former key.
    async fn chains_take_over(&self, run: &mut Run) -> AppResult<()> {
        let mut after: Option<BusinessId> = None;
        loop {
            let found = self.stores.seals.chains_of_former_keys(after, CHAINS_MAX).await?;
            let Some(last) = found.last().copied() else { return Ok(()) };
            after = Some(last);
            for business in found {
                self.chain_step(business, false, run).await;
            }
        }
    }

    async fn chain_seal(&self, business: BusinessId, run: &mut Run) {
        for _ in 0..STEPS_MAX {
            if !self.chain_step(business, (ROWS_MAX, false), run).await {
                return;
            }
        }
    }

    /// Seals everything that has no seal, however much it is, and then does what [`Self::trail_seal`] does. For the command that
    /// made it all and has the database to itself. `progress` is told the rows sealed so far.
    ///
    /// # Errors
    /// As [`Self::trail_seal`].
    pub async fn trail_seal_whole(&self, progress: &(dyn Fn(u64) + Send + Sync)) -> AppResult<SealReport> {
        let mut run = Run::default();
        let mut after: Option<BusinessId> = None;
        loop {
            let found = self.stores.seals.chains_waiting(self.now(), after, CHAINS_MAX).await?;
            let Some(last) = found.last().copied() else { break };
            after = Some(last);
            for business in found {
                while self.chain_step(business, (ROWS_MAX_ALONE, false), &mut run).await {
                    progress(run.rows);
                }
            }
        }
        let (made, rest) = (run.report(), self.trail_seal().await?);
        Ok(SealReport { rows: made.rows + rest.rows, broken: made.broken.max(rest.broken), failed: rest.failed })
    }

    /// One transaction in a chain, of so many rows at most; whether more is waiting there.
    async fn chain_step(&self, business: BusinessId, (rows_max, sweep): (u32, bool), run: &mut Run) -> bool {
        let command = SealChain { business_id: business, now: self.now(), rows_max, sweep };
        run.note(business, self.stores.seals.chain_seal(command).await)
    }

    /// The heads of all chains, to be kept elsewhere. For the command on the server.
    ///
    /// # Errors
    /// [`crate::AppError::Store`].
    pub async fn trail_heads(&self) -> AppResult<Vec<KeptHead>> {
        Ok(self.stores.seals.trail_heads().await?)
    }

    /// Recomputes the seals from the rows, by the clock of now. For the command on the server.
    ///
    /// # Errors
    /// [`crate::AppError::Store`].
    pub async fn trail_verify(&self, command: VerifyTrail, progress: Progress<'_>) -> AppResult<TrailReport> {
        let command = VerifyTrail { now: self.now(), ..command };
        Ok(self.stores.seals.trail_verify(command, progress).await?)
    }
}

#[cfg(test)]
mod tests {
    use ofektom_domain::seal::PLATFORM_CHAIN;

    use super::*;

    #[test]
    fn a_chain_is_counted_once_a_run() {
        let mut run = Run::default();
        for _ in 0..5 {
            assert!(!run.note(PLATFORM_CHAIN, Ok(ChainSealed::Broken)));
            assert!(!run.note(PLATFORM_CHAIN, Err(StoreError::Overloaded)));
            assert!(run.note(PLATFORM_CHAIN, Ok(ChainSealed::Sealed { rows: 2, more: true })));
        }
        assert_eq!(run.report(), SealReport { rows: 10, broken: 1, failed: 1 });
    }
}
