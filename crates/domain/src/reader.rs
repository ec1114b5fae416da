//! For whom something is read or written: the signed-in person of a request, known to whatever works for it.
//!
//! It decides nothing about what he may see; that is what scopes are for. A store that has several copies of its data uses it
//! to choose a copy that has what he wrote himself.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;

use crate::ids::UserId;

thread_local! {
    static READER: Cell<Option<UserId>> = const { Cell::new(None) };
}

/// Puts back who was there before, also when the work panics.
struct Before(Option<UserId>);

impl Drop for Before {
    fn drop(&mut self) {
        READER.set(self.0);
    }
}

/// Does `work` for somebody. Tasks that it spawns are nobody's.
pub async fn read_as<F: Future>(user: UserId, work: F) -> F::Output {
    let mut work = pin!(work);
    poll_fn(|task| {
        // Set for each step, because another request's step may run on this thread in between.
        let _before = Before(READER.replace(Some(user)));
        work.as_mut().poll(task)
    })
    .await
}

/// For whom the caller works; `None` for jobs, commands and requests of nobody.
#[must_use]
pub fn reader() -> Option<UserId> {
    READER.get()
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::ids::IdFactory;

    #[test]
    fn each_step_is_done_for_its_own_reader() {
        let mut ids = IdFactory::new("2025-03-01T00:00:00Z".parse().unwrap(), 1);
        let (ann, bob): (UserId, UserId) = (ids.make(), ids.make());
        let twice = async || {
            let first = reader();
            let mut waited = false;
            poll_fn(|_| if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }).await;
            (first, reader())
        };
        let (mut for_ann, mut for_bob) = (Box::pin(read_as(ann, twice())), Box::pin(read_as(bob, twice())));
        let mut task = Context::from_waker(Waker::noop());
        assert!(for_ann.as_mut().poll(&mut task).is_pending());
        assert_eq!(reader(), None);
        assert!(for_bob.as_mut().poll(&mut task).is_pending());
        assert_eq!(for_ann.as_mut().poll(&mut task), Poll::Ready((Some(ann), Some(ann))));
        assert_eq!(for_bob.as_mut().poll(&mut task), Poll::Ready((Some(bob), Some(bob))));
    }
}
