//! `ofektom audit verify` and `ofektom audit head`: the seals of the audit trail, on a live database.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use ofektom_auth::SecretKey;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::ports::VerifyTrail;
use ofektom_domain::seal::{KeptHead, PLATFORM_CHAIN, SealKey, TrailDifference, TrailReport, heads_parse, heads_print};
use ofektom_persistence::{Db, Installation, KeyMatch};

use super::database;
use crate::config::Config;
use crate::output;
use crate::progress::Progress;
use crate::wiring::{Injected, System};

/// Late rows that are listed at most.
const LATE_LISTED_MAX: usize = 20;

/// What `verify` is told.
#[derive(Debug)]
pub(super) struct Verify {
    pub business: Option<BusinessId>,
    pub heads: Option<PathBuf>,
    pub former_keys: Vec<PathBuf>,
}

pub(super) async fn verify(config: &Config, told: Verify) -> Result<ExitCode> {
    let command = VerifyTrail {
        business_id: told.business,
        heads: told.heads.as_deref().map_or(Ok(Vec::new()), heads_read)?,
        former: told.former_keys.iter().map(|path| key_read(path)).collect::<Result<_>>()?,
        ..VerifyTrail::default()
    };
    let system = open(config).await?;
    let report = verify_on(&system, command).await;
    system.close().await;
    let report = report?;
    if let Some(business) = told.business.filter(|_| report.chains == 0 && report.differences.is_empty()) {
        bail!("there is no audit trail of a business {business}");
    }
    Ok(if print(&report) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Recomputes the seals.
pub(super) async fn verify_on(system: &System, command: VerifyTrail) -> Result<TrailReport> {
    let progress = Progress::start("verifying chains", 0);
    let report = system.app.trail_verify(command, &|done, all| progress.set(done, all)).await;
    progress.finish();
    Ok(report?)
}

pub(super) async fn head(config: &Config) -> Result<ExitCode> {
    let system = open(config).await?;
    let heads = system.app.trail_heads().await;
    system.close().await;
    output::line(heads_print(&heads?).trim_end());
    Ok(ExitCode::SUCCESS)
}

/// The system on a database whose trail is sealed with this key.
async fn open(config: &Config) -> Result<System> {
    let db = database::open_existing(config).await?;
    match same_key(config, &db).await {
        Ok(()) => System::start_uncached(config, db, Injected::default_of(config)),
        Err(error) => {
            db.close().await;
            Err(error)
        }
    }
}

async fn same_key(config: &Config, db: &Db) -> Result<()> {
    let matched = Installation::new(db.clone()).key_matched(&database::fingerprints(config)?).await?;
    if matched != Some(KeyMatch::Other) {
        return Ok(());
    }
    bail!(
        "SECRET_KEY is not the key that this database is used with, so its audit trail cannot be recomputed: set that key, or, \
         if it is lost, run ofektom secret-key accept"
    )
}

fn heads_read(path: &Path) -> Result<Vec<KeptHead>> {
    let text = fs::read_to_string(path).with_context(|| format!("the heads {}", path.display()))?;
    let heads = heads_parse(&text).with_context(|| format!("the heads {}", path.display()))?;
    if heads.is_empty() {
        bail!("the heads {}: there is none in it", path.display());
    }
    Ok(heads)
}

fn key_read(path: &Path) -> Result<Arc<dyn SealKey>> {
    let about = || format!("the former key {}", path.display());
    let text = fs::read_to_string(path).with_context(about)?;
    let key = SecretKey::new(text.trim_end().into()).with_context(about)?;
    Ok(Arc::new(key.derive().audit_seal_key()))
}

/// Prints what was found; whether the trail is whole.
pub(super) fn print(report: &TrailReport) -> bool {
    output::line(format_args!("looked at {} chains, {} seals", report.chains, report.seals));
    if report.waiting > 0 {
        output::line(format_args!("{} rows wait to be sealed: the server does that", report.waiting));
    }
    if report.unchecked > 0 {
        output::line(format_args!(
            "{} seals of a former key were not recomputed: give them all with --former-key",
            report.unchecked
        ));
    }
    for late in report.late.iter().take(LATE_LISTED_MAX) {
        output::line(format_args!(
            "{}: seal {}: row {}: to be looked at: it was not there when its time was sealed",
            chain(late.business_id),
            late.seq,
            late.audit_id
        ));
    }
    if let Some(more) = report.late.len().checked_sub(LATE_LISTED_MAX).filter(|more| *more > 0) {
        output::line(format_args!("{more} more rows are to be looked at"));
    }
    for difference in &report.differences {
        output::line(told(difference));
    }
    if report.differences.is_empty() {
        output::line("the audit trail is whole");
        return true;
    }
    output::line(format_args!("the audit trail is not whole: {} differences", report.differences.len()));
    false
}

fn told(difference: &TrailDifference) -> String {
    let seal = difference.seq.map_or_else(String::new, |seq| format!(" seal {seq}:"));
    let row = difference.audit_id.map_or_else(String::new, |id| format!(" row {id}:"));
    format!("{}:{seal}{row} {}", chain(difference.business_id), difference.fault)
}

fn chain(business: BusinessId) -> String {
    if business == PLATFORM_CHAIN { "the platform".to_owned() } else { format!("business {business}") }
}
