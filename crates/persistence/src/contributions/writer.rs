//! The queue of posting jobs, and the writers that empty it batch by batch.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use jiff::Timestamp;
use ofektom_domain::ports::{StoreError, StoreResult};
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, TryAcquireError, mpsc, oneshot};

use super::batch::batch_run;
use super::job::{Done, Task};
use super::stats::{Counters, WriterMeters, WriterStats};
use crate::engine::{Db, Engine};
use crate::idempotency::answers_forget;
use crate::notifications::notifications_forget;

/// Items after which a batch takes no further job. A bulk is never split, so a batch may have a bulk more.
const BATCH_ITEMS: usize = 512;
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
}

impl Default for WriterConfig {
    fn default() -> Self {
        Self { queue_items_max: 16_384, writers: 2 }
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
    closed: AtomicBool,
    counters: Counters,
}

/// A task, and where its answer goes. The caller may be gone: the task is done all the same.
struct Job {
    task: Task,
    answer: oneshot::Sender<StoreResult<Done>>,
    room: OwnedSemaphorePermit,
}

impl Job {
    /// The task, and what is kept until it is done: where the answer goes, and the room in the queue.
    fn split(self) -> (Arc<Task>, (oneshot::Sender<StoreResult<Done>>, OwnedSemaphorePermit)) {
        (Arc::new(self.task), (self.answer, self.room))
    }
}

impl Writer {
    pub(super) fn start(db: &Db, config: WriterConfig) -> Self {
        let (queue, jobs) = mpsc::unbounded_channel();
        let jobs = Arc::new(Mutex::new(jobs));
        let room_max = config.queue_items_max.max(500);
        let room = Arc::new(Semaphore::new(usize::try_from(room_max).unwrap_or(usize::MAX)));
        let shared = Arc::new(Shared { room, room_max, closed: AtomicBool::new(false), counters: Counters::default() });
        let writers = if db.engine() == Engine::Sqlite { 1 } else { config.writers.max(1) };
        for _ in 0..writers {
            tokio::spawn(batches_write(db.clone(), Arc::clone(&jobs), Arc::clone(&shared)));
        }
        Self { queue, shared }
    }

    /// Queues a task and waits for its end.
    pub(super) async fn run(&self, task: Task) -> StoreResult<Done> {
        let (answer, answered) = oneshot::channel();
        let job = Job { room: self.shared.enter(task.items.len())?, task, answer };
        self.queue.send(job).map_err(|_| StoreError::Unavailable(None))?;
        answered.await.unwrap_or(Err(StoreError::Unavailable(None)))
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
        let gathered = gather(&mut *jobs.lock().await).await;
        let Some(now) = gathered.iter().map(|job| job.task.context.now).max() else { return };
        batch_finish(&db, gathered, &shared.counters).await;
        if now.duration_since(forgotten_at).as_secs() >= FORGET_EVERY_SECONDS {
            forgotten_at = now;
            tokio::spawn(forget(db.clone(), now));
        }
    }
}

async fn gather(jobs: &mut mpsc::UnboundedReceiver<Job>) -> Vec<Job> {
    let Some(first) = jobs.recv().await else { return Vec::new() };
    let mut items = first.task.items.len();
    let mut gathered = vec![first];
    while items < BATCH_ITEMS
        && let Ok(job) = jobs.try_recv()
    {
        items += job.task.items.len();
        gathered.push(job);
    }
    gathered
}

/// Runs the jobs as one batch and answers them. A failure may be the fault of one job, so they are then run one by one
/// and the others survive.
async fn batch_finish(db: &Db, jobs: Vec<Job>, counters: &Counters) {
    let (tasks, waiting): (Vec<_>, Vec<_>) = jobs.into_iter().map(Job::split).unzip();
    counters.batch(tasks.iter().map(|task| u64::try_from(task.items.len()).unwrap_or(u64::MAX)).sum());
    let started = Instant::now();
    let ran = batch_run(db, tasks.clone()).await;
    counters.committed(started.elapsed());
    let done = match ran {
        Ok(done) => done,
        Err(error) if tasks.len() == 1 => vec![Err(error)],
        Err(error) => {
            counters.retried_singly();
            tracing::warn!(error.message = %error, batch.jobs = tasks.len(), "a batch failed and is tried job by job");
            one_by_one(db, tasks).await
        }
    };
    let mut done = done.into_iter();
    for (answer, room) in waiting {
        drop(room);
        // An error here means that the caller is gone.
        let _ = answer.send(done.next().unwrap_or(Err(StoreError::Unavailable(None))));
    }
}

/// Runs each job in a batch of its own, until the database is lost.
async fn one_by_one(db: &Db, tasks: Vec<Arc<Task>>) -> Vec<StoreResult<Done>> {
    let mut all = Vec::with_capacity(tasks.len());
    for task in tasks {
        let done = match batch_run(db, vec![task]).await {
            Ok(done) => done,
            Err(error) => vec![Err(error)],
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
