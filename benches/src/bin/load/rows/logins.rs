//! P1 and P2: logins, in turns with the bare verification that each of them needs.

use anyhow::{Context as _, Result};

use crate::argon;
use crate::drive::{Requests, closed_loop, open_loop};
use crate::figures::{doubts, millis, sound, times};
use crate::ground::{Bench, Ground, everybody, reading};
use crate::measured::{Measured, median, ratio};
use crate::report::{Row, step};
use crate::request;
use crate::stage::Stage;

/// Clients that sign in again and again in P2, in its flood, and in P12.
pub(super) const SATURATING: usize = 16;
/// Reads a second beside the flood: few enough to be a bystander's.
const READS_PER_SECOND: u64 = 200;

/// Measures both rows on each engine.
pub(super) async fn measure(bench: &mut Bench) -> Result<()> {
    let cores = u64::try_from(std::thread::available_parallelism().map_or(1, usize::from))?;
    for engine in bench.engines.clone() {
        let ground = Ground::lay(bench, engine, 8).await?;
        let (mut bare, mut alone, mut saturated) = (Vec::new(), Vec::new(), Vec::new());
        let mut crowded = Vec::new();
        let (mut calm, mut flooded, mut floods) = (Vec::new(), Vec::new(), Vec::new());
        for round in 1..=bench.rounds() {
            step(format_args!("{}: logins, round {round} of {}", engine.name(), bench.rounds()));
            let (span, address) = (bench.span(), ground.server.address);
            ground.server.freeze()?;
            let verification = argon::verification_micros(span.measured);
            let beside = argon::verifications_per_thousand_seconds(cores, span.measured);
            ground.server.thaw().await?;
            bare.push(verification?);
            crowded.push(beside?);
            let logins = |connections| everybody(connections, |number| signing_in(&ground.stage, number));
            alone.push(closed_loop(address, span, logins(1)).await?);
            let me = || vec![reading("/api/v1/me".to_owned(), ground.stage.owner.token.clone())];
            calm.push(open_loop(address, span, READS_PER_SECOND, me()).await?);
            saturated.push(closed_loop(address, span, logins(SATURATING)).await?);
            let flood = closed_loop(address, span, logins(SATURATING));
            let (flood, reads) = tokio::join!(flood, open_loop(address, span, READS_PER_SECOND, me()));
            floods.push(flood.context("the flood")?);
            flooded.push(reads?);
        }
        let one = median(bare);
        let login = median(alone.iter().map(Measured::median));
        let found = ratio(login, one);
        bench.add(Row {
            name: format!("P1, {}", engine.name()),
            work: "login, one client (median)".to_owned(),
            against: "one bare Argon2id verification".to_owned(),
            figures: format!("{} against {}", millis(login), millis(one)),
            ratio: times(found),
            bar: "≤ 1.25 ×".to_owned(),
            met: found <= 1_250 && sound(&alone),
            notes: doubts(&alone),
            circumstances: None,
        });
        // In thousandths of a login a second, so that 100 of them are not rounded away.
        let possible = cores * 1_000_000_000 / one.max(1);
        let reached = median(saturated.iter().map(Measured::rate)) * 1_000;
        let found = ratio(reached, possible);
        let together = median(crowded);
        let mut notes = doubts(&saturated);
        notes.push(format!(
            "{cores} bare verifications at a time, without a server: {}/s together, {} of cores ÷ one; ours is {} of that",
            together / 1_000,
            times(ratio(together, possible)),
            times(ratio(reached, together))
        ));
        let (before, during) = (median(calm.iter().map(Measured::p99)), median(flooded.iter().map(Measured::p99)));
        let slowed = ratio(during, before);
        bench.add(Row {
            name: format!("P2, {}", engine.name()),
            work: format!("logins, {SATURATING} clients; a warm read at {READS_PER_SECOND}/s beside them (p99)"),
            against: "cores ÷ bare verification; the same read without them".to_owned(),
            figures: format!(
                "{}/s against {}/s; {} against {}",
                reached / 1_000,
                possible / 1_000,
                millis(during),
                millis(before)
            ),
            ratio: format!("{}; {}", times(found), times(slowed)),
            bar: "≥ 0.9 ×; ≤ 2 ×".to_owned(),
            met: found >= 900 && slowed <= 2_000 && sound(saturated.iter().chain(&calm).chain(&flooded).chain(&floods)),
            notes,
            circumstances: None,
        });
    }
    Ok(())
}

/// One of the collectors signs in again and again.
pub(super) fn signing_in(stage: &Stage, number: usize) -> Requests {
    let person = stage.collectors.get(number % stage.collectors.len().max(1));
    let credentials = person.map(|person| person.credentials()).unwrap_or_default();
    Box::new(move |buffer| request::send(buffer, "POST", "/api/v1/auth/login", "", &credentials))
}
