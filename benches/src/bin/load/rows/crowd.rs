//! P11: a thousand connections, mixed work.

use anyhow::{Context as _, Result};

use crate::drive::{closed_loops, open_loop};
use crate::figures::{grouped, millis, times};
use crate::ground::{Bench, Ground, reading};
use crate::measured::ratio;
use crate::report::{Row, step};
use crate::stage::COLLECTORS;
use crate::writing::{CARDS_PER_CONNECTION, singles};

/// All connections.
pub(super) const CROWD: usize = 1_000;
/// Of them, those that record contributions.
const WRITERS: usize = 100;

/// Measures the row on each engine.
pub(super) async fn measure(bench: &mut Bench) -> Result<()> {
    for engine in bench.engines.clone() {
        let ground = Ground::lay(bench, engine, WRITERS * CARDS_PER_CONNECTION + 1).await?;
        step(format_args!("{}: {CROWD} connections", engine.name()));
        let (stage, address, span) = (&ground.stage, ground.server.address, bench.span());
        let collector = |number: usize| stage.collectors.get(number % COLLECTORS).context("a collector");
        let writers = (0..WRITERS).map(|number| singles(stage, collector(number)?, number)).collect::<Result<_>>()?;
        let readers = (WRITERS..CROWD)
            .map(|number| {
                let card = stage.cards.get(number).map_or("", String::as_str);
                let path = match number % 3 {
                    0 => "/api/v1/me".to_owned(),
                    1 => format!("/api/v1/savings/{card}"),
                    _ => format!("/api/v1/contributions?business_id={}&limit=20", stage.business_id),
                };
                Ok(reading(path, collector(number)?.token.clone()))
            })
            .collect::<Result<_>>()?;
        let [writes, reads] = closed_loops(address, span, [writers, readers]).await?;
        let (errors, tail) = (writes.errors + reads.errors, ratio(reads.p99(), reads.median()));
        let first = reads.first_error.as_ref().or(writes.first_error.as_ref());
        bench.add(Row {
            name: format!("P11, {}", engine.name()),
            work: "1,000 connections: 900 read (profile, card, list of contributions), 100 record".to_owned(),
            against: "p99 of the reads against their median".to_owned(),
            figures: format!(
                "{} reads/s, {} contributions/s, {errors} errors; {} against {}",
                grouped(reads.rate()),
                grouped(writes.rate()),
                millis(reads.p99()),
                millis(reads.median())
            ),
            ratio: times(tail),
            bar: "no error; ≤ 10 ×".to_owned(),
            met: errors == 0 && tail <= 10_000,
            notes: first.into_iter().map(|error| format!("the first error: {error}")).collect(),
            circumstances: None,
        });
        latency_against_load(bench, &ground).await?;
    }
    Ok(())
}

/// For the plot: the median and the p99 of single contributions at growing rates, until the server falls behind.
async fn latency_against_load(bench: &mut Bench, ground: &Ground) -> Result<()> {
    let (stage, span) = (&ground.stage, bench.span());
    let rates: &[u64] =
        if bench.quick { &[500, 1_000] } else { &[250, 500, 1_000, 2_000, 4_000, 6_000, 8_000, 12_000] };
    let (mut medians, mut tails) = (Vec::new(), Vec::new());
    for rate in rates {
        step(format_args!("{}: contributions at {rate}/s", ground.engine.name()));
        let collector = |number: usize| stage.collectors.get(number % COLLECTORS).context("a collector");
        let writers = (0..WRITERS).map(|number| singles(stage, collector(number)?, number)).collect::<Result<_>>()?;
        let run = open_loop(ground.server.address, span, *rate, writers).await?;
        medians.push((*rate, run.median()));
        tails.push((*rate, run.p99()));
        if run.errors > 0 || run.rate() * 10 < rate * 9 {
            break;
        }
    }
    for (what, points) in [("median", medians), ("p99", tails)] {
        let (plot, name) = ("latency".to_owned(), format!("{}, {what}", ground.engine.name()));
        bench.report.add_series(crate::report::Series { plot, name, points });
    }
    Ok(())
}
