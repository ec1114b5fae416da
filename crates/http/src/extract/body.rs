//! The request's body, which the envelope has read before any handler runs.

use actix_web::http::Method;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap};
use actix_web::{HttpMessage, HttpRequest};
use bytes::Bytes;
use ofektom_domain::refusal::FieldError;

use crate::problem::{Problem, kind};

/// The whole body of a request.
#[derive(Clone, Debug)]
pub struct RequestBody(pub Bytes);

/// The body, declared as JSON. None is `{}`, except for a change: that says what to change.
pub(super) fn json_of(request: &HttpRequest) -> Result<Bytes, Problem> {
    let body = request.extensions().get::<RequestBody>().map(|body| body.0.clone()).unwrap_or_default();
    if body.is_empty() {
        if request.method() == Method::PATCH {
            return Err(Problem::validation(vec![FieldError::new("", "required", "the body must be a JSON object")]));
        }
        return Ok(Bytes::from_static(b"{}"));
    }
    if is_json(request.headers()) {
        return Ok(body);
    }
    Err(Problem::new(kind::UNSUPPORTED_MEDIA_TYPE).detail("the Content-Type must be application/json"))
}

/// The body, declared as CSV.
///
/// # Errors
/// 415 when it is declared as something else.
pub(super) fn csv_of(request: &HttpRequest) -> Result<Bytes, Problem> {
    let essence = essence_of(request.headers());
    if !["text/csv", "application/csv"].contains(&essence.as_str()) {
        return Err(Problem::new(kind::UNSUPPORTED_MEDIA_TYPE).detail("the Content-Type must be text/csv"));
    }
    Ok(request.extensions().get::<RequestBody>().map(|body| body.0.clone()).unwrap_or_default())
}

fn is_json(headers: &HeaderMap) -> bool {
    essence_of(headers) == "application/json"
}

/// The declared media type, in small letters and without parameters.
fn essence_of(headers: &HeaderMap) -> String {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn read(content_type: &str, body: &'static str) -> Result<Bytes, u16> {
        let request = TestRequest::post().insert_header((CONTENT_TYPE, content_type)).to_http_request();
        request.extensions_mut().insert(RequestBody(Bytes::from_static(body.as_bytes())));
        json_of(&request).map_err(|problem| problem.kind.status)
    }

    #[test]
    fn a_body_must_say_that_it_is_json() {
        assert_eq!(read("application/json", "{\"a\":1}"), Ok(Bytes::from_static(b"{\"a\":1}")));
        assert!(read("Application/JSON; charset=utf-8", "{}").is_ok());
        assert_eq!(read("text/plain", "{}"), Err(415));
        assert_eq!(read("application/x-www-form-urlencoded", "a=1"), Err(415));
        assert_eq!(read("text/plain", ""), Ok(Bytes::from_static(b"{}")));
    }

    #[test]
    fn a_change_has_a_body() {
        let request = TestRequest::patch().to_http_request();
        assert_eq!(json_of(&request).unwrap_err().kind, kind::VALIDATION_FAILED);
    }
}
