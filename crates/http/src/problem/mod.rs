//! Problem documents (RFC 9457): the one form in which the API says no.

mod catalogue;
mod document;
mod from_app;
mod from_refusal;
pub mod kind;

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use ofektom_domain::refusal::FieldError;

pub use catalogue::{CatalogueEntry, catalogue};
pub use document::{MEDIA_TYPE, ProblemDocument};
pub use kind::{Facts, Kind};

/// Why a request is not carried out.
#[derive(Debug)]
pub struct Problem {
    /// What kind of problem it is.
    pub kind: Kind,
    /// What happened this time, for a person.
    pub detail: Cow<'static, str>,
    /// The fields that are not acceptable.
    pub errors: Vec<FieldError>,
    /// Seconds after which another attempt makes sense.
    pub retry_after_seconds: Option<u64>,
    /// The methods that the route knows, for a 405.
    pub allow: Option<String>,
    /// Whether the connection must close, because the request was not read to its end.
    pub close: bool,
    /// What is behind a 5xx: for the log, never for the client.
    pub cause: Option<Box<dyn Error + Send + Sync>>,
}

/// The result of a handler.
pub type ApiResult = Result<HttpResponse, Problem>;

impl Problem {
    /// A problem of a kind, with its title as the detail.
    #[must_use]
    pub const fn new(kind: Kind) -> Self {
        Self {
            kind,
            detail: Cow::Borrowed(kind.0.title),
            errors: Vec::new(),
            retry_after_seconds: None,
            allow: None,
            close: false,
            cause: None,
        }
    }

    /// Fields that are not acceptable.
    #[must_use]
    pub fn validation(errors: Vec<FieldError>) -> Self {
        Self { errors, ..Self::new(kind::VALIDATION_FAILED) }.detail("the request has fields that are not acceptable")
    }

    /// A defect: opaque to the client, with its cause in the log.
    #[must_use]
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let detail = "the request failed; the request id finds it in the server's log";
        Self { cause: Some(cause.into()), ..Self::new(kind::INTERNAL) }.detail(detail)
    }

    /// Says what happened this time.
    #[must_use]
    pub fn detail(self, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    /// Says after how many seconds another attempt makes sense.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after_seconds: Some(seconds), ..self }
    }

    /// The problem behind an error of the web framework: our own, or one that the framework raised by itself.
    #[must_use]
    pub fn of_framework(error: &actix_web::Error) -> Self {
        let status = error.as_response_error().status_code();
        let kind = match status.as_u16() {
            404 => kind::NOT_FOUND,
            405 => kind::METHOD_NOT_ALLOWED,
            408 => kind::REQUEST_TIMEOUT,
            413 => kind::BODY_TOO_LARGE,
            415 => kind::UNSUPPORTED_MEDIA_TYPE,
            400..=499 => kind::BODY_UNREADABLE,
            _ => return Self::internal(error.to_string()),
        };
        Self::new(kind)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.code, self.detail)
    }
}

impl Error for Problem {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let cause: &(dyn Error + 'static) = self.cause.as_deref()?;
        Some(cause)
    }
}

/// The envelope replaces this plain answer by the document with the request's path and id.
impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        self.response("", "")
    }
}
