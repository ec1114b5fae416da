//! What a unit of work is: an async closure over a connection, which can be run again.

use std::any::Any;
use std::marker::PhantomData;
use std::pin::Pin;

use super::conn::Conn;
use super::error::DbResult;

/// An async closure whose future may move between threads.
///
/// `AsyncFnOnce` alone cannot say that its future is `Send`; this names the future, so that it can.
pub(crate) trait SendCall<A, R>: AsyncFnOnce(A) -> R + FnOnce(A) -> <Self as SendCall<A, R>>::Answer {
    /// The future of the call.
    type Answer: Future<Output = R> + Send;
}

impl<F, A, R, Answer> SendCall<A, R> for F
where
    F: AsyncFnOnce(A) -> R + FnOnce(A) -> Answer,
    Answer: Future<Output = R> + Send,
{
    type Answer = Answer;
}

/// A unit of work with the answer `T`. It is cloned before each attempt, so large inputs belong in an `Arc`.
pub(crate) trait Work<T>:
    for<'c> AsyncFnOnce(&'c mut Conn) -> DbResult<T> + for<'c> SendCall<&'c mut Conn, DbResult<T>> + Clone + Send + 'static
{
}

impl<F, T> Work<T> for F where
    F: for<'c> AsyncFnOnce(&'c mut Conn) -> DbResult<T>
        + for<'c> SendCall<&'c mut Conn, DbResult<T>>
        + Clone
        + Send
        + 'static
{
}

/// What a unit of work answers, its type not known.
pub(crate) type Answer = Box<dyn Any + Send>;

/// A unit of work of any type. What happens behind the doors (tasks, time-outs, retries, transactions) is compiled once for it,
/// and not again for each of the hundreds of closures in this crate.
pub(crate) trait Unit: Send {
    /// Begins an attempt.
    fn attempt<'c>(&mut self, conn: &'c mut Conn) -> Pin<Box<dyn Future<Output = DbResult<Answer>> + Send + 'c>>;
}

struct Typed<W, T> {
    work: W,
    answer: PhantomData<fn() -> T>,
}

impl<T: Send + 'static, W: Work<T>> Unit for Typed<W, T> {
    fn attempt<'c>(&mut self, conn: &'c mut Conn) -> Pin<Box<dyn Future<Output = DbResult<Answer>> + Send + 'c>> {
        let work = self.work.clone();
        Box::pin(async move {
            let answer: Answer = Box::new(work(conn).await?);
            Ok(answer)
        })
    }
}

/// The unit that `work` is.
pub(crate) fn unit_of<T: Send + 'static>(work: impl Work<T>) -> Box<dyn Unit> {
    Box::new(Typed { work, answer: PhantomData })
}
