//! Single reads: an entity tag over the body, and 304 when the client has it already. Changes: 412 when what the client had seen
//! is not what is there.

use std::hash::{DefaultHasher, Hasher};

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, IF_MATCH, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse};
use ofektom_app::Shown;
use serde::Serialize;

use super::json::{MEDIA_TYPE, json_bytes};
use crate::problem::{ApiResult, Problem, kind};

/// How a client may keep a single read: for itself, and asking each time whether it still holds.
pub const CACHEABLE: &str = "private, no-cache";

/// 200 with a view and its entity tag, or 304 when the client has it.
///
/// # Errors
/// A defect, when the view cannot be written.
pub fn single(request: &HttpRequest, view: &impl Serialize) -> ApiResult {
    Ok(single_shown(request, &shown(view)?))
}

/// A view, written once, with its entity tag.
///
/// # Errors
/// A defect, when the view cannot be written.
pub fn shown(view: &impl Serialize) -> Result<Shown, Problem> {
    let body = json_bytes(view)?;
    Ok(Shown { tag: tag_of(&body).into(), body: body.into() })
}

/// 200 with what was written and its entity tag, or 304 when the client has it.
pub fn single_shown(request: &HttpRequest, shown: &Shown) -> HttpResponse {
    let known = has_tag(request.headers(), IF_NONE_MATCH, &shown.tag);
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((CACHE_CONTROL, CACHEABLE)).insert_header((ETAG, &*shown.tag));
    if known {
        return response.finish();
    }
    response.insert_header((CONTENT_TYPE, MEDIA_TYPE)).body(shown.body.clone())
}

/// 200 with a view and its entity tag: what a single read would give now.
///
/// # Errors
/// A defect, when the view cannot be written.
pub fn tagged(view: &impl Serialize) -> ApiResult {
    let body = json_bytes(view)?;
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, CACHEABLE)).insert_header((ETAG, tag_of(&body)));
    Ok(response.insert_header((CONTENT_TYPE, MEDIA_TYPE)).body(body))
}

/// Whether a change is meant for what the client has seen, and for nothing else.
pub fn is_conditional(request: &HttpRequest) -> bool {
    request.headers().contains_key(IF_MATCH)
}

/// Checks that `If-Match` names the view as it is now. The tags are weak, so they are compared as weak ones, though RFC 9110
/// (section 13.1.1) would have them never match: two views with the same tag are the same state of the resource.
///
/// # Errors
/// 412 when it does not; a defect, when the view cannot be written.
pub fn if_match(request: &HttpRequest, view: &impl Serialize) -> Result<(), Problem> {
    let tag = tag_of(&json_bytes(view)?);
    if has_tag(request.headers(), IF_MATCH, &tag) { Ok(()) } else { Err(Problem::new(kind::VERSION_CONFLICT)) }
}

/// A weak tag: what it tags is compared by 64 bits, and may be compressed on its way.
pub fn tag_of(body: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(body);
    format!("W/\"{:016x}\"", hasher.finish())
}

/// Whether a condition names the tag, by weak comparison (RFC 9110, section 13.1.2).
pub fn has_tag(headers: &HeaderMap, condition: HeaderName, tag: &str) -> bool {
    let opaque = |text: &str| text.trim().trim_start_matches("W/").to_owned();
    let named = headers.get_all(condition).filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(','));
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

    #[test]
    fn a_change_is_made_to_what_was_seen_only() {
        let view = serde_json::json!({"balance": "5.00"});
        let tag = tagged(&view).unwrap().headers().get(ETAG).unwrap().to_str().unwrap().to_owned();
        let status = |condition: &str, view| {
            let request = TestRequest::patch().insert_header((IF_MATCH, condition)).to_http_request();
            assert!(is_conditional(&request));
            if_match(&request, view).map_err(|problem| problem.kind.status)
        };
        assert_eq!((status(&tag, &view), status("*", &view)), (Ok(()), Ok(())));
        assert_eq!(status(&tag, &serde_json::json!({"balance": "6.00"})), Err(412));
        assert!(!is_conditional(&TestRequest::patch().to_http_request()));
    }
}
