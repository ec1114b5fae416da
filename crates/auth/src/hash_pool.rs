//! A fixed number of threads for hashing, with a bounded queue before them.
//!
//! Hashing is all computation, so more threads than cores would only add waiting, and the threads of the runtime must
//! stay free for requests that are quick. They have the lowest priority, so that a flood of sign-ins takes what is left of the
//! cores and not the cores. Argon2's memory is kept while there is work, which spares the page faults of 19 MiB at every hashing,
//! and goes back when nothing used it for a while. Whichever thread hashes next takes the memory that was used last, of which the
//! caches of the processor still have the most.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use argon2::Block;
use tokio::sync::oneshot;

use crate::error::{AuthError, AuthResult};

/// Argon2 memory.
pub(crate) type Blocks = Vec<Block>;

type Job = Box<dyn FnOnce(&mut Blocks) + Send>;

/// How long memory is kept that nothing uses.
const KEEP_MEMORY: Duration = Duration::from_secs(5);

/// The niceness of the threads, the greatest there is. Between 0 and 15 a read beside a flood of sign-ins waited for
/// milliseconds, because a thread at work is left alone for a while when another one wakes; see docs/PERFORMANCE.md, P2.
const NICENESS: i32 = 19;

/// The threads. Dropping it ends them after the job each is at.
pub(crate) struct HashPool {
    shared: Arc<Shared>,
}

struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
    waiting_max: usize,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    /// Memory that nothing uses, with the end of its last use: a stack.
    free: Vec<(Instant, Blocks)>,
    closed: bool,
}

/// What a thread does next.
enum Next {
    Work(Job, Blocks),
    Forget(Blocks),
    End,
}

impl HashPool {
    /// Starts the threads; at most `waiting_max` jobs wait for one.
    pub(crate) fn start(threads: NonZeroUsize, waiting_max: usize) -> std::io::Result<Self> {
        let shared = Arc::new(Shared { queue: Mutex::default(), changed: Condvar::new(), waiting_max });
        let pool = Self { shared: Arc::clone(&shared) };
        for _ in 0..threads.get() {
            let shared = Arc::clone(&shared);
            // On failure `pool` is dropped, which ends the threads started so far.
            std::thread::Builder::new().name("ofektom-hash".to_owned()).spawn(move || {
                step_back();
                shared.serve();
            })?;
        }
        Ok(pool)
    }

    /// Runs `work` on one of the threads. When nobody waits for the answer any more by the time its turn comes, it is left
    /// out.
    ///
    /// # Errors
    /// [`AuthError::Overloaded`] at once when the queue is full.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Blocks) -> T + Send + 'static,
    ) -> AuthResult<T> {
        let (answer, answered) = oneshot::channel();
        self.shared.push(Box::new(move |blocks| {
            if !answer.is_closed() {
                let _ = answer.send(work(blocks));
            }
        }))?;
        answered.await.map_err(|_| AuthError::Internal("a hashing gave no answer"))
    }

    /// How many jobs may wait for a thread.
    pub(crate) fn waiting_max(&self) -> usize {
        self.shared.waiting_max
    }

    /// How many jobs wait for a thread.
    pub(crate) fn waiting(&self) -> usize {
        self.shared.lock().jobs.len()
    }
}

impl Drop for HashPool {
    fn drop(&mut self) {
        let mut queue = self.shared.lock();
        queue.closed = true;
        queue.jobs.clear();
        self.shared.changed.notify_all();
    }
}

impl Shared {
    /// The queue holds no state that a panic could leave half-changed.
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, job: Job) -> AuthResult<()> {
        let mut queue = self.lock();
        if queue.jobs.len() >= self.waiting_max {
            return Err(AuthError::Overloaded);
        }
        queue.jobs.push_back(job);
        drop(queue);
        self.changed.notify_one();
        Ok(())
    }

    /// What one thread does all its life.
    fn serve(&self) {
        loop {
            match self.next() {
                Next::Work(job, mut blocks) => {
                    // A panic is a defect; its caller hears of it because the answer is dropped, and the thread goes on.
                    drop(catch_unwind(AssertUnwindSafe(|| job(&mut blocks))));
                    if !blocks.is_empty() {
                        self.lock().free.push((Instant::now(), blocks));
                    }
                }
                // Here, where nobody waits for the lock.
                Next::Forget(blocks) => drop(blocks),
                Next::End => return,
            }
        }
    }

    /// Waits for the next job; while there is memory that nothing uses, not for ever.
    fn next(&self) -> Next {
        let mut queue = self.lock();
        loop {
            if queue.closed {
                return Next::End;
            }
            if let Some(job) = queue.jobs.pop_front() {
                let blocks = queue.free.pop().map(|(_, blocks)| blocks);
                return Next::Work(job, blocks.unwrap_or_default());
            }
            // The lowest of the stack has not been used the longest.
            let unused = queue.free.first().map(|(since, _)| since.elapsed());
            queue = match unused {
                Some(unused) if unused >= KEEP_MEMORY => return Next::Forget(queue.free.remove(0).1),
                Some(unused) => {
                    let waited = self.changed.wait_timeout(queue, KEEP_MEMORY.saturating_sub(unused));
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}

/// Lowers the priority of the thread that calls it. On Linux a thread has a priority of its own; elsewhere the whole process would
/// step back, so nothing is done.
fn step_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICENESS) {
        tracing::debug!(error.message = %error, "hashing goes on with the priority of all");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use super::*;

    /// Occupies the pool's thread until the sender is dropped.
    async fn occupied(pool: &Arc<HashPool>) -> mpsc::Sender<()> {
        let (release, released) = mpsc::channel::<()>();
        let (started, has_started) = oneshot::channel();
        let pool = Arc::clone(pool);
        tokio::spawn(async move {
            pool.run(move |_| {
                let _ = started.send(());
                let _ = released.recv();
            })
            .await
        });
        has_started.await.unwrap();
        release
    }

    fn pool(waiting_max: usize) -> Arc<HashPool> {
        Arc::new(HashPool::start(NonZeroUsize::MIN, waiting_max).unwrap())
    }

    #[tokio::test]
    async fn a_full_queue_is_told_at_once() {
        let pool = pool(2);
        let release = occupied(&pool).await;
        let mut waiting: Vec<_> = (0..2).map(|n| Box::pin(pool.run(move |_| n))).collect();
        for future in &mut waiting {
            assert!(polled_once(future.as_mut()).is_pending());
        }
        assert_eq!(pool.waiting(), 2);
        assert!(matches!(pool.run(|_| 0).await, Err(AuthError::Overloaded)));
        drop(release);
        for (n, future) in waiting.into_iter().enumerate() {
            assert_eq!(future.await.unwrap(), n);
        }
        assert!(pool.run(|_| ()).await.is_ok());
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_left_out() {
        let pool = pool(2);
        let release = occupied(&pool).await;
        let ran = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&ran);
        let mut given_up = Box::pin(pool.run(move |_| counter.fetch_add(1, Ordering::SeqCst)));
        assert!(polled_once(given_up.as_mut()).is_pending());
        drop(given_up);
        drop(release);
        // The thread takes jobs in order, so this one's answer comes after the dropped one's turn.
        pool.run(|_| ()).await.unwrap();
        assert_eq!(ran.load(Ordering::SeqCst), 0);
    }

    /// Waits until as many pieces of memory are unused.
    async fn unused(pool: &HashPool, count: usize) {
        let started = Instant::now();
        while pool.shared.lock().free.len() != count {
            assert!(started.elapsed() < Duration::from_secs(30), "{} are unused", pool.shared.lock().free.len());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    #[tokio::test]
    async fn memory_is_shared_by_turns_and_given_back() {
        let pool = HashPool::start(NonZeroUsize::new(2).unwrap(), 8).unwrap();
        let place = |blocks: &mut Blocks| {
            blocks.resize(1, Block::new());
            blocks.as_ptr().addr()
        };
        let first = pool.run(place).await.unwrap();
        for _ in 0..8 {
            unused(&pool, 1).await;
            assert_eq!(pool.run(place).await.unwrap(), first, "the memory that was used last");
        }
        let (inside, release) = (Arc::new(std::sync::Barrier::new(3)), Arc::new(std::sync::Barrier::new(3)));
        let both = [0, 1].map(|_| {
            let (inside, release) = (Arc::clone(&inside), Arc::clone(&release));
            Box::pin(pool.run(move |blocks| {
                let place = place(blocks);
                inside.wait();
                release.wait();
                place
            }))
        });
        let [mut one, mut other] = both;
        assert!(polled_once(one.as_mut()).is_pending() && polled_once(other.as_mut()).is_pending());
        tokio::task::spawn_blocking(move || (inside.wait(), release.wait())).await.unwrap();
        assert_ne!(one.await.unwrap(), other.await.unwrap(), "two at a time have their own");
        unused(&pool, 2).await;
        // After a while nothing is kept.
        unused(&pool, 0).await;
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn hashing_steps_back_behind_the_thread_that_started_it() {
        let niceness = || rustix::process::getpriority_process(Some(rustix::thread::gettid())).unwrap();
        let before = niceness();
        let hashing = pool(1).run(move |_| niceness()).await.unwrap();
        assert_eq!(hashing, NICENESS);
        // A thread, not the process.
        assert_eq!(niceness(), before);
    }

    #[tokio::test]
    async fn a_panic_costs_one_answer_and_no_thread() {
        let pool = pool(2);
        let failed: AuthResult<()> = pool.run(|_| panic!("this panic belongs to the test")).await;
        assert!(matches!(failed, Err(AuthError::Internal(_))));
        assert_eq!(pool.run(|_| 5).await.unwrap(), 5);
    }

    /// Polls once, so that the job is in the queue without waiting for its answer.
    fn polled_once<F: Future>(future: std::pin::Pin<&mut F>) -> std::task::Poll<F::Output> {
        future.poll(&mut std::task::Context::from_waker(std::task::Waker::noop()))
    }
}
