//! The queue of contributions and its writers.

use super::page::{About, Page, Written, level};
use crate::probe::{QueueStatus, WriterMeasured};

const DEPTH: About = About("ofektom_contributions_queue_depth", "Contributions that wait or are being committed.");
const DEPTH_MAX: About = About("ofektom_contributions_queue_depth_max", "How many may; more are refused with 503.");
const WRITTEN: About = About("ofektom_contributions_written", "Contributions of all batches.");
const REFUSED: About =
    About("ofektom_contributions_overloaded", "Requests that were refused because the queue was full.");
const RETRIED: About =
    About("ofektom_contribution_batches_retried", "Batches that failed and were tried again request by request.");
const SIZE: About = About("ofektom_contribution_batch_size", "Contributions of a batch, which is one commit.");
const COMMIT: About =
    About("ofektom_contribution_commit_duration_seconds", "From taking up a batch to the end of its transaction.");

pub(super) fn write(page: &mut Page<'_, '_>, queue: &QueueStatus, writer: &WriterMeasured) -> Written {
    page.gauge(DEPTH, level(queue.depth))?;
    page.gauge(DEPTH_MAX, level(queue.depth_max))?;
    page.counter(WRITTEN, queue.contributions)?;
    page.counter(REFUSED, queue.refused_total)?;
    page.counter(RETRIED, queue.retries_total)?;
    page.sizes(SIZE, &writer.batch_size)?;
    page.times(COMMIT, [([], &writer.commit_duration)])
}
