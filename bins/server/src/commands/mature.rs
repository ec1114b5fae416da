//! `ofektom mature`: completes the cards that have matured, once, on a live database.

use std::process::ExitCode;

use anyhow::Result;

use super::database;
use crate::config::Config;
use crate::output;
use crate::wiring::{Injected, System};

pub(super) async fn run(config: &Config) -> Result<ExitCode> {
    let db = database::open_existing(config).await?;
    let system = System::start_uncached(config, db, Injected::default_of(config))?;
    let report = system.app.cards_mature().await;
    system.close().await;
    let report = report?;
    output::line(format_args!(
        "completed {} cards in {} businesses, {} of them with nothing to pay out",
        report.completed, report.businesses, report.paid_out
    ));
    if report.failed == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    output::line(format_args!("it failed in {} businesses: see the log", report.failed));
    Ok(ExitCode::FAILURE)
}
