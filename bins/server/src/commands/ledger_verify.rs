//! `ofektom ledger verify`: recomputes every balance from the postings, on a live database.

use std::process::ExitCode;

use anyhow::Result;

use super::database;
use crate::config::Config;
use crate::output;
use crate::progress::Progress;
use crate::wiring::{Injected, System};

pub(super) async fn run(config: &Config) -> Result<ExitCode> {
    let db = database::open_existing(config).await?;
    let system = System::start_uncached(config, db, Injected::default_of(config))?;
    let verified = verify(&system).await;
    system.close().await;
    Ok(if verified? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether the books balance; what is found is printed.
pub(super) async fn verify(system: &System) -> Result<bool> {
    let progress = Progress::start("verifying cards", 0);
    let report = system.app.ledger_verify(&|done, all| progress.set(done, all)).await;
    progress.finish();
    let report = report?;
    output::line(format_args!(
        "looked at {} businesses, {} cards, {} journal entries, {} rounds",
        report.businesses, report.cards, report.entries, report.rounds
    ));
    for difference in &report.differences {
        output::line(format_args!(
            "business {}: {}: {}: stored {}, computed {}",
            difference.business_id, difference.check, difference.id, difference.stored, difference.computed
        ));
    }
    if report.differences.is_empty() {
        output::line("the books balance");
        return Ok(true);
    }
    output::line(format_args!("the books do not balance: {} differences", report.differences.len()));
    Ok(false)
}
