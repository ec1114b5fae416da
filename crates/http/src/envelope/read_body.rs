//! Reads the whole body before anything else: with a bound in bytes and in time, so that handlers wait for nothing, and a
//! client that sends too much gets an answer instead of a reset connection.

use std::time::Duration;

use actix_web::HttpMessage;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, TRANSFER_ENCODING};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;

use crate::problem::{Problem, kind};

/// Most bytes of a body.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;
/// Most bytes of a body that is declared as a table: a file to import.
const FILE_BYTES_MAX: usize = ofektom_domain::import::FILE_BYTES_MAX;
/// Most bytes that are read and thrown away, so that a client that sends too much hears why.
const DRAINED_BYTES_MAX: usize = 64 * 1024 * 1024;
/// How long a body may take.
const BODY_SECONDS_MAX: u64 = 30;

/// The body of a request; empty when it has none.
///
/// # Errors
/// 413 for a body over the limit, 408 for a slow one, 400 for one that breaks off, 415 for a compressed one.
pub(super) async fn read(request: &mut ServiceRequest) -> Result<Bytes, Problem> {
    if !has_body(request.headers()) {
        return Ok(Bytes::new());
    }
    let compressed = request.headers().get(CONTENT_ENCODING).is_some_and(|coding| coding != "identity");
    let declared = declared_length(request.headers());
    let bytes_max = bytes_max(request.headers());
    let mut payload = request.take_payload();
    let reading = collect(&mut payload, declared, bytes_max);
    let read = tokio::time::timeout(Duration::from_secs(BODY_SECONDS_MAX), reading).await;
    let slow = || Problem { close: true, ..Problem::new(kind::REQUEST_TIMEOUT) };
    let body = read.map_err(|_elapsed| slow())??;
    if compressed {
        return Err(Problem::new(kind::UNSUPPORTED_MEDIA_TYPE).detail("send the body without Content-Encoding"));
    }
    Ok(body)
}

fn bytes_max(headers: &HeaderMap) -> usize {
    let declared = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let is_table = declared.split(';').next().is_some_and(|essence| essence.trim().eq_ignore_ascii_case("text/csv"));
    if is_table { FILE_BYTES_MAX } else { BODY_BYTES_MAX }
}

fn has_body(headers: &HeaderMap) -> bool {
    headers.contains_key(TRANSFER_ENCODING) || declared_length(headers).is_some_and(|length| length > 0)
}

fn declared_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn collect(payload: &mut Payload, declared: Option<usize>, bytes_max: usize) -> Result<Bytes, Problem> {
    let mut body = BytesMut::with_capacity(declared.unwrap_or(0).min(bytes_max));
    let mut seen = 0_usize;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem { close: true, ..Problem::new(kind::BODY_UNREADABLE) })?;
        seen = seen.saturating_add(chunk.len());
        if seen > DRAINED_BYTES_MAX {
            return Err(Problem { close: true, ..too_large(bytes_max) });
        }
        if seen <= bytes_max {
            body.extend_from_slice(&chunk);
        } else {
            body = BytesMut::new();
        }
    }
    if seen > bytes_max { Err(too_large(bytes_max)) } else { Ok(body.freeze()) }
}

fn too_large(bytes_max: usize) -> Problem {
    Problem::new(kind::BODY_TOO_LARGE).detail(format!("the body may have at most {bytes_max} bytes"))
}
