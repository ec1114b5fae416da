//! The job that completes matured cards, while the server runs.

use std::time::Duration;

use ofektom_app::App;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

/// Starts the job: at once, and then again and again, because somewhere a day begins every quarter of an hour. `None` switches
/// it off.
pub(crate) fn maturity_start(app: App, every: Option<Duration>) -> Option<JoinHandle<()>> {
    let mut ticks = interval(every?);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    Some(tokio::spawn(async move {
        loop {
            ticks.tick().await;
            run_once(&app).await;
        }
    }))
}

async fn run_once(app: &App) {
    match app.cards_mature().await {
        Ok(report) if report.completed > 0 || report.failed > 0 => tracing::info!(
            businesses = report.businesses,
            cards.completed = report.completed,
            cards.paid_out = report.paid_out,
            businesses.failed = report.failed,
            "matured cards were completed"
        ),
        Ok(report) => tracing::debug!(businesses = report.businesses, "no card has matured"),
        Err(error) => tracing::error!(error.message = %error, "matured cards could not be looked for"),
    }
}
