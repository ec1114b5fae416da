//! P8: contributions on SQLite, in turns with one commit for each of them.

use anyhow::{Context as _, Result};

use crate::drive::closed_loop;
use crate::figures::{doubts, grouped, millis, sound, times};
use crate::ground::{Bench, Engine, Ground};
use crate::measured::{Measured, median, ratio};
use crate::one_by_one::OneByOne;
use crate::report::{Row, step};
use crate::stage::COLLECTORS;
use crate::writing::{CARDS_PER_CONNECTION, singles};

const CLIENTS: usize = 64;
const BAR: u64 = 3_000;

/// Measures the row.
pub(super) async fn measure(bench: &mut Bench) -> Result<()> {
    if !bench.engines.contains(&Engine::Sqlite) {
        return Ok(());
    }
    let ground = Ground::lay(bench, Engine::Sqlite, CLIENTS * CARDS_PER_CONNECTION + 1).await?;
    let (ground, copy) = ground.at_rest(async |ground| ground.copy_of_file()).await?;
    let stage = &ground.stage;
    let caller = stage.collectors.first().context("a collector")?.id.clone();
    let all_but_last = stage.cards.get(..stage.cards.len().saturating_sub(1)).unwrap_or_default();
    let mut other = OneByOne::open(&copy.path().join("ofektom.db"), (&stage.business_id, &caller), all_but_last)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 1..=bench.rounds() {
        step(format_args!("contributions on SQLite, round {round} of {}", bench.rounds()));
        ground.server.freeze()?;
        let rate = other.run(bench.span().measured);
        ground.server.thaw().await?;
        theirs.push(rate?);
        let collector = |number: usize| stage.collectors.get(number % COLLECTORS).context("a collector");
        let requests = (0..CLIENTS).map(|number| singles(stage, collector(number)?, number)).collect::<Result<_>>()?;
        ours.push(closed_loop(ground.server.address, bench.span(), requests).await?);
    }
    let (rate, other) = (median(ours.iter().map(Measured::rate)), median(theirs));
    let found = ratio(rate, other);
    bench.add(Row {
        name: "P8".to_owned(),
        work: "SQLite, single contributions, 64 clients".to_owned(),
        against: "the same rows on a copy of the file, one commit a contribution, one writer".to_owned(),
        figures: format!(
            "{}/s (p99 {}) against {}/s",
            grouped(rate),
            millis(median(ours.iter().map(Measured::p99))),
            grouped(other)
        ),
        ratio: times(found),
        bar: format!("≥ {}", times(BAR)),
        met: found >= BAR && sound(&ours),
        notes: doubts(&ours),
        circumstances: None,
    });
    Ok(())
}
