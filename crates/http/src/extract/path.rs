//! Ids in the path. What is no id names nothing, so it is not found.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::FutureExt;
use serde::de::DeserializeOwned;

use crate::problem::{Problem, kind};

/// The variable parts of the path: one value, or a tuple.
#[derive(Debug)]
pub struct ApiPath<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for ApiPath<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // The framework's path extractor never waits.
        let read = web::Path::<T>::extract(request).now_or_never().and_then(Result::ok);
        ready(read.map(|path| Self(path.into_inner())).ok_or_else(|| Problem::new(kind::NOT_FOUND)))
    }
}
