//! The OpenAPI document and a page to browse it, which needs nothing from other servers.

use std::sync::{Arc, LazyLock};

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION};
use utoipa_swagger_ui::Config;

use crate::extract::ApiPath;
use crate::openapi::openapi_json;
use crate::problem::{ApiResult, Problem, kind};

/// The page's scripts and styles come from here; it sets some styles inline and has its icons in data URLs.
const PAGE_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";

static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| Arc::new(Config::from("/openapi.json")));

/// `GET /openapi.json`
///
/// # Errors
/// None.
pub async fn openapi() -> ApiResult {
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, "application/json")).body(openapi_json()))
}

/// `GET /docs`
///
/// # Errors
/// None.
pub async fn docs_page() -> ApiResult {
    Ok(HttpResponse::PermanentRedirect().insert_header((LOCATION, "/docs/")).finish())
}

/// `GET /docs/{file}`
///
/// # Errors
/// 404 for a file that the page does not have.
pub async fn docs_file(ApiPath(file): ApiPath<String>) -> ApiResult {
    let found =
        utoipa_swagger_ui::serve(&file, Arc::clone(&CONFIG)).map_err(|error| Problem::internal(error.to_string()))?;
    let file = found.ok_or_else(|| Problem::new(kind::NOT_FOUND))?;
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, file.content_type)).insert_header((CACHE_CONTROL, "max-age=3600"));
    Ok(response.insert_header((CONTENT_SECURITY_POLICY, PAGE_POLICY)).body(file.bytes.into_owned()))
}
