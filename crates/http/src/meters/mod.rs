//! How long requests take, by route, method and status.
//!
//! Every worker has meters of its own, made for all routes when it starts: recording finds its place by numbers, takes no lock,
//! and shares no memory with other cores. Whoever asks adds the workers up.

mod status;
mod worker;

use std::sync::{Arc, Mutex, PoisonError};

use ofektom_meter::HistogramSnapshot;

use self::status::{STATUSES, label_of};
pub use self::worker::{RouteNumber, Underway, WorkerMeters};
use crate::routes::Row;

/// The route of requests that no row is for.
const UNMATCHED: Label = Label { method: "other", route: "unmatched" };

/// Whose requests a series counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Label {
    method: &'static str,
    route: &'static str,
}

/// The meters of all workers.
#[derive(Debug)]
pub struct RequestMeters {
    /// In the order of the rows; the last is for what no row is for.
    labels: Vec<Label>,
    workers: Mutex<Vec<Arc<WorkerMeters>>>,
}

/// What was measured of requests.
#[derive(Debug, Default)]
pub struct RequestsMeasured {
    /// Requests that are being answered.
    pub in_flight: i64,
    /// Requests whose client had gone before there was an answer.
    pub abandoned: u64,
    /// Each route and status that was answered with.
    pub answered: Vec<AnsweredRequests>,
}

/// The answers of one route with one status.
#[derive(Debug)]
pub struct AnsweredRequests {
    /// The method of the row: `HEAD` counts as `GET`.
    pub method: &'static str,
    /// The path with its variable parts in braces.
    pub route: &'static str,
    /// The status.
    pub status: &'static str,
    /// How long they took, in nanoseconds.
    pub duration: HistogramSnapshot,
}

impl RequestMeters {
    /// Meters for these routes.
    pub(crate) fn new(rows: &[Row]) -> Self {
        let label = |row: &Row| Label { method: method_of(row), route: row.path };
        let labels = rows.iter().map(label).chain([UNMATCHED]).collect();
        Self { labels, workers: Mutex::default() }
    }

    /// Meters for one more worker.
    pub(crate) fn worker(&self) -> Arc<WorkerMeters> {
        let worker = Arc::new(WorkerMeters::new(self.labels.len()));
        self.workers.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&worker));
        worker
    }

    /// What all workers have measured so far.
    pub(crate) fn measured(&self) -> RequestsMeasured {
        let workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut answered = Vec::new();
        for (number, label) in self.labels.iter().enumerate() {
            for slot in 0..STATUSES {
                let mut duration = HistogramSnapshot::default();
                for histogram in workers.iter().filter_map(|worker| worker.histogram(number, slot)) {
                    duration.plus(&histogram.snapshot());
                }
                if duration.count() > 0 {
                    let Label { method, route } = *label;
                    answered.push(AnsweredRequests { method, route, status: label_of(slot), duration });
                }
            }
        }
        RequestsMeasured {
            in_flight: workers.iter().map(|worker| worker.in_flight()).sum(),
            abandoned: workers.iter().map(|worker| worker.abandoned()).sum(),
            answered,
        }
    }
}

/// The methods that rows have.
fn method_of(row: &Row) -> &'static str {
    match row.method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PATCH" => "PATCH",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        _ => UNMATCHED.method,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::routes::table;

    #[test]
    fn workers_are_added_up_by_route_and_status() {
        let meters = RequestMeters::new(table());
        let (one, other) = (meters.worker(), meters.worker());
        let first = RouteNumber::of(0);
        Underway::begin(&one).answered(first, 200, Duration::from_millis(2));
        Underway::begin(&other).answered(first, 200, Duration::from_millis(4));
        Underway::begin(&other).answered(first, 503, Duration::from_secs(20));
        Underway::begin(&one).answered(None, 404, Duration::from_micros(3));
        Underway::begin(&one).answered(None, 299, Duration::from_micros(3));
        drop(Underway::begin(&other));
        let waiting = Underway::begin(&one);

        let measured = meters.measured();
        assert_eq!((measured.in_flight, measured.abandoned), (1, 1));
        let told: Vec<_> = measured
            .answered
            .iter()
            .map(|it| (it.method, it.route, it.status, it.duration.count(), it.duration.sum()))
            .collect();
        let expected = [
            ("GET", "/", "200", 2, 6_000_000),
            ("GET", "/", "503", 1, 20_000_000_000),
            ("other", "unmatched", "404", 1, 3_000),
            ("other", "unmatched", "other", 1, 3_000),
        ];
        assert_eq!(told, expected);
        drop(waiting);
        assert_eq!(meters.measured().in_flight, 0);
    }

    #[test]
    fn every_row_has_a_method_of_its_own() {
        assert!(table().iter().all(|row| method_of(row) == row.method.as_str()));
    }
}
