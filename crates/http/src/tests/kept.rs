//! Answers of public routes that are kept.

use std::cell::Cell;
use std::convert::Infallible;
use std::io::Read as _;

use actix_web::body::to_bytes;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, HttpResponse, web};
use futures_util::future::join_all;

use super::Answer;
use crate::configure::configure_rows;
use crate::response_cache::{Keep, ResponseCache};
use crate::routes::table;

/// Routes with a cache of their own, to which requests are sent one after the other.
async fn answers<const N: usize>(requests: [TestRequest; N]) -> ([Answer; N], web::Data<ResponseCache>) {
    let cache = web::Data::new(ResponseCache::new(1 << 24));
    let kept = cache.clone();
    let app = App::new().configure(|config| {
        configure_rows(config.app_data(kept), table());
    });
    let service = init_service(app).await;
    let mut answers = Vec::new();
    for request in requests {
        let response = call_service(&service, request.to_request()).await;
        let (status, headers) = (response.status(), response.headers().clone());
        answers.push(Answer { status, headers, body: to_bytes(response.into_body()).await.unwrap().to_vec() });
    }
    (answers.try_into().ok().unwrap(), cache)
}

fn get(path: &str) -> TestRequest {
    TestRequest::get().uri(path)
}

#[actix_web::test]
async fn the_second_answer_is_the_first_one() {
    let ([first, second], cache) = answers([get("/problems"), get("/problems?made=up")]).await;
    assert_eq!((first.header("x-cache"), second.header("x-cache")), ("MISS", "HIT"));
    assert_eq!(first.body, second.body);
    assert_eq!(first.json()["items"].as_array().map(Vec::is_empty), Some(false));
    for name in ["etag", "content-type"] {
        assert!(!first.header(name).is_empty(), "{name}");
        assert_eq!(first.header(name), second.header(name), "{name}");
    }
    assert_eq!((second.header("cache-control"), second.header("age")), ("public, max-age=3600", "0"));
    assert_eq!(second.header("vary"), "Accept-Encoding, Authorization, Cookie");
    let status = cache.status();
    assert_eq!((status.hits, status.misses, status.bypassed), (1, 1, 0));
}

#[actix_web::test]
async fn whoever_brings_a_token_or_a_cookie_goes_past() {
    let requests = [
        get("/problems").insert_header(("authorization", "Bearer x")),
        get("/problems").insert_header(("cookie", "a=b")),
        get("/problems"),
        get("/problems").insert_header(("authorization", "Bearer x")),
    ];
    let (answers, cache) = answers(requests).await;
    assert_eq!(answers.each_ref().map(|answer| answer.header("x-cache")), ["BYPASS", "BYPASS", "MISS", "BYPASS"]);
    for answer in [&answers[0], &answers[1], &answers[3]] {
        assert_eq!((answer.header("cache-control"), answer.header("etag")), ("no-store", ""));
    }
    assert_eq!(cache.status().bypassed, 3);
}

#[actix_web::test]
async fn a_client_that_has_it_gets_304() {
    let ([first], _) = answers([get("/openapi.json")]).await;
    let tag = first.header("etag").to_owned();
    let known = || get("/openapi.json").insert_header(("if-none-match", tag.clone()));
    let other = get("/openapi.json").insert_header(("if-none-match", "\"other\""));
    let ([made, kept, other], _) = answers([known(), known(), other]).await;
    assert_eq!((made.status.as_u16(), kept.status.as_u16(), other.status.as_u16()), (304, 304, 200));
    assert!(made.body.is_empty() && kept.body.is_empty());
    assert_eq!((kept.header("x-cache"), kept.header("etag")), ("HIT", tag.as_str()));
}

#[actix_web::test]
async fn text_is_compressed_for_whoever_takes_it() {
    let with = |coding: &'static str| get("/openapi.json").insert_header(("accept-encoding", coding));
    let ([plain, gzip, refused], _) = answers([get("/openapi.json"), with("br, gzip;q=0.8"), with("gzip;q=0")]).await;
    assert_eq!((plain.header("content-encoding"), gzip.header("content-encoding")), ("", "gzip"));
    assert_eq!(refused.header("content-encoding"), "");
    assert!(gzip.body.len() < plain.body.len() / 3, "{} of {}", gzip.body.len(), plain.body.len());
    let mut inflated = Vec::new();
    flate2::read::GzDecoder::new(gzip.body.as_slice()).read_to_end(&mut inflated).unwrap();
    assert_eq!(inflated, plain.body);
    assert_eq!(refused.body, plain.body);
}

#[actix_web::test]
async fn problems_and_other_routes_are_not_kept() {
    let requests = [get("/problems/nothing"), get("/problems/nothing"), get("/livez"), get("/nothing")];
    let (answers, cache) = answers(requests).await;
    assert_eq!(answers.each_ref().map(|answer| answer.status.as_u16()), [404, 404, 200, 404]);
    assert_ne!(answers[0].json()["request_id"], answers[1].json()["request_id"]);
    assert!(answers.iter().all(|answer| answer.header("x-cache").is_empty()));
    assert_eq!((cache.status().hits, cache.status().misses, cache.status().entries), (0, 2, 0));
}

/// Asks a cache for an answer of some bytes under a path, and counts in `made` how often it is made.
async fn ask(cache: &ResponseCache, path: &str, keep: Keep, made: &Cell<u32>) -> String {
    let request = get(path).to_http_request();
    let make = async || {
        tokio::task::yield_now().await;
        made.set(made.get() + 1);
        Ok::<_, Infallible>(HttpResponse::Ok().body("x".repeat(1_000)))
    };
    let Ok(response) = cache.answer(&request, keep, make).await;
    response.headers().get("x-cache").map_or("", |value| value.to_str().unwrap()).to_owned()
}

const MINUTE: Keep = Keep { here_seconds: 60, clients_seconds: 0 };

#[actix_web::test]
async fn what_many_want_at_once_is_made_once() {
    let (cache, made) = (ResponseCache::new(1 << 20), Cell::new(0));
    let marks = join_all((0..100).map(|_| ask(&cache, "/a", MINUTE, &made))).await;
    assert_eq!(made.get(), 1);
    assert_eq!(marks.iter().filter(|mark| *mark == "MISS").count(), 1);
}

#[actix_web::test]
async fn a_route_that_keeps_for_no_time_is_made_each_time() {
    let (cache, made) = (ResponseCache::new(1 << 20), Cell::new(0));
    for _ in 0..3 {
        assert_eq!(ask(&cache, "/a", Keep { here_seconds: 0, clients_seconds: 60 }, &made).await, "MISS");
    }
    assert_eq!(made.get(), 3);
}

#[actix_web::test]
async fn the_bytes_are_bounded_and_none_means_off() {
    let (cache, made) = (ResponseCache::new(20_000), Cell::new(0));
    for n in 0..200 {
        ask(&cache, &format!("/{n}"), MINUTE, &made).await;
    }
    cache.settle().await;
    let status = cache.status();
    assert!(status.bytes <= 20_000 && status.entries > 0, "{status:?}");

    let off = ResponseCache::new(0);
    assert_eq!(ask(&off, "/a", MINUTE, &made).await, "BYPASS");
    assert_eq!(ask(&off, "/a", MINUTE, &made).await, "BYPASS");
}
