//! JSON answers, written once.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_TYPE, LOCATION};
use ofektom_app::Shown;
use serde::Serialize;

use crate::problem::{ApiResult, Problem};

/// The media type of all JSON answers but problems.
pub(super) const MEDIA_TYPE: &str = "application/json";

/// A view as JSON.
///
/// # Errors
/// A defect, when the view cannot be written.
pub fn json_bytes(view: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(view).map_err(Problem::internal)
}

/// 200 with a view.
///
/// # Errors
/// A defect, when the view cannot be written.
pub fn ok(view: &impl Serialize) -> ApiResult {
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, MEDIA_TYPE)).body(json_bytes(view)?))
}

/// 200 with what was written.
pub(super) fn ok_shown(shown: &Shown) -> HttpResponse {
    HttpResponse::Ok().insert_header((CONTENT_TYPE, MEDIA_TYPE)).body(shown.body.clone())
}

/// 201 with the place of what was created, and a view of it.
///
/// # Errors
/// A defect, when the view cannot be written.
pub fn created(location: &str, view: &impl Serialize) -> ApiResult {
    let mut response = HttpResponse::Created();
    response.insert_header((LOCATION, location)).insert_header((CONTENT_TYPE, MEDIA_TYPE));
    Ok(response.body(json_bytes(view)?))
}

/// 202 with a view: the rest happens after the answer.
///
/// # Errors
/// A defect, when the view cannot be written.
pub fn accepted(view: &impl Serialize) -> ApiResult {
    Ok(HttpResponse::Accepted().insert_header((CONTENT_TYPE, MEDIA_TYPE)).body(json_bytes(view)?))
}

/// 204.
///
/// # Errors
/// None.
pub fn no_content() -> ApiResult {
    Ok(HttpResponse::NoContent().finish())
}
