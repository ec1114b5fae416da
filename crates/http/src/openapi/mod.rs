//! The OpenAPI 3.1 document, made from the table of routes.

mod errors;
mod operation;
mod query;
mod schema_of;

use std::sync::LazyLock;

use actix_web::http::Method;
use utoipa::openapi::path::{HttpMethod, Paths};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, Info, OpenApi, OpenApiBuilder, RefOr, Schema};

pub use errors::refusals_of;
pub use schema_of::SchemaOf;

use crate::problem::ProblemDocument;
use crate::routes::{Row, table};

/// The name of the security scheme.
const BEARER: &str = "bearer";

static JSON: LazyLock<String> =
    LazyLock::new(|| serde_json::to_string(&openapi_document()).unwrap_or_else(|_| "{}".to_owned()));

/// The document as JSON.
#[must_use]
pub fn openapi_json() -> &'static str {
    &JSON
}

/// The document.
#[must_use]
pub fn openapi_document() -> OpenApi {
    let mut paths = Paths::new();
    for row in table() {
        paths.add_path_operation(row.path_template(), vec![http_method(&row.method)], operation::of(row));
    }
    let mut info = Info::new("Ofektom Savings System", env!("CARGO_PKG_VERSION"));
    info.description = Some(DESCRIPTION.to_owned());
    OpenApiBuilder::new().info(info).paths(paths).components(Some(components(table()))).build()
}

const DESCRIPTION: &str = "Thrift savings. Money is a string with two decimals, dates are `YYYY-MM-DD`, instants are \
RFC 3339 in UTC, ids are UUIDs. Lists are pages: `limit` and the `next_cursor` of the page before as `cursor`. Every error \
is a problem document (RFC 9457) with a stable `code`. Requests that move money need an `Idempotency-Key`: sent again with \
the same key, they give the same answer and have no second effect.";

const fn http_method(method: &Method) -> HttpMethod {
    match *method {
        Method::POST => HttpMethod::Post,
        Method::PATCH => HttpMethod::Patch,
        Method::DELETE => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

fn components(rows: &[Row]) -> Components {
    let mut schemas: Vec<(String, RefOr<Schema>)> = Vec::new();
    SchemaOf::of::<ProblemDocument<'_>>().collect(&mut schemas);
    for row in rows {
        let besides = row.besides.as_ref().map(|(_, _, schema)| schema);
        let usual = [&row.body, &row.query, &row.reply.schema].into_iter().flatten();
        for schema in usual.chain(besides) {
            schema.collect(&mut schemas);
        }
    }
    let mut components = Components::new();
    components.schemas.extend(schemas);
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    components.add_security_scheme(BEARER, SecurityScheme::Http(scheme));
    components
}
