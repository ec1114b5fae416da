//! The job that seals the audit trail, while the server runs.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use ofektom_app::{App, SealReport};
use ofektom_http::SealingStatus;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::wiring::System;

/// How long the last run, at the stop of the server, may take. What it does not reach is sealed after the next start.
const LAST_RUN_MAX: Duration = Duration::from_secs(5);

/// What this server sealed since its start.
#[derive(Debug, Default)]
pub struct Sealing(Mutex<Option<SealingStatus>>);

impl Sealing {
    /// `None` before the first run.
    pub(crate) fn status(&self) -> Option<SealingStatus> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, now: Timestamp, report: &SealReport) {
        let mut status = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = status.map_or(0, |status| status.rows) + report.rows;
        *status = Some(SealingStatus::new(now, rows, report.broken + report.failed));
    }
}

/// Starts the job: at once, and then again and again. `None` switches it off.
pub(crate) fn sealing_start(system: &System, every: Option<Duration>) -> Option<JoinHandle<()>> {
    let mut ticks = interval(every?);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (app, sealing) = (system.app.clone(), Arc::clone(&system.sealing));
    Some(tokio::spawn(async move {
        loop {
            ticks.tick().await;
            run_once(&app, &sealing).await;
        }
    }))
}

/// Ends the job with a last run, so that little waits for the next start.
pub(crate) async fn sealing_finish(system: &System, job: Option<JoinHandle<()>>) {
    if let Some(job) = job {
        // Whatever step it is at is finished by the database; the last run passes that chain by.
        job.abort();
        if timeout(LAST_RUN_MAX, run_once(&system.app, &system.sealing)).await.is_err() {
            tracing::info!("the last rows of the audit trail are sealed after the next start");
        }
    }
}

async fn run_once(app: &App, sealing: &Sealing) {
    match app.trail_seal().await {
        Ok(report) => {
            sealing.note(app.now(), &report);
            tracing::debug!(rows = report.rows, "the audit trail was sealed");
        }
        Err(error) => tracing::error!(error.message = %error, "the audit trail could not be sealed"),
    }
}
