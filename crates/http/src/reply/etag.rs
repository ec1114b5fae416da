//! Single reads: an entity tag over the body, and 304 when the client has it already.

use std::hash::{DefaultHasher, Hasher};

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::json::{MEDIA_TYPE, json_bytes};
use crate::problem::ApiResult;

/// How a client may keep a single read: for itself, and asking each time whether it still holds.
pub const CACHEABLE: &str = "private, no-cache";

/// 200 with a view and its entity tag, or 304 when the client has it.
///
/// # Errors
/// A defect, when the view cannot be written.
pub fn single(request: &HttpRequest, view: &impl Serialize) -> ApiResult {
    let body = json_bytes(view)?;
    let tag = tag_of(&body);
    let known = has_tag(request.headers(), &tag);
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((CACHE_CONTROL, CACHEABLE)).insert_header((ETAG, tag));
    if known {
        return Ok(response.finish());
    }
    Ok(response.insert_header((CONTENT_TYPE, MEDIA_TYPE)).body(body))
}

/// A weak tag: what it tags is compared by 64 bits, and may be compressed on its way.
fn tag_of(body: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(body);
    format!("W/\"{:016x}\"", hasher.finish())
}

/// Whether `If-None-Match` names the tag, by weak comparison (RFC 9110, section 13.1.2).
fn has_tag(headers: &HeaderMap, tag: &str) -> bool {
    let opaque = |text: &str| text.trim().trim_start_matches("W/").to_owned();
    let named = headers.get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(','));
    named.into_iter().any(|text| text.trim() == "*" || opaque(text) == opaque(tag))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn answer(if_none_match: Option<&str>) -> HttpResponse {
        let request = TestRequest::get();
        let request = if_none_match.map_or_else(TestRequest::get, |tag| request.insert_header((IF_NONE_MATCH, tag)));
        single(&request.to_http_request(), &serde_json::json!({"balance": "5.00"})).unwrap()
    }

    #[test]
    fn a_client_that_has_the_answer_gets_304() {
        let first = answer(None);
        assert_eq!(first.status(), 200);
        let tag = first.headers().get(ETAG).unwrap().to_str().unwrap().to_owned();
        for named in [tag.clone(), format!("\"other\", {tag}"), tag.trim_start_matches("W/").to_owned(), "*".into()] {
            let second = answer(Some(&named));
            assert_eq!(second.status(), 304, "{named}");
            assert_eq!(second.headers().get(ETAG).unwrap().to_str().unwrap(), tag);
        }
        assert_eq!(answer(Some("\"other\"")).status(), 200);
    }
}
