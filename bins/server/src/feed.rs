//! The job that reads the feed of changes each second, so that copies of what others changed end.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use ofektom_app::changes_apply;
use ofektom_cache::{Caches, Mode};
use ofektom_domain::ports::{ChangeStore as _, Clock as _, FeedCursor, StoreResult};
use ofektom_http::FeedStatus;
use ofektom_persistence::Changes;
use tokio::task::AbortHandle;
use tokio::time::{MissedTickBehavior, interval};

use crate::outside::SystemClock;

/// How often the feed is read.
const POLL_EVERY: Duration = Duration::from_secs(1);

/// How long changes stay in the feed: longer than any copy lives, so that a server that starts ends whatever copies of
/// before are still in Redis.
const KEPT: SignedDuration = SignedDuration::from_mins(20);

/// Whoever heard nothing for so long may have missed what was removed meanwhile.
const SILENCE_MAX: Duration = Duration::from_secs(15 * 60);

/// How often old changes are removed.
const FORGET_EVERY: Duration = Duration::from_secs(60);

/// The reading of the feed by this program. It ends with this.
#[derive(Debug)]
pub(crate) struct Feed {
    changes: Changes,
    progress: Arc<Progress>,
    job: Option<AbortHandle>,
}

/// How far it is.
#[derive(Debug, Default)]
struct Progress {
    polls: AtomicU64,
    failures: AtomicU64,
    changes: AtomicU64,
    heard: Mutex<Option<Instant>>,
}

impl Feed {
    /// Starts reading, unless there are no copies. Call it inside the runtime that lives as long as the program.
    pub fn start(changes: Changes, caches: &Caches) -> Self {
        let progress = Arc::<Progress>::default();
        let reads = caches.mode() != Mode::Off;
        let job = reads.then(|| {
            let reader = Reader {
                changes: changes.clone(),
                caches: caches.clone(),
                progress: Arc::clone(&progress),
                cursor: FeedCursor::default(),
                forgot: None,
                failing: false,
            };
            tokio::spawn(reader.run()).abort_handle()
        });
        Self { changes, progress, job }
    }

    /// Ends the reading.
    pub fn stop(&self) {
        if let Some(job) = &self.job {
            job.abort();
        }
    }

    /// `None` when it is not read.
    pub fn status(&self) -> Option<FeedStatus> {
        self.job.as_ref()?;
        let heard = *self.progress.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let millis = |heard: Instant| u64::try_from(heard.elapsed().as_millis()).unwrap_or(u64::MAX);
        Some(FeedStatus {
            polls: self.progress.polls.load(Ordering::Relaxed),
            failures: self.progress.failures.load(Ordering::Relaxed),
            changes: self.progress.changes.load(Ordering::Relaxed),
            statements: self.changes.statements(),
            last_heard_milliseconds: heard.map(millis),
        })
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Who reads.
struct Reader {
    changes: Changes,
    caches: Caches,
    progress: Arc<Progress>,
    cursor: FeedCursor,
    forgot: Option<Instant>,
    failing: bool,
}

impl Reader {
    async fn run(mut self) {
        let mut ticks = interval(POLL_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let polled = self.poll().await;
            self.progress.polls.fetch_add(1, Ordering::Relaxed);
            match polled {
                Ok(()) if self.failing => tracing::info!("the feed of changes is read again"),
                Ok(()) => {}
                Err(error) => {
                    self.progress.failures.fetch_add(1, Ordering::Relaxed);
                    if !self.failing {
                        tracing::warn!(error.message = %error, "the feed of changes cannot be read: copies are not used");
                    }
                    self.failing = true;
                    continue;
                }
            }
            self.failing = false;
            self.forget().await;
        }
    }

    async fn poll(&mut self) -> StoreResult<()> {
        // Before the question: what commits after it may be missing from the answer.
        let asked = Instant::now();
        let part = self.changes.changes_since(self.cursor.clone()).await?;
        let before = {
            let mut heard = self.progress.heard.lock().unwrap_or_else(PoisonError::into_inner);
            heard.replace(asked)
        };
        if before.is_some_and(|before| asked.duration_since(before) > SILENCE_MAX) {
            self.caches.feed_lost();
        }
        self.cursor = part.cursor;
        let count = u64::try_from(part.changes.len()).unwrap_or(u64::MAX);
        self.progress.changes.fetch_add(count, Ordering::Relaxed);
        changes_apply(&self.caches, &part.changes);
        self.caches.feed_heard(asked);
        Ok(())
    }

    /// Each server does it; the later ones find nothing to do.
    async fn forget(&mut self) {
        if self.forgot.is_some_and(|forgot| forgot.elapsed() < FORGET_EVERY) {
            return;
        }
        self.forgot = Some(Instant::now());
        // By the machine's clock, like the rows: a test may move the other one.
        let before = SystemClock.now().saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
        if let Err(error) = self.changes.changes_forget(before).await {
            tracing::debug!(error.message = %error, "old changes could not be removed");
        }
    }
}
