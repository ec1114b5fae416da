//! P12 and P13: against programs that are not part of this repository. Their figures are quoted: they were taken once, on a
//! machine of 2 cores, and say how large the steps are, not more.

use anyhow::{Context as _, Result};

use crate::drive::closed_loop;
use crate::figures::{doubts, grouped, times};
use crate::ground::{Bench, Engine, Ground, everybody, reading};
use crate::measured::{Measured, ratio};
use crate::report::{Row, step};
use crate::rows::logins::{SATURATING, signing_in};
use crate::stage::COLLECTORS;
use crate::writing::{CARDS_PER_CONNECTION, singles};

const CLIENTS: usize = 64;
/// The earlier Python system, tuned, at its best: requests a second, and the bars in thousandths.
const EARLIER: [(&str, u64, u64); 3] =
    [("card listing", 335, 100_000), ("one marking", 127, 60_000), ("login", 4, 15_000)];
/// cala-ledger's own load program at its best, two-leg transfers in process.
const LIBRARY: u64 = 1_019;
const LIBRARY_BAR: u64 = 8_000;

/// Measures both rows on PostgreSQL.
pub(super) async fn measure(bench: &mut Bench) -> Result<()> {
    if !bench.engines.contains(&Engine::Postgres) {
        return Ok(());
    }
    let ground = Ground::lay(bench, Engine::Postgres, CLIENTS * CARDS_PER_CONNECTION + 1).await?;
    step(format_args!("PostgreSQL: what the earlier system did"));
    let (stage, address, span) = (&ground.stage, ground.server.address, bench.span());
    let listing = format!("/api/v1/savings?business_id={}&limit=20", stage.business_id);
    let read = everybody(CLIENTS, |_| reading(listing.clone(), stage.owner.token.clone()));
    let read = closed_loop(address, span, read).await?;
    // Before the markings: the sealing of what they write would go on beside.
    let login = closed_loop(address, span, everybody(SATURATING, |number| signing_in(stage, number))).await?;
    let collector = |number: usize| stage.collectors.get(number % COLLECTORS).context("a collector");
    let write = (0..CLIENTS).map(|number| singles(stage, collector(number)?, number)).collect::<Result<_>>()?;
    let write = closed_loop(address, span, write).await?;
    for (run, (work, theirs, bar)) in [&read, &write, &login].into_iter().zip(EARLIER) {
        let against = "the earlier system at its best (quoted)";
        bench.add(row(&format!("P12 {work}"), work, (against, theirs, bar), run));
    }
    let against = "cala-ledger's load program at its best (quoted), in process";
    bench.add(row("P13", "single contributions over HTTP", (against, LIBRARY, LIBRARY_BAR), &write));
    Ok(())
}

fn row(name: &str, work: &str, (against, theirs, bar): (&str, u64, u64), run: &Measured) -> Row {
    let found = ratio(run.rate(), theirs);
    let mut notes = doubts([run]);
    notes.push("the other side was not measured in this run".to_owned());
    Row {
        name: name.to_owned(),
        work: format!("{work}, PostgreSQL, {} clients", run.connections),
        against: against.to_owned(),
        figures: format!("{}/s against {}/s", grouped(run.rate()), grouped(theirs)),
        ratio: times(found),
        bar: format!("≥ {}", times(bar)),
        met: found >= bar && run.errors == 0,
        notes,
        circumstances: None,
    }
}
