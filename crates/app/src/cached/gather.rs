//! Single reads, gathered: what is asked for while others are being read is read together.
//!
//! Where a place is known and no copy is current, each look at a card is a read of its own, and hundreds of them at once would wait for
//! each other's connections. A database reads a hundred cards by their keys in little more time than one. Whoever asks while there is
//! room goes at once, alone; only those who would have to wait are gathered, so nobody waits for company.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::hash::Hash;
use std::mem;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use ofektom_cache::Caches;
use tokio::sync::oneshot;

use super::shared_error::SharedError;

/// Most reads under way at once, which is also the most connections that they take from others.
const READS_MAX: usize = 4;

/// Most keys in one read: one answer stays small, and what fails is shared by few.
const KEYS_MAX: usize = 200;

/// What was found of some keys; those that are not there are left out.
type Found<K, V> = Result<HashMap<K, V>, SharedError>;

/// Reads some keys at once.
type Read<K, V> = dyn Fn(Vec<K>) -> BoxFuture<'static, Found<K, V>> + Send + Sync;

/// Gathers single reads of one kind. Clones share them.
pub(super) struct Gather<K, V> {
    read: Arc<Read<K, V>>,
    desk: Arc<Mutex<Desk<K, V>>>,
    caches: Caches,
}

/// What is asked and not yet being read, in the order of asking.
struct Desk<K, V> {
    asked: VecDeque<(K, Asker<V>)>,
    reads: usize,
}

type Asker<V> = oneshot::Sender<Result<Option<V>, SharedError>>;

impl<K, V> Gather<K, V>
where
    K: Copy + Eq + Hash + Send + 'static,
    V: Clone + Send + 'static,
{
    /// Gathers what `read` reads, in tasks of `caches`.
    pub fn new(
        caches: &Caches,
        read: impl Fn(Vec<K>) -> BoxFuture<'static, Found<K, V>> + Send + Sync + 'static,
    ) -> Self {
        let desk = Arc::new(Mutex::new(Desk { asked: VecDeque::new(), reads: 0 }));
        Self { read: Arc::new(read), desk, caches: caches.clone() }
    }

    /// What is under `key` at some moment after this call: a read that was under way before is never joined, so whoever
    /// wrote sees what he wrote.
    ///
    /// # Errors
    /// What the read failed with, for all who were gathered in it.
    pub async fn get(&self, key: K) -> Result<Option<V>, SharedError> {
        let (asker, answer) = oneshot::channel();
        if let Some(room) = self.ask(key, asker) {
            // A task of its own: an asker who goes away takes nobody's answer with him. In nobody's span: it may go on for others.
            drop(self.caches.spawn(self.clone().serve(room)));
        }
        answer.await.unwrap_or_else(|_| Err(SharedError::Unavailable("the runtime is shutting down".to_owned())))
    }

    /// Notes what is asked. Whoever gets room for one more read has to begin it.
    fn ask(&self, key: K, asker: Asker<V>) -> Option<Room<K, V>> {
        let mut desk = lock(&self.desk);
        desk.asked.push_back((key, asker));
        let room = desk.reads < READS_MAX;
        desk.reads += usize::from(room);
        room.then(|| Room(Some(Arc::clone(&self.desk))))
    }

    /// Reads what is asked until nothing is.
    async fn serve(self, mut room: Room<K, V>) {
        while let Some(asked) = room.next() {
            let keys = asked.keys().copied().collect();
            // Caught: whoever comes next must not wait for a reader who is gone.
            let read = AssertUnwindSafe(async { (self.read)(keys).await });
            let panicked = || SharedError::Other("a gathered read panicked".to_owned());
            let found = read.catch_unwind().await.unwrap_or_else(|_| Err(panicked()));
            for (key, askers) in asked {
                let answer = found.as_ref().map(|found| found.get(&key).cloned()).map_err(Clone::clone);
                for asker in askers {
                    // Who went away needs no answer.
                    drop(asker.send(answer.clone()));
                }
            }
        }
    }
}

/// The room of one read under way; empty when it was given back.
struct Room<K, V>(Option<Arc<Mutex<Desk<K, V>>>>);

impl<K: Copy + Eq + Hash, V> Room<K, V> {
    /// What is to be read next, with those who asked for it. When there is nothing the room is given back.
    fn next(&mut self) -> Option<HashMap<K, Vec<Asker<V>>>> {
        let mut desk = lock(self.0.as_ref()?);
        let mut next: HashMap<K, Vec<Asker<V>>> = HashMap::new();
        while next.len() < KEYS_MAX
            && let Some((key, asker)) = desk.asked.pop_front()
        {
            if !asker.is_closed() {
                next.entry(key).or_default().push(asker);
            }
        }
        if next.is_empty() {
            desk.reads -= 1;
            drop(desk);
            self.0 = None;
            return None;
        }
        Some(next)
    }
}

impl<K, V> Drop for Room<K, V> {
    /// Only when the runtime ended before the read did: nobody will read what is left.
    fn drop(&mut self) {
        if let Some(desk) = self.0.take() {
            let mut desk = lock(&desk);
            desk.reads -= 1;
            let left = if desk.reads == 0 { mem::take(&mut desk.asked) } else { VecDeque::new() };
            drop(desk);
            drop(left);
        }
    }
}

/// Nothing panics while it holds the lock; if something did, the desk would still be whole.
fn lock<K, V>(desk: &Mutex<Desk<K, V>>) -> MutexGuard<'_, Desk<K, V>> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<K, V> Clone for Gather<K, V> {
    fn clone(&self) -> Self {
        Self { read: Arc::clone(&self.read), desk: Arc::clone(&self.desk), caches: self.caches.clone() }
    }
}

impl<K, V> fmt::Debug for Gather<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gather").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use tokio::sync::Semaphore;
    use tokio::task::{JoinHandle, yield_now};

    use super::*;

    /// Reads that wait for the test, of keys that hold the number of the read.
    struct Held {
        gather: Gather<u32, u64>,
        reads: Arc<Mutex<Vec<Vec<u32>>>>,
        gate: Arc<Semaphore>,
    }

    impl Held {
        fn new() -> Self {
            let (reads, gate) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Semaphore::new(0)));
            let (noted, held, count) = (Arc::clone(&reads), Arc::clone(&gate), AtomicU64::new(0));
            let gather = Gather::new(&Caches::off(), move |keys: Vec<u32>| {
                let (held, number) = (Arc::clone(&held), count.fetch_add(1, Ordering::Relaxed));
                noted.lock().unwrap().push(keys.clone());
                async move {
                    held.acquire().await.unwrap().forget();
                    assert!(!keys.contains(&666), "the read of 666 panics");
                    if keys.contains(&503) {
                        return Err(SharedError::Overloaded);
                    }
                    Ok(keys.into_iter().filter(|key| *key != 404).map(|key| (key, number)).collect())
                }
                .boxed()
            });
            Self { gather, reads, gate }
        }

        /// Asks, and waits until that is noted.
        async fn ask(&self, key: u32) -> JoinHandle<Result<Option<u64>, SharedError>> {
            let gather = self.gather.clone();
            let asking = tokio::spawn(async move { gather.get(key).await });
            for _ in 0..10 {
                yield_now().await;
            }
            asking
        }

        async fn ask_all(
            &self,
            keys: impl IntoIterator<Item = u32>,
        ) -> Vec<JoinHandle<Result<Option<u64>, SharedError>>> {
            let mut asked = Vec::new();
            for key in keys {
                asked.push(self.ask(key).await);
            }
            asked
        }

        fn reads(&self) -> Vec<Vec<u32>> {
            let mut reads = self.reads.lock().unwrap().clone();
            reads.iter_mut().for_each(|keys| keys.sort_unstable());
            reads
        }

        fn reads_let(&self, count: usize) {
            self.gate.add_permits(count);
        }
    }

    #[tokio::test]
    async fn who_finds_room_goes_alone_and_the_others_go_together() {
        let held = Held::new();
        let first = held.ask_all(1..=4).await;
        assert_eq!(held.reads(), [[1], [2], [3], [4]]);
        let second = held.ask_all([5, 6, 404, 6]).await;
        assert_eq!(held.reads().len(), READS_MAX, "there is no more room");
        held.reads_let(5);
        for (number, one) in (0..).zip(first) {
            assert_eq!(one.await.unwrap().unwrap(), Some(number));
        }
        let mut answers = Vec::new();
        for one in second {
            answers.push(one.await.unwrap().unwrap());
        }
        assert_eq!(answers, [Some(4), Some(4), None, Some(4)]);
        assert_eq!(held.reads().last().unwrap(), &[5, 6, 404]);
        held.reads_let(1);
        assert_eq!(held.ask(7).await.await.unwrap().unwrap(), Some(5), "room was left again");
    }

    #[tokio::test]
    async fn nobody_joins_a_read_that_began_before() {
        let held = Held::new();
        let before = held.ask_all([1, 1, 1, 1]).await;
        let after = held.ask(1).await;
        held.reads_let(5);
        for (number, one) in (0..).zip(before) {
            assert_eq!(one.await.unwrap().unwrap(), Some(number));
        }
        assert_eq!(after.await.unwrap().unwrap(), Some(4));
    }

    #[tokio::test]
    async fn a_read_has_so_many_keys_at_most() {
        let held = Held::new();
        let room = held.ask_all(1..=4).await;
        let many = held.ask_all(1_001..=1_450).await;
        held.reads_let(100);
        for one in room.into_iter().chain(many) {
            assert!(one.await.unwrap().unwrap().is_some());
        }
        assert_eq!(held.reads().iter().skip(READS_MAX).map(Vec::len).collect::<Vec<_>>(), [200, 200, 50]);
    }

    #[tokio::test]
    async fn a_failure_or_a_panic_is_told_to_those_it_concerns_and_ends_there() {
        let held = Held::new();
        held.reads_let(100);
        assert!(matches!(held.ask(503).await.await.unwrap(), Err(SharedError::Overloaded)));
        for _ in 0..=READS_MAX {
            assert!(matches!(held.ask(666).await.await.unwrap(), Err(SharedError::Other(_))));
        }
        assert!(held.ask(1).await.await.unwrap().unwrap().is_some(), "a panic takes no room");
    }

    #[test]
    fn who_still_waits_when_the_runtime_ends_is_told() {
        let held = Held::new();
        let program = tokio::runtime::Runtime::new().unwrap();
        program.block_on(async {
            drop(held.ask_all(1..=4).await);
            while held.reads().len() < READS_MAX {
                yield_now().await;
            }
        });
        let worker = tokio::runtime::Builder::new_current_thread().build().unwrap();
        worker.block_on(async {
            let late = held.ask(5).await;
            program.shutdown_background();
            assert!(matches!(late.await.unwrap(), Err(SharedError::Unavailable(_))));
            held.reads_let(100);
            assert!(held.ask(6).await.await.unwrap().unwrap().is_some(), "the room was given back");
        });
    }

    #[tokio::test]
    async fn who_goes_away_takes_nobodys_answer_with_him() {
        let held = Held::new();
        let room = held.ask_all(1..=4).await;
        let (gone, stays) = (held.ask(5).await, held.ask(6).await);
        gone.abort();
        room.first().unwrap().abort();
        held.reads_let(5);
        assert_eq!(stays.await.unwrap().unwrap(), Some(4));
        assert_eq!(held.reads().len(), 5);
    }
}
