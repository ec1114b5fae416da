//! The document as it goes over the wire.

use std::borrow::Cow;

use actix_web::http::header;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Facts, Problem};

/// The media type of problem documents.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument<'a> {
    /// Names the kind of problem: `/problems/` and the code.
    #[serde(rename = "type")]
    #[schema(example = "/problems/not_found")]
    type_uri: String,
    /// The kind of problem, for a person.
    title: &'a str,
    /// The HTTP status.
    status: u16,
    /// The stable code.
    #[schema(example = "not_found")]
    code: &'a str,
    /// What happened this time, for a person.
    detail: &'a str,
    /// The path of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<&'a str>,
    /// The id of the request, which finds it in the server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    /// The fields that are not acceptable.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem<'a>>,
}

/// A field that is not acceptable.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldProblem<'a> {
    /// The field, with its path.
    #[schema(example = "items[3].amount")]
    field: &'a str,
    /// A stable code.
    #[schema(example = "out_of_range")]
    code: &'a str,
    /// What would be right, for a person.
    message: Cow<'a, str>,
}

impl Problem {
    /// The document, without what names the request.
    #[must_use]
    pub fn document(&self) -> ProblemDocument<'_> {
        let Facts { code, status, title } = *self.kind;
        let errors = self.errors.iter().map(|error| FieldProblem {
            field: &error.field,
            code: error.code,
            message: Cow::Borrowed(&error.message),
        });
        ProblemDocument {
            type_uri: format!("/problems/{code}"),
            title,
            status,
            code,
            detail: &self.detail,
            instance: None,
            request_id: None,
            errors: errors.collect(),
        }
    }

    /// The answer to a request of `path`.
    #[must_use]
    pub fn response(&self, path: &str, request_id: &str) -> HttpResponse {
        let named = |text| Some(text).filter(|text: &&str| !text.is_empty());
        let document = ProblemDocument { instance: named(path), request_id: named(request_id), ..self.document() };
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((header::CONTENT_TYPE, MEDIA_TYPE));
        if let Some(seconds) = self.retry_after_seconds {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if let Some(methods) = &self.allow {
            response.insert_header((header::ALLOW, methods.as_str()));
        }
        if self.kind.status == 401 {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"ofektom\""));
        }
        if self.close {
            response.force_close();
        }
        response.body(serde_json::to_vec(&document).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use ofektom_domain::refusal::FieldError;
    use serde_json::{Value, json};

    use super::super::kind;
    use super::*;

    async fn body(response: HttpResponse) -> Value {
        serde_json::from_slice(&to_bytes(response.into_body()).await.unwrap()).unwrap()
    }

    #[actix_web::test]
    async fn a_document_names_its_kind_its_request_and_its_fields() {
        let problem = Problem::validation(vec![FieldError::new("amount", "format", "must be an amount")]);
        let response = problem.response("/api/v1/savings", "r-1");
        assert_eq!(response.status(), 422);
        assert_eq!(response.headers().get("content-type").unwrap(), MEDIA_TYPE);
        assert_eq!(
            body(response).await,
            json!({
                "type": "/problems/validation_failed", "title": "Some fields are not acceptable", "status": 422,
                "code": "validation_failed", "detail": "the request has fields that are not acceptable",
                "instance": "/api/v1/savings", "request_id": "r-1",
                "errors": [{"field": "amount", "code": "format", "message": "must be an amount"}],
            })
        );
    }

    #[actix_web::test]
    async fn the_headers_follow_the_kind() {
        let busy = Problem::new(kind::OVERLOADED).retry_after(2).response("", "");
        assert_eq!(busy.headers().get("retry-after").unwrap(), "2");
        let unknown = Problem::new(kind::UNAUTHENTICATED).response("", "");
        assert!(unknown.headers().contains_key("www-authenticate"));
        let method =
            Problem { allow: Some("GET, HEAD".into()), ..Problem::new(kind::METHOD_NOT_ALLOWED) }.response("", "");
        assert_eq!(method.headers().get("allow").unwrap(), "GET, HEAD");
    }

    #[actix_web::test]
    async fn a_defect_is_opaque() {
        let problem = Problem::internal("column users.pin does not exist");
        assert!(!body(problem.response("/x", "r")).await.to_string().contains("users.pin"));
    }
}
