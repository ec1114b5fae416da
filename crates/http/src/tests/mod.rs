//! The surface as a whole: what holds for every route, without use-cases behind it.

mod bodies;
mod docs_page;
mod document;
mod kept;
mod limits;
mod routes;

use actix_web::body::to_bytes;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::HeaderMap;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, http::StatusCode};
use serde_json::Value;

use crate::configure::configure_rows;
use crate::routes::table;

/// An answer, read to its end.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Sends a request to the routes. No use-cases are mounted: what is answered here is answered before they are asked.
async fn send(request: TestRequest) -> Answer {
    let service = init_service(App::new().configure(|config| configure_rows(config, table()))).await;
    let response: ServiceResponse = call_service(&service, request.to_request()).await;
    let (status, headers) = (response.status(), response.headers().clone());
    Answer { status, headers, body: to_bytes(response.into_body()).await.unwrap().to_vec() }
}
