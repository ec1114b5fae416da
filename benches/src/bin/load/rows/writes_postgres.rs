//! P4 to P7: contributions on PostgreSQL, in turns with pgbench writing the same rows one a transaction.

use anyhow::{Context as _, Result};

use crate::drive::{Requests, closed_loop};
use crate::figures::{doubts, grouped, millis, sound, times};
use crate::ground::{Bench, Engine, Ground};
use crate::measured::{Measured, median, ratio};
use crate::pgbench::{self, Pgbench};
use crate::report::{Row, step};
use crate::stage::COLLECTORS;
use crate::writing::{BULK_ITEMS, CARDS_PER_CONNECTION, bulks, singles};

/// Clients of P4 and P5.
const CLIENTS: usize = 64;
/// Connections of P6.
const BULK_CONNECTIONS: usize = 8;
/// Those of the singles first, then those of the bulks.
const CARDS: usize = CLIENTS * CARDS_PER_CONNECTION + BULK_CONNECTIONS * BULK_ITEMS + 1;

/// Everything that one round after the other measured.
#[derive(Default)]
struct Rounds {
    pgbench: Vec<pgbench::Bench>,
    pgbench_alone: Vec<pgbench::Bench>,
    spread: Vec<Measured>,
    one_collector: Vec<Measured>,
    bulks: Vec<Measured>,
    alone: Vec<Measured>,
}

/// Measures the rows asked for.
pub(super) async fn measure(bench: &mut Bench, wanted: &dyn Fn(&[&str]) -> bool) -> Result<()> {
    if !bench.engines.contains(&Engine::Postgres) {
        return Ok(());
    }
    let ground = Ground::lay(bench, Engine::Postgres, CARDS).await?;
    let business = ground.stage.business_id.clone();
    let caller = ground.stage.collectors.first().context("a collector")?.id.clone();
    let (cluster, program) = (bench.cluster()?.clone(), bench.pgbench.clone());
    let (ground, other) = ground
        .at_rest(async |_| {
            let url = cluster.database("load_pgbench", Some("load")).await?;
            Pgbench::prepare(program, url, (&business, &caller)).await
        })
        .await?;
    let mut rounds = Rounds::default();
    for round in 1..=bench.rounds() {
        step(format_args!("contributions on PostgreSQL, round {round} of {}", bench.rounds()));
        rounds.run(bench, &ground, &other, wanted).await?;
    }
    rounds.report(bench, wanted);
    Ok(())
}

impl Rounds {
    async fn run(
        &mut self,
        bench: &Bench,
        ground: &Ground,
        other: &Pgbench,
        wanted: &dyn Fn(&[&str]) -> bool,
    ) -> Result<()> {
        let span = bench.span();
        let of_other = async |clients| {
            frozen(ground, || {
                other.run(clients, span.warm_up)?;
                other.run(clients, span.measured)
            })
            .await
        };
        let ours = |requests| closed_loop(ground.server.address, span, requests);
        let stage = &ground.stage;
        let collector = |number: usize| stage.collectors.get(number % COLLECTORS).context("a collector");
        if wanted(&["P4", "P5", "P6"]) {
            let mut best = of_other(16).await?;
            self.spread.push(ours(each(CLIENTS, |number| singles(stage, collector(number)?, number))?).await?);
            for clients in [32, 64] {
                let next = of_other(clients).await?;
                best = if next.rate > best.rate { next } else { best };
            }
            self.pgbench.push(best);
        }
        if wanted(&["P5"]) {
            self.one_collector.push(ours(each(CLIENTS, |number| singles(stage, collector(0)?, number))?).await?);
        }
        if wanted(&["P6"]) {
            let first = |number: usize| CLIENTS * CARDS_PER_CONNECTION + number * BULK_ITEMS;
            let requests = each(BULK_CONNECTIONS, |number| bulks(stage, collector(number)?, first(number)))?;
            self.bulks.push(ours(requests).await?);
        }
        if wanted(&["P7"]) {
            self.pgbench_alone.push(of_other(1).await?);
            // Other cards in each round: one client fills those of a connection in two.
            let round = self.alone.len();
            self.alone.push(ours(each(1, |_| singles(stage, collector(0)?, round))?).await?);
        }
        Ok(())
    }

    fn report(&self, bench: &mut Bench, wanted: &dyn Fn(&[&str]) -> bool) {
        let other = median(self.pgbench.iter().map(|run| run.rate));
        let spread = median(self.spread.iter().map(Measured::rate));
        let pgbench = "pgbench, the same rows, one contribution a transaction, best of 16, 32 and 64 clients";
        if wanted(&["P4"]) {
            let found = (spread, other, 2_500);
            bench.add(rate_row("P4", "single contributions, 64 clients, 64 collectors", pgbench, found, &self.spread));
        }
        if wanted(&["P5"]) {
            let found = (median(self.one_collector.iter().map(Measured::rate)), spread, 800);
            let work = "single contributions, 64 clients, one collector";
            bench.add(rate_row("P5", work, "P4 of the same run", found, &self.one_collector));
        }
        if wanted(&["P6"]) {
            let items = u64::try_from(BULK_ITEMS).unwrap_or(1);
            let found = (median(self.bulks.iter().map(|run| run.rate() * items)), other, 5_000);
            bench.add(rate_row("P6", "bulks of 500, 8 clients", pgbench, found, &self.bulks));
        }
        if wanted(&["P7"]) {
            let ours = median(self.alone.iter().map(Measured::median));
            let theirs = median(self.pgbench_alone.iter().map(|run| run.median));
            let found = ratio(ours, theirs);
            bench.add(Row {
                name: "P7".to_owned(),
                work: "one client, one contribution after the other (median)".to_owned(),
                against: "pgbench, one client (median)".to_owned(),
                figures: format!("{} against {}", millis(ours), millis(theirs)),
                ratio: times(found),
                bar: "≤ 1.5 ×".to_owned(),
                met: found <= 1_500 && sound(&self.alone),
                notes: doubts(&self.alone),
                circumstances: None,
            });
        }
    }
}

/// The requests of each connection.
fn each(connections: usize, one: impl Fn(usize) -> Result<Requests>) -> Result<Vec<Requests>> {
    (0..connections).map(one).collect()
}

/// Holds our server still while the other side is measured, so that none of its jobs disturbs.
async fn frozen<T>(ground: &Ground, work: impl FnOnce() -> Result<T>) -> Result<T> {
    ground.server.freeze()?;
    let done = work();
    ground.server.thaw().await?;
    done
}

fn rate_row(name: &str, work: &str, against: &str, (ours, theirs, bar): (u64, u64, u64), runs: &[Measured]) -> Row {
    let found = ratio(ours, theirs);
    let p99 = median(runs.iter().map(Measured::p99));
    let doubts = doubts(runs);
    Row {
        name: name.to_owned(),
        work: work.to_owned(),
        against: against.to_owned(),
        figures: format!("{}/s (p99 {}) against {}/s", grouped(ours), millis(p99), grouped(theirs)),
        ratio: times(found),
        bar: format!("≥ {}", times(bar)),
        met: found >= bar && sound(runs),
        notes: doubts,
        circumstances: None,
    }
}
