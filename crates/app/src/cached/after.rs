//! Ending copies after the commit, in one place.

use ofektom_cache::{Caches, Mode, Tag};
use ofektom_domain::ports::{StoreError, StoreResult};
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
    let caches = caches.clone();
    let changing = async move {
        let result = change.await;
        let tags = tags(result.as_ref().ok());
        if !tags.is_empty() {
            caches.invalidate(&tags);
        }
        result
    };
    match tokio::spawn(changing.in_current_span()).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is shutting down.
            Err(_) => Err(StoreError::Unavailable(None)),
        },
    }
}
