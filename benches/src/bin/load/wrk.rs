//! wrk, for reads: it costs less of the machine than any client of ours, so it flatters nobody.

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::measured::{per_second, ratio};

/// What one run of wrk measured.
#[derive(Clone, Copy, Debug)]
pub struct Wrk {
    /// Answers a second.
    pub rate: u64,
    /// The latency that 99 of 100 answers kept to, in microseconds.
    pub p99: u64,
    /// Rate × median latency in thousandths of the connections.
    pub occupancy: u64,
}

/// Reads a path over and over on so many connections. What is not answered, or not with a 2xx, fails the run.
///
/// # Errors
/// When wrk is missing, or the server failed.
pub fn run(address: SocketAddr, connections: usize, span: Duration, (path, token): (&str, &str)) -> Result<Wrk> {
    let mut command = Command::new("wrk");
    command.args(["--latency", "-t1"]).arg(format!("-c{connections}")).arg(format!("-d{}s", span.as_secs().max(1)));
    command.args(["-H", &format!("Authorization: Bearer {token}"), &format!("http://{address}{path}")]);
    let output = command.output().context("wrk cannot be started: install the package `wrk`")?;
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() || said.contains("Non-2xx") || said.contains("Socket errors") {
        bail!("wrk failed:\n{said}{}", String::from_utf8_lossy(&output.stderr));
    }
    let word_after = |label: &str| {
        let line = said.lines().find_map(|line| line.trim().strip_prefix(label));
        line.map(|line| line.trim().to_owned()).with_context(|| format!("wrk told no {label}:\n{said}"))
    };
    let (median, p99) = (micros(&word_after("50%")?)?, micros(&word_after("99%")?)?);
    // "81234 requests in 5.00s, 12.34MB read"
    let counted = said.lines().find(|line| line.contains(" requests in ")).context("wrk told no count")?;
    let (count, rest) = counted.trim().split_once(" requests in ").context("wrk told no count")?;
    let took = micros(rest.split(',').next().unwrap_or_default())?;
    let rate = per_second(count.parse()?, Duration::from_micros(took));
    let all = u64::try_from(connections)?.saturating_mul(1_000_000);
    Ok(Wrk { rate, p99, occupancy: ratio(rate.saturating_mul(median), all) })
}

/// `663.00us`, `1.24ms`, `5.00s` or `1.02m` in microseconds.
fn micros(text: &str) -> Result<u64> {
    let at = text.find(|letter: char| letter.is_ascii_alphabetic()).context("a time without a unit")?;
    let (number, unit) = text.split_at(at);
    let unit = match unit {
        "us" => 1,
        "ms" => 1_000,
        "s" => 1_000_000,
        "m" => 60_000_000,
        _ => bail!("an unknown unit of time: {text}"),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let hundredths: u64 = format!("{part:0<2}").chars().take(2).collect::<String>().parse()?;
    Ok(whole.parse::<u64>()? * unit + hundredths * unit / 100)
}
