//! The request's id: the client's when it is acceptable, else our own.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use actix_web::http::header::{HeaderMap, HeaderName};

/// The header, in and out.
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of one request: 1 to 64 of `A-Z a-z 0-9 . _ -`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub Arc<str>);

impl RequestId {
    /// The id that the headers bring, or a new one.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let given = headers.get(&HEADER).and_then(|value| value.to_str().ok()).filter(|text| is_acceptable(text));
        Self(given.map_or_else(new, Arc::from))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_acceptable(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=64).contains(&text.len()) && text.bytes().all(plain)
}

/// A random number of the process and a count: unique, and costs no randomness per request.
fn new() -> Arc<str> {
    static PROCESS: OnceLock<u64> = OnceLock::new();
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let process = PROCESS.get_or_init(|| RandomState::new().build_hasher().finish());
    format!("{process:016x}-{:x}", COUNT.fetch_add(1, Ordering::Relaxed)).into()
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn of(text: &str) -> RequestId {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, HeaderValue::from_str(text).unwrap());
        RequestId::of(&headers)
    }

    #[test]
    fn acceptable_ids_are_kept_and_others_replaced() {
        assert_eq!(of("order-7.retry_2").as_str(), "order-7.retry_2");
        for text in ["", "a b", "a;b", "a/b", "a".repeat(65).as_str()] {
            let id = of(text);
            assert_ne!(id.as_str(), text);
            assert!(is_acceptable(id.as_str()));
        }
    }

    #[test]
    fn new_ids_differ() {
        assert_ne!(new(), new());
    }
}
