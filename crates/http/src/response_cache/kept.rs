//! One answer as it is kept, plain and compressed.

use std::io::Write as _;
use std::time::Instant;

use actix_web::body::{BodySize, MessageBody as _, to_bytes};
use actix_web::http::StatusCode;
use actix_web::http::header::{
    AGE, AcceptEncoding, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, Encoding, Header as _, HeaderName,
    HeaderValue, IF_NONE_MATCH,
};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::Keep;
use crate::reply::{has_tag, tag_of};

/// Bodies below this many bytes are not worth compressing.
const COMPRESSED_FROM: usize = 1024;

/// What a kept answer weighs beside its bodies, roughly, in bytes.
const OVERHEAD: usize = 512;

/// An answer with 200, as it is given again.
pub(super) struct Kept {
    pub(super) keep: Keep,
    headers: Vec<(HeaderName, HeaderValue)>,
    tag: String,
    plain: Bytes,
    compressed: Option<Bytes>,
    made_at: Instant,
}

impl Kept {
    /// Keeps an answer; `None` for any but 200, and for one of more than `bytes_max` bytes or of unknown length.
    pub(super) async fn of(response: HttpResponse, keep: Keep, bytes_max: usize) -> Option<Self> {
        let fits = match response.body().size() {
            BodySize::Sized(bytes) => usize::try_from(bytes).is_ok_and(|bytes| bytes <= bytes_max),
            BodySize::None | BodySize::Stream => false,
        };
        if response.status() != StatusCode::OK || !fits {
            return None;
        }
        let (head, body) = response.into_parts();
        let plain = to_bytes(body).await.ok()?;
        let headers = head.headers().iter().filter(|(name, _)| ![CACHE_CONTROL, ETAG].contains(*name));
        let headers: Vec<_> = headers.map(|(name, value)| (name.clone(), value.clone())).collect();
        let compressed = is_text(&headers).then(|| compressed(&plain)).flatten();
        Some(Self { keep, headers, tag: tag_of(&plain), plain, compressed, made_at: Instant::now() })
    }

    /// What it weighs, in bytes.
    pub(super) fn weight(&self, path: &str) -> u32 {
        let bodies = self.plain.len().saturating_add(self.compressed.as_ref().map_or(0, Bytes::len));
        u32::try_from(bodies.saturating_add(path.len()).saturating_add(OVERHEAD)).unwrap_or(u32::MAX)
    }

    /// The answer to a request: 304 when the client has it already.
    pub(super) fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let known = has_tag(request.headers(), IF_NONE_MATCH, &self.tag);
        let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        self.lifetime(&mut response);
        response.insert_header((ETAG, self.tag.as_str()));
        if known {
            return response.finish();
        }
        for (name, value) in &self.headers {
            response.append_header((name.clone(), value.clone()));
        }
        match self.compressed.as_ref().filter(|_| takes_gzip(request)) {
            Some(bytes) => response.insert_header((CONTENT_ENCODING, "gzip")).body(bytes.clone()),
            None => response.body(self.plain.clone()),
        }
    }

    fn lifetime(&self, response: &mut HttpResponseBuilder) {
        let (clients, age) = (self.keep.clients_seconds, self.made_at.elapsed().as_secs());
        if clients == 0 {
            response.insert_header((CACHE_CONTROL, "no-store"));
        } else {
            // The age counts against the client's time (RFC 9111, section 4.2.3), so nobody keeps it longer than the rule.
            response.insert_header((CACHE_CONTROL, format!("public, max-age={clients}")));
            response.insert_header((AGE, age.to_string()));
        }
    }
}

fn is_text(headers: &[(HeaderName, HeaderValue)]) -> bool {
    let media_type = headers.iter().find(|(name, _)| name == CONTENT_TYPE).and_then(|(_, value)| value.to_str().ok());
    let essence = media_type.unwrap_or("").split(';').next().unwrap_or("").trim();
    essence.starts_with("text/")
        || essence.ends_with("json")
        || essence.ends_with("javascript")
        || essence.ends_with("xml")
}

/// The bytes in gzip, when that makes them fewer.
fn compressed(plain: &Bytes) -> Option<Bytes> {
    if plain.len() < COMPRESSED_FROM {
        return None;
    }
    // Done once for each time it is kept, so it may take its time.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).ok()?;
    let bytes = encoder.finish().ok()?;
    (bytes.len() < plain.len()).then(|| bytes.into())
}

fn takes_gzip(request: &HttpRequest) -> bool {
    let Ok(accepted) = AcceptEncoding::parse(request) else { return false };
    let offered = [Encoding::gzip(), Encoding::identity()];
    accepted.negotiate(offered.iter()).is_some_and(|chosen| chosen == Encoding::gzip())
}
