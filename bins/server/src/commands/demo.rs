//! `ofektom demo`: fills a demo business and tells how to sign in.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use ofektom_domain::ports::Clock as _;
use ofektom_persistence::{Db, DbConfig, Installation};

use super::database;
use crate::config::Config;
use crate::demo::{CUSTOMER_PIN, Demo, DemoOutside, STAFF_PASSPHRASE, Scale, ScaleTally, WRITER, play, play_scaled};
use crate::output;
use crate::outside::SystemClock;
use crate::progress::Progress;
use crate::wiring::{Injected, System};

/// How long one batch of a large set may take, and whatever waits for it.
const PATIENCE: Duration = Duration::from_secs(300);

pub(super) async fn run(config: &Config, seed: u64) -> Result<ExitCode> {
    let db = database::open_migrated(config).await?;
    let outside = DemoOutside::default();
    let injected = Injected { clock: outside.clock(), messenger: outside.messenger() };
    let system = System::start_uncached(config, db, injected)?;
    let played = play(system.app.clone(), outside, seed, SystemClock.now()).await;
    if played.is_ok() {
        // What the demo did is long ago: without a seal it would look as if sealing had been kept off.
        system.app.trail_seal().await?;
    }
    system.close().await;
    report(&played?);
    Ok(ExitCode::SUCCESS)
}

/// `ofektom demo --scale`: fills in a large set of data, and tells how long it took.
///
/// A new database is filled without waiting for the disk at each commit: whatever breaks it off, it is made again. One that
/// has something in it is treated with the usual care.
pub(super) async fn run_scaled(config: &Config, (scale, seed): (Scale, u64)) -> Result<ExitCode> {
    let mut db = database::open_migrated(config).await?;
    let is_new = Installation::new(db.clone()).is_new().await?;
    if is_new {
        db.close().await;
        db = Db::connect(loading(&config.database.db)).await?;
    }
    let outside = DemoOutside::default();
    let injected = Injected { clock: outside.clock(), messenger: outside.messenger() };
    let system = System::start_uncached_with(config, db, injected, WRITER)?;
    let made = scaled_make(&system, outside, (scale, seed)).await;
    if made.is_ok() && is_new {
        system.db.load_finish().await?;
    }
    system.close().await;
    let (tally, took) = made?;
    output::line(format_args!(
        "{} businesses, {} collectors, {} cards, {} contributions, {} markings in {} s",
        tally.businesses,
        tally.collectors,
        tally.cards,
        tally.contributions,
        tally.markings,
        took.as_secs()
    ));
    output::line(format_args!(
        "Sign in as {} with the passphrase \"{STAFF_PASSPHRASE}\": the owner of the largest business.",
        tally.owner_phone
    ));
    Ok(ExitCode::SUCCESS)
}

/// How a new database is filled. Batches are large and nobody else waits, so on a busy machine they may take long.
fn loading(db: &DbConfig) -> DbConfig {
    DbConfig {
        loading: true,
        wait_timeout: PATIENCE,
        connect_timeout: PATIENCE,
        unit_timeout: PATIENCE,
        statement_timeout: PATIENCE,
        idle_in_transaction_timeout: PATIENCE,
        ..db.clone()
    }
}

/// Plays it and seals its trail. What was made, and how long it took without the seals.
async fn scaled_make(
    system: &System,
    outside: DemoOutside,
    scale_and_seed: (Scale, u64),
) -> Result<(ScaleTally, Duration)> {
    let started = Instant::now();
    let tally = play_scaled(system.app.clone(), outside, scale_and_seed, SystemClock.now()).await?;
    let took = started.elapsed();
    // A contribution leaves one audit row; a few are of the people and their cards.
    let progress = Progress::start("sealing the audit trail", tally.contributions);
    let sealed = system.app.trail_seal_whole(&|done| progress.set(done, tally.contributions.max(done))).await?;
    progress.finish();
    if sealed.broken + sealed.failed > 0 {
        bail!("the audit trail could not be sealed");
    }
    output::line(format_args!("{} audit rows sealed in {} s", sealed.rows, (started.elapsed() - took).as_secs()));
    Ok((tally, took))
}

/// The secrets are part of the demo; they go to the terminal, not to the log.
fn report(demo: &Demo) {
    let tally = &demo.tally;
    output::line(format_args!("{} trades. Customers join with the code {}.", demo.business_name, demo.join_code));
    output::line(format_args!(
        "{} cards, {} collections, {} reversals, {} payment requests, {} rounds",
        tally.cards, tally.collections, tally.reversals, tally.payment_requests, tally.rounds
    ));
    output::line(format_args!("\nSign in with the passphrase \"{STAFF_PASSPHRASE}\":"));
    for (role, name, phone) in &demo.staff {
        output::line(format_args!("  {role:<10} {name:<14} {phone}"));
    }
    let ((first, last), (customers, not_activated)) = (&demo.customers, demo.customer_counts);
    output::line(format_args!("or with the PIN {CUSTOMER_PIN}:"));
    output::line(format_args!("  customers  {first} to {last}"));
    output::line(format_args!(
        "  ({customers} customers; the last {not_activated} were registered and have not activated their accounts)"
    ));
    output::line("\nStart the server with `ofektom serve`. `ofektom ledger verify` checks the books.");
}
