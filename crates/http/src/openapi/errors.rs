//! What a route may refuse: what its row names, and what follows from the rest of the row.

use std::collections::BTreeMap;

use serde_json::json;
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, Ref, Response, ResponseBuilder};

use super::operation::{LIMIT_HEADERS, with_headers};
use crate::limits::RateClass;
use crate::problem::{Kind, MEDIA_TYPE, kind};
use crate::routes::{Access, Row};

/// The kinds of problem that a route may answer with, each once.
#[must_use]
pub fn refusals_of(row: &Row) -> Vec<Kind> {
    let mut kinds = row.refuses.to_vec();
    if row.access != Access::Public {
        kinds.extend([kind::UNAUTHENTICATED, kind::UNAVAILABLE]);
    }
    if let Access::Business(_) | Access::Platform = row.access {
        kinds.extend([kind::FORBIDDEN, kind::NOT_FOUND]);
    }
    if row.path.contains('{') {
        kinds.push(kind::NOT_FOUND);
    }
    if row.body.is_some() || row.money {
        kinds.extend([kind::MALFORMED_JSON, kind::UNSUPPORTED_MEDIA_TYPE, kind::BODY_TOO_LARGE]);
        kinds.extend([kind::VALIDATION_FAILED, kind::BODY_UNREADABLE, kind::REQUEST_TIMEOUT]);
    }
    if row.query.is_some() {
        kinds.push(kind::VALIDATION_FAILED);
    }
    if row.money {
        kinds.extend([kind::IDEMPOTENCY_KEY_MISSING, kind::IDEMPOTENCY_KEY_INVALID, kind::IDEMPOTENCY_KEY_REUSED]);
        kinds.extend([kind::IDEMPOTENCY_IN_PROGRESS, kind::OVERLOADED]);
    }
    if row.rate_class != RateClass::Unlimited {
        kinds.push(kind::RATE_LIMITED);
    }
    kinds.push(kind::INTERNAL);
    kinds.sort_by_key(|kind| (kind.status, kind.code));
    kinds.dedup();
    kinds
}

/// The error answers of a route, one for each status, with the codes that may be in them.
pub(super) fn responses(row: &Row) -> Vec<(String, Response)> {
    let mut by_status: BTreeMap<u16, Vec<Kind>> = BTreeMap::new();
    for kind in refusals_of(row) {
        by_status.entry(kind.status).or_default().push(kind);
    }
    by_status.into_iter().map(|(status, kinds)| (status.to_string(), response(status, &kinds))).collect()
}

fn response(status: u16, kinds: &[Kind]) -> Response {
    let lines: Vec<String> = kinds.iter().map(|kind| format!("`{}`: {}", kind.code, kind.title)).collect();
    let codes =
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(kinds.iter().map(|kind| json!(kind.code))));
    let narrowed = ObjectBuilder::new().property("code", codes);
    let schema = AllOfBuilder::new().item(Ref::from_schema_name("Problem")).item(narrowed);
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let response = ResponseBuilder::new().description(lines.join("; ")).content(MEDIA_TYPE, content);
    if status != 429 {
        return response.build();
    }
    with_headers(response, LIMIT_HEADERS.into_iter().chain([("Retry-After", "Seconds to wait")])).build()
}
