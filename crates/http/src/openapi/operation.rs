//! One operation of the document, made from one row of the table.

use actix_web::http::Method;
use utoipa::openapi::path::{Operation, OperationBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, HeaderBuilder, Required, Response, ResponseBuilder, SecurityRequirement};

use super::{BEARER, errors, query};
use crate::limits::RateClass;
use crate::routes::{Access, BASE, Row};

/// The operation of a row.
pub(super) fn of(row: &Row) -> Operation {
    let mut operation = OperationBuilder::new()
        .operation_id(Some(row.operation))
        .tag(tag_of(row.path))
        .summary(Some(row.summary))
        .response(row.reply.status.to_string(), success(row));
    let mut parameters = query::path_parameters(&row.path_template());
    parameters.extend(row.query.iter().flat_map(query::query_parameters));
    parameters.extend(row.money.then(query::idempotency_key));
    parameters.extend(row.conditional.then(query::if_match));
    for parameter in parameters {
        operation = operation.parameter(parameter);
    }
    if let Some(body) = &row.body {
        let content = ContentBuilder::new().schema(Some(body.reference())).build();
        // An absent body reads as an empty object, which a change must not be.
        let required = body.has_required_fields() || row.method == Method::PATCH;
        let required = if required { Required::True } else { Required::False };
        let body = RequestBodyBuilder::new().content("application/json", content).required(Some(required));
        operation = operation.request_body(Some(body.build()));
    }
    if let Some(media_type) = row.file {
        let text = ObjectBuilder::new().schema_type(Type::String);
        let content = ContentBuilder::new().schema(Some(text)).build();
        let body = RequestBodyBuilder::new().content(media_type, content).required(Some(Required::True));
        operation = operation.request_body(Some(body.build()));
    }
    if let Some((status, when, schema)) = &row.besides {
        let content = ContentBuilder::new().schema(Some(schema.reference())).build();
        let response = ResponseBuilder::new().description(*when).content("application/json", content).build();
        operation = operation.response(status.to_string(), response);
    }
    if row.access != Access::Public {
        operation = operation.security(SecurityRequirement::new(BEARER, Vec::<String>::new()));
    }
    for (status, response) in errors::responses(row) {
        operation = operation.response(status, response);
    }
    operation.build()
}

fn success(row: &Row) -> Response {
    let mut response = ResponseBuilder::new().description(row.summary);
    if let Some(schema) = &row.reply.schema {
        let content = ContentBuilder::new().schema(Some(schema.reference())).build();
        response = response.content("application/json", content);
    }
    for media_type in row.reply.media_types.iter().copied() {
        let json = media_type == "application/json";
        let text = ObjectBuilder::new().schema_type(if json { Type::Object } else { Type::String });
        response = response.content(media_type, ContentBuilder::new().schema(Some(text)).build());
    }
    let kept = row.keep.iter().flat_map(|_| KEPT_HEADERS);
    let limited = (row.rate_class != RateClass::Unlimited).then_some(LIMIT_HEADERS);
    with_headers(response, kept.chain(limited.into_iter().flatten())).build()
}

/// An answer with headers that it may have.
pub(super) fn with_headers(
    response: ResponseBuilder,
    headers: impl IntoIterator<Item = (&'static str, &'static str)>,
) -> ResponseBuilder {
    headers.into_iter().fold(response, |response, (name, description)| {
        let text = ObjectBuilder::new().schema_type(Type::String);
        response.header(name, HeaderBuilder::new().schema(Some(text)).description(Some(description)).build())
    })
}

/// The headers of all answers to requests that are counted.
pub(super) const LIMIT_HEADERS: [(&str, &str); 2] = [
    ("RateLimit-Policy", "The limits that the request was counted by: how many (`q`) in how many seconds (`w`)"),
    ("RateLimit", "Of the limit that is nearest: how many are left (`r`), and in how many seconds all are again (`t`)"),
];

/// The headers of answers that are kept for others.
const KEPT_HEADERS: [(&str, &str); 3] = [
    (
        "X-Cache",
        "`HIT` when the answer was kept, `MISS` when it was made, `BYPASS` for a request with a token or a cookie",
    ),
    ("ETag", "Sent back in `If-None-Match` it is answered with 304 while nothing has changed; not on `BYPASS`"),
    ("Cache-Control", "How long a client may keep it"),
];

/// Operations are grouped by the first part of their path.
fn tag_of(path: &str) -> &str {
    let rest = path.strip_prefix(BASE).and_then(|rest| rest.strip_prefix('/'));
    rest.and_then(|rest| rest.split('/').next()).unwrap_or("system")
}
