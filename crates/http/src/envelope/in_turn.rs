//! Wakes from other threads, in turn with those of the worker's own.
//!
//! A worker of actix is a runtime of one thread. While that has tasks which its own thread woke, such as connections with a new
//! request, it takes one of those that other threads woke for every 31 of them (`global_queue_interval` of tokio, which actix-server
//! 2.10 does not let anybody set; a `LocalSet` does the same). On a busy worker whoever waits for the database would wait behind
//! thousands of requests that came later. So here such a wake is only noted by the other thread, and one task of the worker, which
//! is woken for all that are noted, passes them on as wakes of its own thread.

use std::cell::RefCell;
use std::convert::Infallible;
use std::future::poll_fn;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId};

use actix_web::rt;
use futures_util::task::AtomicWaker;

thread_local! {
    static DESK: RefCell<Option<Arc<Desk>>> = const { RefCell::new(None) };
}

/// Where other threads note whom they woke of one worker.
struct Desk {
    worker: ThreadId,
    noted: Mutex<Vec<Waker>>,
    /// Wakes the task that passes them on.
    bell: AtomicWaker,
}

/// A task of the worker, woken by way of its desk.
struct Turn {
    task: Waker,
    desk: Arc<Desk>,
}

/// What `future` comes to, woken in turn. To be called on a worker. When it first has to wait it is polled once more, with the
/// waker that counts.
pub async fn in_turn<F: Future>(mut future: Pin<&mut F>) -> F::Output {
    let mut turn: Option<(Waker, Waker)> = None;
    poll_fn(|context| {
        // What needs to wait for nothing, as most reads, needs no turn.
        if turn.is_none()
            && let Poll::Ready(output) = future.as_mut().poll(context)
        {
            return Poll::Ready(output);
        }
        let same = turn.take().filter(|(task, _)| task.will_wake(context.waker()));
        let (_, waker) = turn.insert(same.unwrap_or_else(|| {
            let task = context.waker().clone();
            (task.clone(), Waker::from(Arc::new(Turn { task, desk: desk() })))
        }));
        future.as_mut().poll(&mut Context::from_waker(waker))
    })
    .await
}

/// The desk of this worker.
fn desk() -> Arc<Desk> {
    if let Some(desk) = DESK.with_borrow(Clone::clone) {
        return desk;
    }
    let (worker, noted, bell) = (thread::current().id(), Mutex::default(), AtomicWaker::new());
    let desk = Arc::new(Desk { worker, noted, bell });
    DESK.set(Some(Arc::clone(&desk)));
    drop(rt::spawn(Passing(Arc::clone(&desk))));
    desk
}

/// The task of the worker that passes wakes on.
struct Passing(Arc<Desk>);

impl Future for Passing {
    type Output = Infallible;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Infallible> {
        // First: what is noted after the look below rings again.
        self.0.bell.register(context.waker());
        // Taken first: whoever notes something meanwhile does not wait for the wakes.
        let noted = mem::take(&mut *self.0.noted());
        noted.into_iter().for_each(Waker::wake);
        Poll::Pending
    }
}

impl Drop for Passing {
    /// With its worker. Should its thread become another worker, that needs a desk of its own.
    fn drop(&mut self) {
        // At the end of a thread the desk may be gone already.
        let _ = DESK.try_with(RefCell::take);
    }
}

impl Desk {
    /// Nothing panics while it holds the lock; if something did, the notes would still be whole.
    fn noted(&self) -> MutexGuard<'_, Vec<Waker>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Turn {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if thread::current().id() == self.desk.worker {
            self.task.wake_by_ref();
            return;
        }
        self.desk.noted().push(self.task.clone());
        // Always: who noted first may be a hashing thread that gets no core to ring. Once rung, it costs next to nothing.
        self.desk.bell.wake();
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::pin::pin;
    use std::rc::Rc;

    use tokio::runtime::{Builder, LocalOptions, LocalRuntime};
    use tokio::sync::oneshot;

    use super::*;

    /// As actix-server makes it for a worker.
    fn worker() -> LocalRuntime {
        Builder::new_current_thread().enable_all().build_local(LocalOptions::default()).unwrap()
    }

    /// How often tasks that are always ready are polled until a hundred answers of another thread were taken.
    async fn polls_until_answered(turns: bool) -> usize {
        let (polls, busy) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(true)));
        for _ in 0..50 {
            let (polls, busy) = (Rc::clone(&polls), Rc::clone(&busy));
            drop(rt::spawn(poll_fn(move |context| {
                polls.set(polls.get() + 1);
                context.waker().wake_by_ref();
                if busy.get() { Poll::Pending } else { Poll::Ready(()) }
            })));
        }
        let (asked, answers): (Vec<_>, Vec<_>) = (0..100).map(|_| oneshot::channel::<()>()).unzip();
        let waiting: Vec<_> = answers
            .into_iter()
            .map(|answer| rt::spawn(async move { if turns { in_turn(pin!(answer)).await } else { answer.await } }))
            .collect();
        // Until all of them wait.
        while polls.get() < 1_000 {
            rt::spawn(async {}).await.unwrap();
        }
        let another = move || asked.into_iter().for_each(|answer| answer.send(()).unwrap());
        thread::spawn(another).join().unwrap();
        let before = polls.get();
        for one in waiting {
            one.await.unwrap().unwrap();
        }
        busy.set(false);
        polls.get() - before
    }

    #[test]
    fn answers_from_elsewhere_do_not_wait_for_all_that_comes_later() {
        let without = worker().block_on(polls_until_answered(false));
        assert!(without > 2_000, "{without}: tokio has become fairer, so this file can go");
        let with = worker().block_on(polls_until_answered(true));
        assert!(with < 500, "{with}");
    }

    #[actix_web::test]
    async fn nor_do_they_where_actix_has_a_system() {
        let with = polls_until_answered(true).await;
        assert!(with < 500, "{with}");
    }

    #[test]
    fn a_thread_that_becomes_another_worker_gets_another_desk() {
        for _ in 0..2 {
            let answered = worker().block_on(async {
                let (asked, answer) = oneshot::channel();
                let waiting = rt::spawn(async move { in_turn(pin!(answer)).await });
                rt::spawn(async {}).await.unwrap();
                thread::spawn(move || asked.send(7).unwrap()).join().unwrap();
                waiting.await.unwrap()
            });
            assert_eq!(answered.unwrap(), 7);
        }
    }

    #[actix_web::test]
    async fn what_is_ready_waits_for_nothing_and_a_wake_of_the_own_thread_counts() {
        assert_eq!(in_turn(pin!(async { 7 })).await, 7);
        let (asked, answer) = oneshot::channel();
        let waiting = rt::spawn(async move { in_turn(pin!(answer)).await });
        rt::spawn(async {}).await.unwrap();
        asked.send(8).unwrap();
        assert_eq!(waiting.await.unwrap().unwrap(), 8);
    }
}
