//! The meters of one worker.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ofektom_meter::Histogram;

use super::status::{STATUSES, slot_of};

/// Upper bounds of how long requests take, in nanoseconds: 0.25 ms for what is answered from copies, up to 10 s.
const BOUNDS: &[u64] = &[
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    100_000_000,
    250_000_000,
    500_000_000,
    1_000_000_000,
    2_500_000_000,
    5_000_000_000,
    10_000_000_000,
];

/// The place of a route in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RouteNumber(u16);

impl RouteNumber {
    /// The place of a row; `None` beyond what a number holds, which no table reaches.
    pub fn of(place: usize) -> Option<Self> {
        u16::try_from(place).ok().map(Self)
    }
}

/// What one worker measures.
#[derive(Debug)]
pub struct WorkerMeters {
    routes: Box<[RouteMeters]>,
    in_flight: AtomicI64,
    abandoned: AtomicU64,
}

/// A histogram for each status; made when it is first answered with, for most never are.
#[derive(Debug)]
struct RouteMeters([OnceLock<Box<Histogram>>; STATUSES]);

impl WorkerMeters {
    /// Meters for so many routes, of which the last is for what no row is for.
    pub(super) fn new(routes: usize) -> Self {
        let empty = |_| RouteMeters([const { OnceLock::new() }; STATUSES]);
        let routes = (0..routes).map(empty).collect();
        Self { routes, in_flight: AtomicI64::new(0), abandoned: AtomicU64::new(0) }
    }

    pub(super) fn in_flight(&self) -> i64 {
        self.in_flight.load(Ordering::Relaxed)
    }

    pub(super) fn abandoned(&self) -> u64 {
        self.abandoned.load(Ordering::Relaxed)
    }

    pub(super) fn histogram(&self, route: usize, slot: usize) -> Option<&Histogram> {
        self.routes.get(route)?.0.get(slot)?.get().map(Box::as_ref)
    }

    fn record(&self, route: Option<RouteNumber>, status: u16, elapsed: Duration) {
        let unmatched = self.routes.len().saturating_sub(1);
        let place = route.map_or(unmatched, |RouteNumber(number)| usize::from(number));
        if let Some(cell) = self.routes.get(place).and_then(|route| route.0.get(slot_of(status))) {
            let nanoseconds = u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX);
            cell.get_or_init(|| Box::new(Histogram::new(BOUNDS))).record(nanoseconds);
        }
    }
}

/// A request that is being answered. Dropped without an answer it counts as abandoned.
#[derive(Debug)]
pub struct Underway {
    meters: Arc<WorkerMeters>,
    answered: bool,
}

impl Underway {
    /// Counts a request in.
    pub fn begin(meters: &Arc<WorkerMeters>) -> Self {
        meters.in_flight.fetch_add(1, Ordering::Relaxed);
        Self { meters: Arc::clone(meters), answered: false }
    }

    /// Counts its answer.
    pub fn answered(mut self, route: Option<RouteNumber>, status: u16, elapsed: Duration) {
        self.answered = true;
        self.meters.record(route, status, elapsed);
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        self.meters.in_flight.fetch_sub(1, Ordering::Relaxed);
        if !self.answered {
            self.meters.abandoned.fetch_add(1, Ordering::Relaxed);
        }
    }
}
