//! What a unit of work is: an async closure over a connection, which can be run again.

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
