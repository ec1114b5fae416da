//! Bodies that are no JSON, no object, too large, or not declared as what they are.

use ofektom_http::{Row, table};
use ofektom_testkit::{TestDb, on_both_engines};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{caller_of, refused, send_bytes, send_json, usual};
use crate::calls::Call;
use crate::cast::Cast;

on_both_engines!(bodies_that_are_no_objects_change_nothing, large_bodies_change_nothing);

fn rows_with_body() -> impl Iterator<Item = &'static Row> {
    table().iter().filter(|row| row.body.is_some())
}

async fn bodies_that_are_no_objects_change_nothing(db: TestDb) {
    let cast = Cast::assemble(db).await;
    for row in rows_with_body() {
        let call = usual(&cast, row).await;
        let before = cast.database.everything().await;
        for (bytes, code) in not_objects(&call.body) {
            let what = String::from_utf8_lossy(&bytes).into_owned();
            let reply = send_bytes(&cast, row, &call, ("application/json", bytes)).await;
            assert_eq!(refused(row, &reply, &what), code, "{} with {what:.100}", row.operation);
        }
        let mut unknown = call.body.clone();
        unknown["colour"] = json!("red");
        let reply = send_json(&cast, row, &call, &unknown).await;
        assert_eq!(refused(row, &reply, "an unknown field"), "validation_failed");
        assert_eq!(reply.json()["errors"][0]["code"], "unknown_field", "{}", reply.text());
        for media_type in ["text/plain", "application/x-www-form-urlencoded", "application/xml", "nonsense"] {
            let reply = send_bytes(&cast, row, &call, (media_type, call.body.to_string().into_bytes())).await;
            assert_eq!(refused(row, &reply, media_type), "unsupported_media_type");
        }
        assert_eq!(cast.database.everything().await, before, "{}", row.operation);
    }
}

fn not_objects(valid: &Value) -> Vec<(Vec<u8>, &'static str)> {
    let text = valid.to_string();
    let bytes = |text: &str| text.as_bytes().to_vec();
    vec![
        (bytes("{"), "malformed_json"),
        (bytes("nonsense"), "malformed_json"),
        (bytes("{'a': 1}"), "malformed_json"),
        (bytes(&format!("{text}{text}")), "malformed_json"),
        (bytes(&text.replacen('{', "{\"x\u{0}\":1,", 1)), "malformed_json"),
        (b"\xff\xfe{}".to_vec(), "malformed_json"),
        (b"[".repeat(500_000), "malformed_json"),
        (b"{\"a\":".repeat(100_000), "validation_failed"),
        (bytes("[]"), "validation_failed"),
        (bytes("null"), "validation_failed"),
        (bytes("5"), "validation_failed"),
        (bytes("\"text\""), "validation_failed"),
        (bytes(&format!("[{text}]")), "validation_failed"),
    ]
}

/// The limit is in front of all routes, so one of each kind is enough.
async fn large_bodies_change_nothing(db: TestDb) {
    let cast = Cast::assemble(db).await;
    let chosen = ["sign_up", "contribution_post", "contributions_post_bulk", "payout_file"];
    for row in rows_with_body().filter(|row| chosen.contains(&row.operation)) {
        let call = usual(&cast, row).await;
        let before = cast.database.everything().await;
        let large = json!({ "note": "a".repeat(10 * 1024 * 1024) }).to_string().into_bytes();
        let reply = send_bytes(&cast, row, &call, ("application/json", large.clone())).await;
        assert_eq!(refused(row, &reply, "10 MB"), "body_too_large");
        let answer = send_chunked(&cast, row, &call, &large).await;
        assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("\"body_too_large\""), "{answer}");
        assert_eq!(cast.database.everything().await, before, "{}", row.operation);
    }
    // A large body where there is no route, or none is taken, is no way around.
    let large = || vec![b'x'; 2 * 1024 * 1024];
    for (method, path) in [(Method::POST, "/nowhere"), (Method::POST, "/health"), (Method::POST, "/api/v1/me")] {
        let reply = cast.api().send(cast.api().request(method, path).body(large())).await;
        assert_eq!(reply.problem(413), "body_too_large", "{path}");
    }
}

/// Sends the call in chunks, without telling how much will come; gives the answer's head and body.
async fn send_chunked(cast: &Cast, row: &Row, call: &Call, bytes: &[u8]) -> String {
    let address = cast.api().url.trim_start_matches("http://");
    let token = cast.person(caller_of(row)).map_or("", |person| &person.token);
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {}\r\n\
         Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
        call.path(row),
        cast.key()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    for chunk in bytes.chunks(64 * 1024) {
        stream.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).await.unwrap();
        stream.write_all(chunk).await.unwrap();
        stream.write_all(b"\r\n").await.unwrap();
    }
    stream.write_all(b"0\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await.unwrap();
    answer
}
