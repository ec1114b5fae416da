//! The queue of posting jobs, and the writers that empty it batch by batch.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use futures_util::future::try_join_all;
use jiff::Timestamp;
use ofektom_domain::ports::{StoreError, StoreResult};
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, TryAcquireError, mpsc, oneshot};
use tokio::task::yield_now;

use super::batch::{BatchError, batch_run};
use super::job::{Done, Task};
use super::stats::{Counters, WriterMeters, WriterStats};
use crate::engine::{Db, Engine};
use crate::idempotency::answers_forget;
use crate::notifications::notifications_forget;

/// Stored answers and notifications that are not kept any longer are deleted this often.
const FORGET_EVERY_SECONDS: i64 = 600;

/// Settings of the group commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriterConfig {
    /// Items that may wait or be written at once; a job beyond them is refused as overloaded. At least 500, so that a
    /// bulk fits.
    pub queue_items_max: u32,
    /// Writers on PostgreSQL: while one waits for its commit another decides. SQLite has one.
    pub writers: u32,
    /// Items after which a batch takes no further job. A bulk is never split, so a batch may have a bulk more.
    pub batch_items: usize,
}

impl Default for WriterConfig {
    fn default() -> Self {
        Self { queue_items_max: 16_384, writers: 2, batch_items: 512 }
    }
}

/// The entrance to the queue.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    queue: mpsc::UnboundedSender<Job>,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// A permit for each item that may wait. This bounds the queue; the channel itself does not.
    room: Arc<Semaphore>,
    room_max: u32,
    batch_items: usize,
    closed: AtomicBool,
    counters: Counters,
}

/// Tasks that are done in this order, and where their answers go. The caller may be gone: they are done all the same.
struct Job {
    tasks: Vec<Task>,
    answers: Vec<oneshot::Sender<StoreResult<Done>>>,
    /// Of all tasks.
    items: usize,
    room: OwnedSemaphorePermit,
}

impl Writer {
    pub(super) fn start(db: &Db, config: WriterConfig) -> Self {
        let (queue, jobs) = mpsc::unbounded_channel();
        let jobs = Arc::new(Mutex::new(jobs));
        let room_max = config.queue_items_max.max(500);
        let room = Arc::new(Semaphore::new(usize::try_from(room_max).unwrap_or(usize::MAX)));
        let batch_items = config.batch_items;
        let (closed, counters) = (AtomicBool::new(false), Counters::default());
        let shared = Arc::new(Shared { room, room_max, batch_items, closed, counters });
        let writers = if db.engine() == Engine::Sqlite { 1 } else { config.writers.max(1) };
        for _ in 0..writers {
            tokio::spawn(batches_write(db.clone(), Arc::clone(&jobs), Arc::clone(&shared)));
        }
        Self { queue, shared }
    }

    /// Queues a task and waits for its end.
    pub(super) async fn run(&self, task: Task) -> StoreResult<Done> {
        let done = self.run_in_order(vec![task]).await?.pop();
        done.ok_or(StoreError::Unavailable(None))
    }

    /// Queues tasks that one batch does in this order, and waits for the end of all. The first error is the answer.
    pub(super) async fn run_in_order(&self, tasks: Vec<Task>) -> StoreResult<Vec<Done>> {
        if tasks.is_empty() {
            return Ok(Vec::new());
        }
        let items = tasks.iter().map(|task| task.items.len()).sum();
        let (answers, answered): (Vec<_>, Vec<_>) = tasks.iter().map(|_| oneshot::channel()).unzip();
        let job = Job { room: self.shared.enter(items)?, tasks, answers, items };
        self.queue.send(job).map_err(|_| StoreError::Unavailable(None))?;
        let all = answered.into_iter().map(|one| async { one.await.unwrap_or(Err(StoreError::Unavailable(None))) });
        try_join_all(all).await
    }

    pub(super) fn stats(&self) -> WriterStats {
        let free = u64::try_from(self.shared.room.available_permits()).unwrap_or(u64::MAX);
        let max = u64::from(self.shared.room_max);
        self.shared.counters.with_queue_depth((max.saturating_sub(free), max))
    }

    pub(super) fn meters(&self) -> WriterMeters {
        self.shared.counters.meters()
    }

    pub(super) async fn close(&self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        // All permits are back when the last job is done.
        drop(self.shared.room.acquire_many(self.shared.room_max).await);
        self.shared.room.close();
    }
}

impl Shared {
    fn enter(&self, items: usize) -> StoreResult<OwnedSemaphorePermit> {
        if self.closed.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable(None));
        }
        let items = u32::try_from(items.max(1)).unwrap_or(u32::MAX);
        Arc::clone(&self.room).try_acquire_many_owned(items).map_err(|error| match error {
            TryAcquireError::Closed => StoreError::Unavailable(None),
            TryAcquireError::NoPermits => {
                self.counters.overloaded();
                StoreError::Overloaded
            }
        })
    }
}

/// Writes one batch after the other until the queue is closed and empty.
async fn batches_write(db: Db, jobs: Arc<Mutex<mpsc::UnboundedReceiver<Job>>>, shared: Arc<Shared>) {
    let mut forgotten_at = Timestamp::MIN;
    loop {
        // Only the writer that has the queue waits on it; it takes all that has gathered and leaves it to the next.
        let gathered = gather(&mut *jobs.lock().await, shared.batch_items).await;
        let Some(now) = gathered.iter().flat_map(|job| &job.tasks).map(|task| task.context.now).max() else { return };
        batch_finish(&db, gathered, &shared.counters).await;
        if now.duration_since(forgotten_at).as_secs() >= FORGET_EVERY_SECONDS {
            forgotten_at = now;
            tokio::spawn(forget(db.clone(), now));
        }
    }
}

async fn gather(jobs: &mut mpsc::UnboundedReceiver<Job>, items_max: usize) -> Vec<Job> {
    let Some(first) = jobs.recv().await else { return Vec::new() };
    // When a batch ends, the next requests of all its clients come close together: those that are about to queue get their turn.
    yield_now().await;
    let mut items = first.items;
    let mut gathered = vec![first];
    while items < items_max
        && let Ok(job) = jobs.try_recv()
    {
        items += job.items;
        gathered.push(job);
    }
    gathered
}

/// Runs the jobs as one batch and answers them. A failure may be the fault of one job, so they are then run one by one
/// and the others survive. Where no connection was to be had none of them is at fault, and each would wait for one again.
async fn batch_finish(db: &Db, jobs: Vec<Job>, counters: &Counters) {
    let (mut tasks, mut waiting, mut rooms) = (Vec::new(), Vec::new(), Vec::new());
    for job in jobs {
        tasks.extend(job.tasks.into_iter().map(Arc::new));
        waiting.extend(job.answers);
        rooms.push(job.room);
    }
    counters.batch(tasks.iter().map(|task| u64::try_from(task.items.len()).unwrap_or(u64::MAX)).sum());
    let started = Instant::now();
    let ran = batch_run(db, tasks.clone()).await;
    counters.committed(started.elapsed());
    let done = match ran {
        Ok(done) => done,
        Err(BatchError { error, .. }) if tasks.len() == 1 => vec![Err(error)],
        Err(BatchError { error, begun: false }) => {
            tracing::warn!(error.message = %error, batch.jobs = tasks.len(), "a batch found no database");
            all_failed(error, tasks.len())
        }
        Err(BatchError { error, begun: true }) => {
            counters.retried_singly();
            tracing::warn!(error.message = %error, batch.jobs = tasks.len(), "a batch failed and is tried job by job");
            one_by_one(db, tasks).await
        }
    };
    drop(rooms);
    let mut done = done.into_iter();
    for answer in waiting {
        // An error here means that the caller is gone.
        let _ = answer.send(done.next().unwrap_or(Err(StoreError::Unavailable(None))));
    }
}

/// The same failure for each of `count` jobs; one of them has its cause.
fn all_failed(error: StoreError, count: usize) -> Vec<StoreResult<Done>> {
    let alike = || match error {
        StoreError::Overloaded => StoreError::Overloaded,
        _ => StoreError::Unavailable(None),
    };
    let mut all: Vec<_> = (1..count).map(|_| Err(alike())).collect();
    all.push(Err(error));
    all
}

/// Runs each job in a batch of its own, until the database is lost.
async fn one_by_one(db: &Db, tasks: Vec<Arc<Task>>) -> Vec<StoreResult<Done>> {
    let mut all = Vec::with_capacity(tasks.len());
    for task in tasks {
        let done = match batch_run(db, vec![task]).await {
            Ok(done) => done,
            Err(failed) => vec![Err(failed.error)],
        };
        let lost = matches!(done.first(), Some(Err(StoreError::Unavailable(_))));
        all.extend(done);
        if lost {
            break;
        }
    }
    all
}

async fn forget(db: Db, now: Timestamp) {
    match answers_forget(&db, now).await {
        Ok(answers) => tracing::debug!(answers.forgotten = answers, "old idempotency keys were deleted"),
        Err(error) => tracing::warn!(error.message = %error, "old idempotency keys could not be deleted"),
    }
    match notifications_forget(&db, now).await {
        Ok(count) => tracing::debug!(notifications.forgotten = count, "old notifications were deleted"),
        Err(error) => tracing::warn!(error.message = %error, "old notifications could not be deleted"),
    }
}
