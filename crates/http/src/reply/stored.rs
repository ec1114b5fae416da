//! Answers of money requests: rendered once, stored with the effect, given again byte for byte.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderName, LOCATION};
use ofektom_domain::idempotency::{Answer, Render, StoredAnswer};
use serde::Serialize;

use super::json::MEDIA_TYPE;

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Renders an outcome as the answer to store: 201 with its place when `location` gives one, else 200.
pub fn rendered<O, V: Serialize>(
    view: impl Fn(&O) -> V + Send + Sync + 'static,
    location: fn(&O) -> Option<String>,
) -> Render<O>
where
    O: 'static,
{
    Arc::new(move |outcome| {
        let location = location(outcome);
        let status = if location.is_some() { 201 } else { 200 };
        // A view is made of texts and numbers only, so writing it cannot fail.
        StoredAnswer { status, location, body: serde_json::to_vec(&view(outcome)).unwrap_or_default() }
    })
}

/// Gives a stored answer; one that was stored before says so.
#[must_use]
pub fn stored<O>(answer: Answer<O>) -> HttpResponse {
    let (stored, replayed) = match answer {
        Answer::Fresh { stored, .. } => (stored, false),
        Answer::Replayed(stored) => (stored, true),
    };
    let status = StatusCode::from_u16(stored.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    response.insert_header((CONTENT_TYPE, MEDIA_TYPE));
    if let Some(location) = stored.location {
        response.insert_header((LOCATION, location));
    }
    if replayed {
        response.insert_header((REPLAYED, "true"));
    }
    response.body(stored.body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replayed_answer_is_the_first_one_and_says_so() {
        let render = rendered(|id: &u32| serde_json::json!({ "id": id }), |id| Some(format!("/things/{id}")));
        let answer = render(&7);
        assert_eq!((answer.status, answer.body.as_slice()), (201, br#"{"id":7}"#.as_slice()));
        let fresh = stored(Answer::Fresh { outcome: 7, stored: answer.clone() });
        let again = stored(Answer::<u32>::Replayed(answer));
        assert_eq!((fresh.status(), again.status()), (StatusCode::CREATED, StatusCode::CREATED));
        assert_eq!(again.headers().get(LOCATION).unwrap(), "/things/7");
        assert!(!fresh.headers().contains_key(REPLAYED));
        assert_eq!(again.headers().get(REPLAYED).unwrap(), "true");
    }
}
