//! Ending copies after the commit, in one place.

use ofektom_cache::{Caches, Mode, Tag};
use ofektom_domain::ports::{StoreError, StoreResult};
use ofektom_domain::reader::{read_as, reader};
use tracing::Instrument as _;

/// Lets a change of the store come to its end, then ends the copies that it made wrong; only then the answer goes on.
///
/// It runs in a task of its own. A client that goes away between the commit and the ending would otherwise leave old
/// copies behind. `tags` is told what the store answered, or nothing when it failed: whether a failed change happened may
/// be unknown, so what it would have changed is ended too.
///
/// # Errors
/// Those of `change`.
pub(super) async fn ending<T, C, F>(caches: &Caches, change: C, tags: F) -> StoreResult<T>
where
    T: Send + 'static,
    C: Future<Output = StoreResult<T>> + Send + 'static,
    F: FnOnce(Option<&T>) -> Vec<Tag> + Send + 'static,
{
    if caches.mode() == Mode::Off {
        return change.await;
    }
    let (ending, reader) = (caches.clone(), reader());
    let changing = async move {
        let result = change.await;
        let tags = tags(result.as_ref().ok());
        if !tags.is_empty() {
            ending.invalidate(&tags);
        }
        result
    };
    // For whom it is done goes along: a store with several copies of its data notes who wrote.
    let changing = async move {
        match reader {
            Some(reader) => read_as(reader, changing).await,
            None => changing.await,
        }
    };
    match caches.spawn(changing.in_current_span()).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is shutting down.
            Err(_) => Err(StoreError::Unavailable(None)),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use ofektom_cache::CachesSettings;
    use ofektom_domain::ids::{IdFactory, UserId};
    use tokio::runtime::Builder;

    use super::*;

    #[test]
    fn a_change_is_made_where_the_caches_were_started_and_still_for_whoever_asked() {
        let caches = Caches::new(CachesSettings { mode: Mode::Memory, ..CachesSettings::default() }).unwrap();
        let user: UserId = IdFactory::new(jiff::Timestamp::UNIX_EPOCH, 1).make();
        let program = Builder::new_multi_thread().worker_threads(1).build().unwrap();
        program.block_on(async { caches.start() });
        let change = async || Ok::<_, StoreError>((reader(), thread::current().id()));
        let worker = Builder::new_current_thread().build().unwrap();
        let made = worker.block_on(read_as(user, ending(&caches, change(), |_| Vec::new())));
        let (reader, thread) = made.unwrap();
        assert_eq!(reader, Some(user));
        assert_ne!(thread, thread::current().id());
    }

    #[tokio::test]
    async fn a_change_is_made_for_whoever_asked_for_it() {
        let caches = Caches::new(CachesSettings { mode: Mode::Memory, ..CachesSettings::default() }).unwrap();
        let user: UserId = IdFactory::new(jiff::Timestamp::UNIX_EPOCH, 1).make();
        let change = async || Ok::<_, StoreError>(reader());
        assert_eq!(read_as(user, ending(&caches, change(), |_| Vec::new())).await.unwrap(), Some(user));
        assert_eq!(ending(&caches, change(), |_| Vec::new()).await.unwrap(), None);
    }
}
