//! A money request: its key, the hash of what makes it the same request, and its checked body.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use bytes::Bytes;
use ofektom_app::IdempotencyInput;
use ofektom_domain::idempotency::{IdempotencyKey, Render, RequestHash};
use sha2::{Digest, Sha256};

use super::body::{csv_of, json_of};
use super::json::body_of;
use crate::problem::{Problem, kind};
use crate::wire::{Check, Checks};

/// The header that makes a request exactly-once.
const HEADER: &str = "idempotency-key";

/// A money request.
#[derive(Debug)]
pub struct Idempotent<B: Check> {
    /// The key that the client chose.
    pub key: IdempotencyKey,
    /// SHA-256 over method, path and body.
    pub request_hash: RequestHash,
    /// The checked body.
    pub input: B::Output,
}

impl<B: Check> Idempotent<B> {
    /// The checked body, and what makes the command exactly-once with the answer that `render` makes.
    pub fn rendered_by<O>(self, render: Render<O>) -> (B::Output, IdempotencyInput<O>) {
        (self.input, IdempotencyInput { key: self.key, request_hash: self.request_hash, render })
    }
}

impl<B: Check + 'static> FromRequest for Idempotent<B> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request))
    }
}

/// A money request whose body is a file.
#[derive(Debug)]
pub struct IdempotentFile {
    /// The key that the client chose.
    pub key: IdempotencyKey,
    /// SHA-256 over method, path and file.
    pub request_hash: RequestHash,
    /// The file.
    pub bytes: Bytes,
}

impl IdempotentFile {
    /// The file of a request, declared as CSV, under its key.
    ///
    /// # Errors
    /// 400 without a usable key, 415 when the body is declared as something else.
    pub fn read(request: &HttpRequest) -> Result<Self, Problem> {
        let key = key_of(request)?;
        let bytes = csv_of(request)?;
        Ok(Self { key, request_hash: hash_of(request.method().as_str(), request.path(), &bytes), bytes })
    }
}

fn read<B: Check>(request: &HttpRequest) -> Result<Idempotent<B>, Problem> {
    let key = key_of(request)?;
    let body = json_of(request)?;
    let request_hash = hash_of(request.method().as_str(), request.path(), &body);
    Ok(Idempotent { key, request_hash, input: Checks::run_request(body_of::<B>(&body)?)? })
}

fn key_of(request: &HttpRequest) -> Result<IdempotencyKey, Problem> {
    let mut values = request.headers().get_all(HEADER);
    let missing =
        || Problem::new(kind::IDEMPOTENCY_KEY_MISSING).detail("send an Idempotency-Key header with a new UUID");
    let value = values.next().ok_or_else(missing)?;
    let invalid = |why: String| Problem::new(kind::IDEMPOTENCY_KEY_INVALID).detail(why);
    if values.next().is_some() {
        return Err(invalid("the Idempotency-Key header must be given once".to_owned()));
    }
    let text = value.to_str().unwrap_or("");
    text.parse().map_err(|error| invalid(format!("the Idempotency-Key header {error}")))
}

/// Each part is preceded by its length, so that no two requests have the same text.
fn hash_of(method: &str, path: &str, body: &[u8]) -> RequestHash {
    let mut hash = Sha256::new();
    for part in [method.as_bytes(), path.as_bytes(), body] {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    RequestHash(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use actix_web::HttpMessage;
    use actix_web::test::TestRequest;

    use super::*;
    use crate::extract::RequestBody;
    use crate::wire::Nothing;

    fn refused(request: TestRequest) -> &'static str {
        read::<Nothing>(&request.to_http_request()).unwrap_err().kind.code
    }

    #[test]
    fn the_key_must_be_given_once_and_be_visible_ascii() {
        assert_eq!(refused(TestRequest::post()), "idempotency_key_missing");
        assert_eq!(refused(TestRequest::post().insert_header((HEADER, ""))), "idempotency_key_invalid");
        assert_eq!(refused(TestRequest::post().insert_header((HEADER, "a b"))), "idempotency_key_invalid");
        assert_eq!(refused(TestRequest::post().insert_header((HEADER, "a".repeat(256)))), "idempotency_key_invalid");
        let twice = TestRequest::post().append_header((HEADER, "a")).append_header((HEADER, "a"));
        assert_eq!(refused(twice), "idempotency_key_invalid");
    }

    #[test]
    fn the_hash_tells_requests_apart() {
        let hash = |method, path, body: &str| hash_of(method, path, body.as_bytes()).0;
        assert_eq!(hash("POST", "/a", "{}"), hash("POST", "/a", "{}"));
        assert_ne!(hash("POST", "/a", "{}"), hash("POST", "/b", "{}"));
        assert_ne!(hash("POST", "/a", "{}"), hash("PUT", "/a", "{}"));
        assert_ne!(hash("POST", "/a", "b{}"), hash("POST", "/ab", "{}"));
    }

    #[test]
    fn a_body_may_be_missing_where_nothing_is_asked() {
        let request = TestRequest::post().insert_header((HEADER, "k-1")).to_http_request();
        assert!(read::<Nothing>(&request).is_ok());
        let request =
            TestRequest::post().insert_header((HEADER, "k-1")).insert_header(("content-type", "application/json"));
        let request = request.to_http_request();
        request.extensions_mut().insert(RequestBody(Bytes::from_static(b"{\"x\":1}")));
        assert_eq!(read::<Nothing>(&request).unwrap_err().kind.code, "validation_failed");
    }
}
