use std::collections::BTreeSet;

use actix_web::http::Method;
use actix_web::test::TestRequest;

use super::send;
use crate::routes::{Access, Row, table};

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// The row's path with values in its variable parts.
fn path_of(row: &Row) -> String {
    let part = |part: &str| match part {
        "{file:.*}" => "index.html".to_owned(),
        "{code}" => "not_found".to_owned(),
        _ if part.starts_with('{') => ID.to_owned(),
        _ => part.to_owned(),
    };
    row.path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[actix_web::test]
async fn every_row_is_registered_and_none_but_the_public_ones_answers_a_stranger() {
    for row in table() {
        let answer = send(TestRequest::default().method(row.method.clone()).uri(&path_of(row))).await;
        let (status, name) = (answer.status.as_u16(), row.operation);
        if row.access == Access::Public {
            assert!(![401, 404, 405].contains(&status), "{name}: {status}");
        } else {
            assert_eq!((status, answer.json()["code"].as_str()), (401, Some("unauthenticated")), "{name}");
            assert!(answer.header("www-authenticate").starts_with("Bearer"), "{name}");
        }
    }
}

#[test]
fn rows_are_whole() {
    let mut seen = BTreeSet::new();
    let mut operations = BTreeSet::new();
    for row in table() {
        assert!(seen.insert((row.path, row.method.to_string())), "{} {} is twice", row.method, row.path);
        assert!(operations.insert(row.operation), "{} is twice", row.operation);
        assert!(!row.summary.is_empty(), "{} has no summary", row.operation);
        assert!(!row.money || row.method == Method::POST, "{}: only a POST moves money", row.operation);
        assert!(
            row.reply.schema.is_some() || !row.reply.media_types.is_empty() || [204, 308].contains(&row.reply.status),
            "{}",
            row.operation
        );
        let same_for_all = row.access == Access::Public && row.method == Method::GET && row.query.is_none();
        assert!(row.keep.is_none() || same_for_all, "{}: only what is the same for everybody is kept", row.operation);
        let creates = row.reply.status == 201;
        assert!(!creates || row.method == Method::POST, "{}: only a POST creates", row.operation);
    }
}

#[actix_web::test]
async fn unknown_routes_and_methods_are_problems() {
    for path in
        ["/nothing", "/api/v1", "/api/v1/", "/api/v1/savingsx", "/api/v1/savings/1/2/3", "/api/v2/me", "/HEALTH"]
    {
        let answer = send(TestRequest::get().uri(path)).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
        assert_eq!(
            (answer.json()["code"].as_str(), answer.json()["instance"].as_str()),
            (Some("not_found"), Some(path))
        );
    }
    let answer = send(TestRequest::put().uri("/api/v1/me")).await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "GET, HEAD, PATCH"));
    assert_eq!(answer.json()["code"], "method_not_allowed");
}

#[actix_web::test]
async fn every_answer_has_the_headers_of_the_envelope() {
    let answer = send(TestRequest::get().uri("/livez").insert_header(("x-request-id", "mine-1"))).await;
    assert_eq!((answer.status.as_u16(), answer.header("x-request-id")), (200, "mine-1"));
    assert_eq!((answer.header("x-content-type-options"), answer.header("cache-control")), ("nosniff", "no-store"));
    let (whole, decimals) = answer.header("x-process-time").split_once('.').unwrap();
    assert!(whole.parse::<u64>().is_ok() && decimals.len() == 3);
    let refused = send(TestRequest::get().uri("/api/v1/me").insert_header(("x-request-id", "no good"))).await;
    assert_eq!(refused.json()["request_id"], refused.header("x-request-id"));
    assert_ne!(refused.header("x-request-id"), "no good");
}

#[actix_web::test]
async fn head_is_answered_like_get() {
    assert_eq!(send(TestRequest::default().method(Method::HEAD).uri("/livez")).await.status, 200);
}
