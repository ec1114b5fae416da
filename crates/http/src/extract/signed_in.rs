//! Who calls. The route table checks the token before a handler's input is read; handlers take the result.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, HeaderMap, USER_AGENT};
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use ofektom_app::{App, Caller, Origin};

use crate::client::client_address;
use crate::envelope::RequestId;
use crate::problem::{Problem, kind};

/// Most characters of a client's name that are kept.
const USER_AGENT_CHARS_MAX: usize = 200;

/// The signed-in caller.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Caller);

/// Where a request came from, for routes that nobody has to sign in for.
#[derive(Clone, Debug)]
pub struct OriginOf(pub Origin);

/// Whom the request's access token names.
///
/// # Errors
/// 401 without a live token, 503 when that cannot be found out.
pub async fn authenticate(request: &HttpRequest) -> Result<Caller, Problem> {
    let token = bearer_token(request.headers())?;
    let app = request.app_data::<web::Data<App>>().ok_or_else(|| Problem::internal("no use-cases are mounted"))?;
    Ok(app.authenticate(token, origin_of(request)).await?)
}

fn bearer_token(headers: &HeaderMap) -> Result<&str, Problem> {
    let missing = || Problem::new(kind::UNAUTHENTICATED).detail("send an Authorization header with a Bearer token");
    let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or_else(missing)?;
    let (scheme, token) = value.split_once(' ').ok_or_else(missing)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(missing()) }
}

fn origin_of(request: &HttpRequest) -> Origin {
    let user_agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
    Origin {
        address: client_address(request),
        user_agent: user_agent.map(|text| text.chars().take(USER_AGENT_CHARS_MAX).collect()),
        request_id: request.extensions().get::<RequestId>().map(|id| Arc::clone(&id.0)),
    }
}

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = request.extensions().get::<Self>().cloned();
        ready(caller.ok_or_else(|| Problem::new(kind::UNAUTHENTICATED)))
    }
}

impl FromRequest for OriginOf {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(origin_of(request))))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_token_is_a_bearer_token() {
        let token = |value: &str| {
            let request = TestRequest::get().insert_header((AUTHORIZATION, value)).to_http_request();
            bearer_token(request.headers()).map(str::to_owned).map_err(|problem| problem.kind.code)
        };
        assert_eq!(token("Bearer abc"), Ok("abc".into()));
        assert_eq!(token("bearer abc"), Ok("abc".into()));
        for value in ["", "Bearer", "Basic abc", "abc"] {
            assert_eq!(token(value), Err("unauthenticated"), "{value}");
        }
    }
}
