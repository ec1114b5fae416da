//! Requests, and the kept answers of public routes.

use super::page::{About, Page, Written, level};
use crate::meters::RequestsMeasured;
use crate::response_cache::ResponseCacheStatus;

const DURATION: About = About(
    "ofektom_http_request_duration_seconds",
    "From the head of a request to the head of its answer, by route, method and status.",
);
const IN_FLIGHT: About = About("ofektom_http_requests_in_flight", "Requests that are being answered.");
const ABANDONED: About =
    About("ofektom_http_requests_abandoned", "Requests whose client had gone before there was an answer.");
const KEPT: About = About(
    "ofektom_http_kept_answers_asked",
    "Requests to public routes whose answers are kept: hit, miss, or bypass for a request with a token.",
);
const KEPT_ENTRIES: About = About("ofektom_http_kept_answers", "Answers of public routes that are kept now.");
const KEPT_BYTES: About = About("ofektom_http_kept_answers_size_bytes", "What they weigh.");

pub(super) fn write(page: &mut Page<'_, '_>, requests: &RequestsMeasured, kept: &ResponseCacheStatus) -> Written {
    let durations = requests.answered.iter().map(|it| {
        let labels = [("method", it.method), ("route", it.route), ("status", it.status)];
        (labels, &it.duration)
    });
    page.times(DURATION, durations)?;
    page.gauge(IN_FLIGHT, requests.in_flight)?;
    page.counter(ABANDONED, requests.abandoned)?;
    let asked = [("hit", kept.hits), ("miss", kept.misses), ("bypass", kept.bypassed)];
    page.counters(KEPT, asked.map(|(result, count)| ([("result", result)], count)))?;
    page.gauge(KEPT_ENTRIES, level(kept.entries))?;
    page.gauge(KEPT_BYTES, level(kept.bytes))
}
