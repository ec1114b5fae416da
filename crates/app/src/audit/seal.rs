//! Sealing the trail, which the server does by itself, and what the commands ask of the seals.

use ofektom_domain::ids::BusinessId;
use ofektom_domain::ports::{ChainSealed, Progress, SealChain, VerifyTrail};
use ofektom_domain::seal::{KeptHead, TrailReport};

use crate::app::App;
use crate::error::AppResult;

/// Chains that are looked up at once.
const CHAINS_MAX: u32 = 200;
/// Rows that are sealed in one transaction: few, so that on SQLite nobody who collects waits for long.
const ROWS_MAX: u32 = 500;
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

impl App {
    /// Seals what has no seal, in every chain, and looks through some of the old trail for rows that committed late. It may run
    /// on several servers at once, and be stopped at any point: each row is sealed once, and what is left is done by the next
    /// run.
    ///
    /// # Errors
    /// [`crate::AppError::Store`] when the chains cannot be listed. What fails in one chain is logged and counted, and does not
    /// keep the others waiting.
    pub async fn trail_seal(&self) -> AppResult<SealReport> {
        let mut report = SealReport::default();
        let mut after: Option<BusinessId> = None;
        loop {
            let found = self.stores.seals.chains_waiting(after, CHAINS_MAX).await?;
            let Some(last) = found.last().copied() else { break };
            after = Some(last);
            for business in found {
                self.chain_seal(business, &mut report).await;
            }
        }
        let longest_ago = self.stores.seals.chains_to_sweep(SWEPT_MAX).await?;
        for business in longest_ago.iter().cycle().take(PIECES) {
            self.chain_step(*business, true, &mut report).await;
        }
        Ok(report)
    }

    async fn chain_seal(&self, business: BusinessId, report: &mut SealReport) {
        for _ in 0..STEPS_MAX {
            if !self.chain_step(business, false, report).await {
                return;
            }
        }
    }

    /// One transaction in a chain; whether more is waiting there.
    async fn chain_step(&self, business: BusinessId, sweep: bool, report: &mut SealReport) -> bool {
        let command = SealChain { business_id: business, now: self.now(), rows_max: ROWS_MAX, sweep };
        match self.stores.seals.chain_seal(command).await {
            Ok(ChainSealed::Sealed { rows, more }) => {
                report.rows += u64::from(rows);
                more
            }
            Ok(ChainSealed::Busy) => false,
            Ok(ChainSealed::Broken) => {
                report.broken += 1;
                tracing::error!(
                    business.id = %business,
                    "the audit trail is not sealed on: its chain was changed, or is of another key; run ofektom audit verify"
                );
                false
            }
            Err(error) => {
                report.failed += 1;
                tracing::error!(business.id = %business, error.message = %error, "the audit trail could not be sealed");
                false
            }
        }
    }

    /// The heads of all chains, to be kept elsewhere. For the command on the server.
    ///
    /// # Errors
    /// [`crate::AppError::Store`].
    pub async fn trail_heads(&self) -> AppResult<Vec<KeptHead>> {
        Ok(self.stores.seals.trail_heads().await?)
    }

    /// Recomputes the seals from the rows. For the command on the server.
    ///
    /// # Errors
    /// [`crate::AppError::Store`].
    pub async fn trail_verify(&self, command: VerifyTrail, progress: Progress<'_>) -> AppResult<TrailReport> {
        Ok(self.stores.seals.trail_verify(command, progress).await?)
    }
}
