//! The headers of every answer.

use std::time::Duration;

use actix_web::dev::ServiceResponse;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};

use super::{RequestId, request_id};

const PROCESS_TIME: HeaderName = HeaderName::from_static("x-process-time");

/// Adds the request's id and time and what keeps browsers from guessing; a header that the handler set stays.
pub(super) fn add(response: &mut ServiceResponse, id: &RequestId, elapsed: Duration) {
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        headers.insert(request_id::HEADER, value);
    }
    if let Ok(value) = HeaderValue::from_str(&milliseconds(elapsed)) {
        headers.insert(PROCESS_TIME, value);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    for (name, value) in [(CACHE_CONTROL, "no-store"), (CONTENT_SECURITY_POLICY, "default-src 'none'")] {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

/// Milliseconds with three decimals, without floating point.
pub(super) fn milliseconds(elapsed: Duration) -> String {
    let micros = elapsed.as_micros();
    format!("{}.{:03}", micros / 1_000, micros % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_have_three_decimals() {
        assert_eq!(milliseconds(Duration::from_micros(1_234_056)), "1234.056");
        assert_eq!(milliseconds(Duration::from_nanos(999)), "0.000");
    }
}
