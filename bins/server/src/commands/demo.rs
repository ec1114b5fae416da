//! `ofektom demo`: fills a demo business and tells how to sign in.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use ofektom_domain::ports::Clock as _;

use super::database;
use crate::config::Config;
use crate::demo::{CUSTOMER_PIN, Demo, DemoOutside, STAFF_PASSPHRASE, Scale, play, play_scaled};
use crate::output;
use crate::outside::SystemClock;
use crate::wiring::{Injected, System};

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
pub(super) async fn run_scaled(config: &Config, (scale, seed): (Scale, u64)) -> Result<ExitCode> {
    let db = database::open_migrated(config).await?;
    let outside = DemoOutside::default();
    let injected = Injected { clock: outside.clock(), messenger: outside.messenger() };
    let system = System::start(config, db, injected)?;
    let started = Instant::now();
    let played = play_scaled(system.app.clone(), outside, (scale, seed), SystemClock.now()).await;
    let made = started.elapsed();
    if played.is_ok() {
        let sealed = system.app.trail_seal().await?;
        output::line(format_args!("{} audit rows sealed in {} s", sealed.rows, (started.elapsed() - made).as_secs()));
    }
    system.close().await;
    let tally = played?;
    output::line(format_args!(
        "{} businesses, {} collectors, {} cards, {} contributions, {} markings in {} s",
        tally.businesses,
        tally.collectors,
        tally.cards,
        tally.contributions,
        tally.markings,
        made.as_secs()
    ));
    output::line(format_args!(
        "Sign in as {} with the passphrase \"{STAFF_PASSPHRASE}\": the owner of the largest business.",
        tally.owner_phone
    ));
    Ok(ExitCode::SUCCESS)
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
