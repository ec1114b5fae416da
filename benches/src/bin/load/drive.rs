//! Load: a closed loop keeps connections busy, an open loop keeps to a rate.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use tokio::task::JoinSet;
use tokio::time::{sleep_until, timeout};

use crate::client::Connection;
use crate::measured::Measured;

/// An answer that takes longer is counted as none.
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// Writes the next request of one connection into a buffer.
pub type Requests = Box<dyn FnMut(&mut Vec<u8>) + Send>;

/// How long a run is, and what of it counts.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// Not counted: caches fill, pools open.
    pub warm_up: Duration,
    /// Counted.
    pub measured: Duration,
}

/// Sends the next request of each connection as soon as its last is answered.
///
/// # Errors
/// When a connection cannot be opened.
pub async fn closed_loop(address: SocketAddr, span: Span, requests: Vec<Requests>) -> Result<Measured> {
    let [measured] = closed_loops(address, span, [requests]).await?;
    Ok(measured)
}

/// Several closed loops at the same time: none begins before the connections of all are open, since opening hundreds beside a
/// loop at work takes seconds.
///
/// # Errors
/// When a connection cannot be opened.
pub async fn closed_loops<const LOOPS: usize>(
    address: SocketAddr,
    span: Span,
    loops: [Vec<Requests>; LOOPS],
) -> Result<[Measured; LOOPS]> {
    let of =
        |requests: &Vec<Requests>| Measured { span: span.measured, connections: requests.len(), ..Measured::default() };
    let mut totals = loops.each_ref().map(of);
    let mut connections = open(address, loops.iter().map(Vec::len).sum()).await?.into_iter();
    let from = Instant::now() + span.warm_up;
    let window = (from, from + span.measured);
    let mut tasks = JoinSet::new();
    for (number, requests) in loops.into_iter().enumerate() {
        for (requests, connection) in requests.into_iter().zip(&mut connections) {
            tasks.spawn(async move { (number, keep_busy(address, connection, requests, window).await) });
        }
    }
    while let Some(seen) = tasks.join_next().await {
        let (number, seen) = seen?;
        if let Some(total) = totals.get_mut(number) {
            total.absorb(seen);
        }
    }
    Ok(totals.map(Measured::sorted))
}

async fn keep_busy(
    address: SocketAddr,
    mut connection: Connection,
    mut requests: Requests,
    (from, until): (Instant, Instant),
) -> Measured {
    let (mut seen, mut buffer) = (Measured::default(), Vec::with_capacity(1_024));
    while Instant::now() < until {
        requests(&mut buffer);
        let started = Instant::now();
        let outcome = exchange(&mut connection, &buffer).await;
        let ended = Instant::now();
        if let Err(error) = &outcome {
            seen.first_error.get_or_insert_with(|| error.to_string());
            seen.errors += 1;
            match Connection::open(address).await {
                Ok(anew) => connection = anew,
                Err(_) => break,
            }
        } else if started >= from && ended <= until {
            seen.latencies.push(micros(ended - started));
        }
    }
    seen
}

/// Sends so many requests a second, whether the earlier ones are answered or not, as long as a connection is free. A request
/// that had to wait for one counts from the moment at which it was due.
///
/// # Errors
/// When a connection cannot be opened.
pub async fn open_loop(address: SocketAddr, span: Span, rate: u64, requests: Vec<Requests>) -> Result<Measured> {
    let count = u64::try_from(requests.len())?.max(1);
    let mut total = Measured { span: span.measured, connections: requests.len(), ..Measured::default() };
    let connections = open(address, requests.len()).await?;
    let start = Instant::now();
    let window = (start + span.warm_up, start + span.warm_up + span.measured);
    let mut tasks = JoinSet::new();
    for ((connection, requests), number) in connections.into_iter().zip(requests).zip(0..) {
        let due = move |turn: u64| {
            let request = turn.saturating_mul(count).saturating_add(number);
            start + Duration::from_micros(request.saturating_mul(1_000_000) / rate.max(1))
        };
        tasks.spawn(keep_pace(address, connection, requests, window, due));
    }
    while let Some(seen) = tasks.join_next().await {
        total.absorb(seen?);
    }
    Ok(total.sorted())
}

async fn keep_pace(
    address: SocketAddr,
    mut connection: Connection,
    mut requests: Requests,
    (from, until): (Instant, Instant),
    due: impl Fn(u64) -> Instant + Send,
) -> Measured {
    let (mut seen, mut buffer) = (Measured::default(), Vec::with_capacity(1_024));
    for turn in 0.. {
        let mut started = due(turn);
        if started >= until {
            break;
        }
        requests(&mut buffer);
        if Instant::now() < started {
            sleep_until(started.into()).await;
            // The timer is a millisecond late at most; that is not the server's doing.
            started = Instant::now();
        }
        match exchange(&mut connection, &buffer).await {
            Ok(()) if started >= from => seen.latencies.push(micros(started.elapsed())),
            Ok(()) => {}
            Err(error) => {
                seen.first_error.get_or_insert_with(|| error.to_string());
                seen.errors += 1;
                match Connection::open(address).await {
                    Ok(anew) => connection = anew,
                    Err(_) => break,
                }
            }
        }
    }
    seen
}

async fn open(address: SocketAddr, count: usize) -> Result<Vec<Connection>> {
    let mut connections = Vec::with_capacity(count);
    for _ in 0..count {
        connections.push(Connection::open(address).await?);
    }
    Ok(connections)
}

async fn exchange(connection: &mut Connection, request: &[u8]) -> Result<()> {
    match timeout(ANSWER_MAX, connection.ask(request)).await {
        Ok(Ok(answer)) if answer.is_success() => Ok(()),
        Ok(Ok(answer)) => bail!("{}: {}", answer.status, String::from_utf8_lossy(answer.body)),
        Ok(Err(error)) => Err(error),
        Err(_) => bail!("no answer in {} s", ANSWER_MAX.as_secs()),
    }
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}
