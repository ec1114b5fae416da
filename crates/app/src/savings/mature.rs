//! Completing cards that have matured: the job that the server runs by itself.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use ofektom_domain::context::SystemContext;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::ports::{MatureCards, MaturedCards, MaturingBusiness};
use ofektom_domain::savings::matured_until;

use crate::app::App;
use crate::error::AppResult;

/// Businesses that are looked up at once.
const BUSINESSES_MAX: u32 = 200;
/// Cards that are completed in one transaction: few, so that nobody who collects waits for long.
const CARDS_MAX: u32 = 100;

/// What one run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MaturityReport {
    /// Businesses whose day was finished, or worked on.
    pub businesses: u64,
    /// Cards that were completed.
    pub completed: u64,
    /// Those of them with nothing to pay out: they are paid out at once.
    pub paid_out: u64,
    /// Businesses in which it failed; they are tried again in the next run.
    pub failed: u64,
}

/// What the runs of this server have done since its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MaturityStatus {
    /// When the last run ended; `None` before the first.
    pub last_run_at: Option<Timestamp>,
    /// Cards that were completed by all runs.
    pub cards_completed: u64,
    /// Businesses in which the last run failed.
    pub businesses_failed: u64,
}

/// The runs of this server. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct MaturityRuns(Arc<Mutex<MaturityStatus>>);

impl MaturityRuns {
    fn ended(&self, report: &MaturityReport, now: Timestamp) {
        let mut status = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        status.last_run_at = Some(now);
        status.cards_completed = status.cards_completed.saturating_add(report.completed);
        status.businesses_failed = report.failed;
    }
}

impl App {
    /// What this server's runs have done so far.
    #[must_use]
    pub fn maturity_status(&self) -> MaturityStatus {
        *self.maturity_runs.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Completes all cards that have matured, in every business on its own day. It may run on several servers at once, and be
    /// stopped at any point: each card is completed once, and what is left is done by the next run.
    ///
    /// # Errors
    /// [`crate::AppError::Store`] when the businesses cannot be listed. What fails in one business is logged and counted, and does
    /// not keep the others waiting.
    pub async fn cards_mature(&self) -> AppResult<MaturityReport> {
        let mut report = MaturityReport::default();
        let mut after: Option<BusinessId> = None;
        loop {
            let found = self.stores.maturity.maturing_businesses(self.now(), after, BUSINESSES_MAX).await?;
            let Some(last) = found.last().map(|maturing| maturing.business.id) else {
                self.maturity_runs.ended(&report, self.now());
                return Ok(report);
            };
            after = Some(last);
            for maturing in &found {
                self.business_mature(maturing, &mut report).await;
            }
        }
    }

    async fn business_mature(&self, maturing: &MaturingBusiness, report: &mut MaturityReport) {
        let business = &maturing.business;
        let today = business.day_at(self.now());
        if maturing.finished_on.is_some_and(|finished| finished >= today) {
            return;
        }
        report.businesses += 1;
        loop {
            let command = MatureCards {
                business_id: business.id,
                matured_until: matured_until(today, business.policy.maturity_grace_days),
                cards_max: CARDS_MAX,
                context: SystemContext { now: self.now(), today, seed: self.outside.randomness.seed(), item: 0 },
            };
            match self.stores.maturity.cards_mature(command).await {
                Ok(MaturedCards { completed, paid_out, more }) => {
                    report.completed += completed;
                    report.paid_out += paid_out;
                    // A full step that completes nothing would be the same again.
                    if !more || completed == 0 {
                        return;
                    }
                }
                Err(error) => {
                    report.failed += 1;
                    tracing::error!(business.id = %business.id, error.message = %error, "cards could not be completed");
                    return;
                }
            }
        }
    }
}
