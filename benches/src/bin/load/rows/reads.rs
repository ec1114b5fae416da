//! P3: warm reads of a signed-in person, in turns with a bare server that answers a constant of the same size.

use std::time::Duration;

use anyhow::Result;

use crate::client::Connection;
use crate::counters::{Counted, Counters};
use crate::figures::{grouped, millis, times};
use crate::ground::{Bench, Engine, Ground};
use crate::measured::{median, ratio};
use crate::redis::Redis;
use crate::report::{Row, step};
use crate::request;
use crate::server::Server;
use crate::wrk::{self, Wrk};

const CONNECTIONS: usize = 64;
/// What pays half of the boxes of the card that is read.
const HALF_OF_IT: &str = "22500.00";

/// Measures the row on each engine, and with a Redis where there is one.
pub(super) async fn measure(bench: &mut Bench) -> Result<()> {
    for engine in bench.engines.clone() {
        let ground = Ground::lay(bench, engine, 64).await?;
        all(bench, &ground).await?;
    }
    if let Some(program) = bench.redis_server.clone().filter(|_| bench.engines.contains(&Engine::Postgres)) {
        let redis = Redis::start(&program).await?;
        let ground = Ground::lay_with(bench, Engine::Postgres, 64, Some(redis)).await?;
        all(bench, &ground).await?;
    }
    Ok(())
}

async fn all(bench: &mut Bench, ground: &Ground) -> Result<()> {
    let card = ground.stage.quarter_card(ground.server.address).await?;
    ground.contribute(&card, HALF_OF_IT).await?;
    let reads = [
        ("me", "/api/v1/me".to_owned(), 750),
        ("card", format!("/api/v1/savings/{card}"), 400),
        ("schedule", format!("/api/v1/savings/{card}/schedule"), 400),
    ];
    for (name, path, bar) in reads {
        step(format_args!("{}: warm reads of {path}", ground.engine.name()));
        one(bench, ground, (name, &path, bar)).await?;
    }
    Ok(())
}

async fn one(bench: &mut Bench, ground: &Ground, (name, path, bar): (&str, &str, u64)) -> Result<()> {
    let token = ground.stage.owner.token.as_str();
    let bytes = body_bytes(ground, path).await?;
    let folder = tempfile::tempdir()?;
    let bare = Server::bare(folder.path(), bytes).await?;
    let span = bench.span();
    let run = |server: &Server, span: Duration| wrk::run(server.address, CONNECTIONS, span, (path, token));
    run(&ground.server, span.warm_up)?;
    run(&bare, span.warm_up)?;
    let (mut ours, mut theirs, mut counted) = (Vec::new(), Vec::new(), Counted::default());
    for _ in 0..bench.rounds() {
        theirs.push(run(&bare, span.measured)?);
        let before = Counters::of(ground).await?;
        ours.push(run(&ground.server, span.measured)?);
        let after = Counters::of(ground).await?;
        tokio::time::sleep(span.measured).await;
        counted.add(&before, &after, &Counters::of(ground).await?);
    }
    let rate = |runs: &[Wrk]| median(runs.iter().map(|run| run.rate));
    let found = ratio(rate(&ours), rate(&theirs));
    let answers = rate(&ours).saturating_mul(span.measured.as_secs());
    let redis = if ground.redis.is_some() { " and Redis" } else { "" };
    let mut notes = vec![counted.to_string()];
    let occupancy = median(ours.iter().map(|run| run.occupancy));
    if !(700..=1_300).contains(&occupancy) {
        notes.push(format!("rate × median latency is {} of the connections", times(occupancy)));
    }
    bench.add(Row {
        name: format!("P3 {name}, {}{redis}", ground.engine.name()),
        work: format!("warm signed-in read, {bytes} bytes, 64 connections"),
        against: "actix-web with a constant body of this size".to_owned(),
        figures: format!(
            "{}/s (p99 {}) against {}/s",
            grouped(rate(&ours)),
            millis(median(ours.iter().map(|run| run.p99))),
            grouped(rate(&theirs))
        ),
        ratio: times(found),
        bar: format!("≥ {}, no SQL, no Redis", times(bar)),
        met: found >= bar && counted.is_quiet(answers),
        notes,
        circumstances: None,
    });
    Ok(())
}

async fn body_bytes(ground: &Ground, path: &str) -> Result<usize> {
    let mut buffer = Vec::new();
    request::get(&mut buffer, path, &ground.stage.owner.token);
    let mut connection = Connection::open(ground.server.address).await?;
    let answer = connection.ask(&buffer).await?;
    anyhow::ensure!(answer.is_success(), "{path}: {}", answer.status);
    Ok(answer.body.len())
}
