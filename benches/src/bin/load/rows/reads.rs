//! P3: warm reads of a signed-in person, in turns with a bare server that answers a constant of the same size.

use std::time::Duration;

use anyhow::Result;
use serde_json::Value;

use crate::client::Connection;
use crate::figures::{grouped, millis, times};
use crate::ground::{Bench, Ground};
use crate::measured::{median, ratio};
use crate::report::{Row, step};
use crate::request;
use crate::server::Server;
use crate::wrk::{self, Wrk};

const CONNECTIONS: usize = 64;
/// What pays half of the boxes of the card that is read.
const HALF_OF_IT: &str = "22500.00";

/// Measures the row on each engine.
pub(super) async fn measure(bench: &mut Bench) -> Result<()> {
    for engine in bench.engines.clone() {
        let ground = Ground::lay(bench, engine, 64).await?;
        let card = ground.stage.quarter_card(ground.server.address).await?;
        ground.contribute(&card, HALF_OF_IT).await?;
        let reads = [
            ("me", "/api/v1/me".to_owned(), 750),
            ("card", format!("/api/v1/savings/{card}"), 400),
            ("schedule", format!("/api/v1/savings/{card}/schedule"), 400),
        ];
        for (name, path, bar) in reads {
            step(format_args!("{}: warm reads of {path}", engine.name()));
            one(bench, &ground, (name, &path, bar)).await?;
        }
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
    let (mut ours, mut theirs, mut counted) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.rounds() {
        theirs.push(run(&bare, span.measured)?);
        let before = ground.server.metrics().await?;
        ours.push(run(&ground.server, span.measured)?);
        counted.push((before, ground.server.metrics().await?));
    }
    let rate = |runs: &[Wrk]| median(runs.iter().map(|run| run.rate));
    let found = ratio(rate(&ours), rate(&theirs));
    let (statements, commands) = (counter_note(&counted, "statements"), counter_note(&counted, "commands"));
    let quiet = [&statements, &commands].iter().all(|note| note.as_deref().is_none_or(|note| note == "0"));
    let told = |note: Option<String>| note.unwrap_or_else(|| "not counted by this build".to_owned());
    bench.add(Row {
        name: format!("P3 {name}, {}", ground.engine.name()),
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
        met: found >= bar && quiet,
        notes: vec![format!(
            "SQL statements in the runs: {}; Redis commands: {}; rate × median latency is {} of the connections",
            told(statements),
            told(commands),
            times(median(ours.iter().map(|run| run.occupancy)))
        )],
        circumstances: None,
    });
    Ok(())
}

/// How much a counter of `/metrics` grew during the runs; `None` when there is no such counter.
fn counter_note(counted: &[(Value, Value)], name: &str) -> Option<String> {
    let grown = counted.iter().map(|(before, after)| {
        let pair = (counter(before, name)?, counter(after, name)?);
        Some(pair.1.saturating_sub(pair.0))
    });
    grown.sum::<Option<u64>>().map(grouped)
}

/// The first number of this name (or ending in it) anywhere in the metrics.
fn counter(metrics: &Value, name: &str) -> Option<u64> {
    let Value::Object(fields) = metrics else { return None };
    let here = fields.iter().find(|(field, value)| field.starts_with(name) && value.is_u64());
    here.and_then(|(_, value)| value.as_u64()).or_else(|| fields.values().find_map(|value| counter(value, name)))
}

async fn body_bytes(ground: &Ground, path: &str) -> Result<usize> {
    let mut buffer = Vec::new();
    request::get(&mut buffer, path, &ground.stage.owner.token);
    let mut connection = Connection::open(ground.server.address).await?;
    let answer = connection.ask(&buffer).await?;
    anyhow::ensure!(answer.is_success(), "{path}: {}", answer.status);
    Ok(answer.body.len())
}
