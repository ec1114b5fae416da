//! P10: memory, and the time to the first answer.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::drive::{Span, closed_loop};
use crate::figures::{doubts, mebibytes, millis, sound};
use crate::ground::{Bench, Ground, everybody, reading};
use crate::report::{Row, step};
use crate::rows::crowd::CROWD;

/// The bars, in KiB and microseconds.
const IDLE_MAX: u64 = 40 * 1_024;
const BUSY_MAX: u64 = 150 * 1_024;
const FIRST_ANSWER_MAX: Duration = Duration::from_millis(500);

/// The most memory during a run, in KiB.
async fn most(ground: &Ground, span: Span) -> Result<u64> {
    let (started, mut most) = (Instant::now(), 0);
    while started.elapsed() < span.warm_up + span.measured {
        most = most.max(ground.server.memory_kib()?);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(most)
}

/// Measures the row on each engine.
pub(super) async fn measure(bench: &mut Bench) -> Result<()> {
    for engine in bench.engines.clone() {
        step(format_args!("{}: footprint", engine.name()));
        // A server that has just been started on a database that is there, as after an upgrade.
        let (ground, ()) = Ground::lay(bench, engine, 1_000).await?.at_rest(async |_| Ok(())).await?;
        let (first, idle) = (ground.server.first_answer, ground.server.memory_at_start);
        let after_logins = ground.server.memory_kib()?;
        let requests = everybody(CROWD, |number| {
            let card = ground.stage.cards.get(number % ground.stage.cards.len().max(1)).map_or("", String::as_str);
            reading(format!("/api/v1/savings/{card}"), ground.stage.owner.token.clone())
        });
        let span = bench.span();
        let (run, busy) = tokio::join!(closed_loop(ground.server.address, span, requests), most(&ground, span));
        let (run, busy) = (run?, busy?);
        let first_micros = u64::try_from(first.as_micros())?;
        let mut notes = doubts([&run]);
        let logins = ground.stage.collectors.len() + 1;
        notes.push(format!("idle after {logins} logins: {}", mebibytes(after_logins)));
        bench.add(Row {
            name: format!("P10, {}", engine.name()),
            work: "memory idle; with 1,000 busy connections; time to the first 200".to_owned(),
            against: "fixed bars".to_owned(),
            figures: format!("{}; {}; {}", mebibytes(idle), mebibytes(busy), millis(first_micros)),
            ratio: "–".to_owned(),
            bar: "≤ 40 MiB; ≤ 150 MiB; ≤ 0.5 s".to_owned(),
            met: idle <= IDLE_MAX && busy <= BUSY_MAX && first <= FIRST_ANSWER_MAX && sound([&run]),
            notes,
            circumstances: None,
        });
    }
    Ok(())
}
