//! Keeps the answers of public routes that their rows name, and gives them again.
//!
//! Nothing else is ever kept: a row must say so ([`Keep`]), it must be public, and a request that brings a token or a
//! cookie goes past. The key is the path alone, so made-up queries cannot fill it; only answers with 200 are kept; the
//! bytes are bounded. While an answer is being made, others who want it wait for that one.

mod kept;
mod stats;

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, COOKIE, HeaderName, HeaderValue, VARY};
use actix_web::{HttpRequest, HttpResponse};

use self::kept::Kept;
use self::stats::Counters;
pub use self::stats::ResponseCacheStatus;

/// Whether the answer was kept: `HIT`, `MISS`, or `BYPASS` for one that may not come from here.
pub const X_CACHE: HeaderName = HeaderName::from_static("x-cache");

/// What an answer may weigh to be kept, in bytes.
const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;

/// For how long the answer of a public route holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// In this process, in seconds.
    pub here_seconds: u64,
    /// With clients and proxies, in seconds; zero asks them to keep nothing.
    pub clients_seconds: u64,
}

/// The answers that are kept in this process.
pub struct ResponseCache {
    /// `None` keeps nothing.
    answers: Option<moka::future::Cache<String, Arc<Kept>>>,
    counters: Counters,
}

/// An answer that is not kept: any but 200, and one that is too large.
struct NotKept;

/// Each answer lives as long as its route says.
struct ByRule;

impl moka::Expiry<String, Arc<Kept>> for ByRule {
    fn expire_after_create(&self, _path: &String, kept: &Arc<Kept>, _created_at: Instant) -> Option<Duration> {
        Some(Duration::from_secs(kept.keep.here_seconds))
    }
}

impl ResponseCache {
    /// Keeps answers of up to `bytes_max` bytes together; zero keeps nothing.
    #[must_use]
    pub fn new(bytes_max: u64) -> Self {
        let build = || {
            moka::future::Cache::builder()
                .max_capacity(bytes_max)
                .weigher(|path: &String, kept: &Arc<Kept>| kept.weight(path))
                .expire_after(ByRule)
                .build()
        };
        Self { answers: (bytes_max > 0).then(build), counters: Counters::default() }
    }

    /// How it has served so far.
    #[must_use]
    pub fn status(&self) -> ResponseCacheStatus {
        let answers = self.answers.as_ref();
        self.counters.status(
            answers.map_or(0, moka::future::Cache::entry_count),
            answers.map_or(0, moka::future::Cache::weighted_size),
        )
    }

    /// Waits until what is to be thrown away is gone.
    #[cfg(test)]
    pub(crate) async fn settle(&self) {
        if let Some(answers) = &self.answers {
            answers.run_pending_tasks().await;
        }
    }

    /// The answer to a request of a route with a rule: the one that is kept, or the one that `make` makes.
    ///
    /// # Errors
    /// Those of `make`.
    pub(crate) async fn answer<E, M>(
        &self,
        request: &HttpRequest,
        keep: Keep,
        make: impl Fn() -> M,
    ) -> Result<HttpResponse, E>
    where
        M: Future<Output = Result<HttpResponse, E>>,
    {
        let personal = [AUTHORIZATION, COOKIE].iter().any(|name| request.headers().contains_key(name));
        let Some(answers) = self.answers.as_ref().filter(|_| !personal) else {
            self.counters.bypassed();
            return Ok(marked(make().await?, "BYPASS"));
        };
        let made = Cell::new(false);
        let making = async {
            made.set(true);
            Kept::of(make().await.map_err(|_error| NotKept)?, keep, ANSWER_BYTES_MAX).await.ok_or(NotKept)
        };
        let found = answers.try_get_with_by_ref(request.path(), async { making.await.map(Arc::new) }).await;
        let Ok(kept) = found else {
            // Problems tell of their own request, so each caller gets one of his own.
            self.counters.missed();
            return make().await;
        };
        let mark = if made.get() { self.counters.missed() } else { self.counters.hit() };
        Ok(marked(kept.answer(request), mark))
    }
}

impl std::fmt::Debug for ResponseCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ResponseCache").field(&self.status()).finish()
    }
}

fn marked(mut response: HttpResponse, mark: &'static str) -> HttpResponse {
    let headers = response.headers_mut();
    headers.insert(X_CACHE, HeaderValue::from_static(mark));
    if mark == "BYPASS" {
        // Whoever brings a token or a cookie gets the answer for himself: what lies between must not keep it.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding, Authorization, Cookie"));
    response
}
