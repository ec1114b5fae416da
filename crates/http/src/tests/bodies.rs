use std::net::SocketAddr;

use actix_web::dev::ServerHandle;
use actix_web::test::TestRequest;
use actix_web::{App, HttpServer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::send;
use crate::configure::configure_rows;
use crate::routes::table;

const LOGIN: &str = "/api/v1/auth/login";

/// The routes behind a real socket.
fn serve() -> (SocketAddr, ServerHandle) {
    let server = HttpServer::new(|| App::new().configure(|config| configure_rows(config, table())));
    let server = server.workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    (address, handle)
}

/// Sends bytes and reads one answer: its head, and its body by its length.
async fn exchange(stream: &mut TcpStream, request: &[u8]) -> (String, String) {
    stream.write_all(request).await.unwrap();
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let lower = head.to_ascii_lowercase();
            let length =
                lower.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.trim().parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return (head.to_owned(), body.to_owned());
            }
        }
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0, "the connection broke off");
    }
}

#[actix_web::test]
async fn ten_megabytes_are_a_413_and_the_connection_lives_on() {
    let (address, handle) = serve();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let live = b"GET /livez HTTP/1.1\r\nhost: here\r\n\r\n";
    let big = vec![b'x'; 10 * 1024 * 1024];

    let head = format!("POST {LOGIN} HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\n");
    let declared = [format!("{head}content-length: {}\r\n\r\n", big.len()).into_bytes(), big.clone()].concat();
    let (answer, body) = exchange(&mut stream, &declared).await;
    assert!(answer.starts_with("HTTP/1.1 413") && body.contains("body_too_large"), "{answer}\n{body}");
    assert!(exchange(&mut stream, live).await.0.starts_with("HTTP/1.1 200"));

    let chunk = [format!("{:x}\r\n", big.len()).into_bytes(), big, b"\r\n0\r\n\r\n".to_vec()].concat();
    let chunked = [format!("{head}transfer-encoding: chunked\r\n\r\n").into_bytes(), chunk].concat();
    let (answer, body) = exchange(&mut stream, &chunked).await;
    assert!(answer.starts_with("HTTP/1.1 413") && body.contains("body_too_large"), "{answer}\n{body}");
    assert!(exchange(&mut stream, live).await.0.starts_with("HTTP/1.1 200"));
    handle.stop(false).await;
}

#[actix_web::test]
async fn compressed_bodies_are_refused() {
    let request = TestRequest::post().uri(LOGIN).insert_header(("content-encoding", "gzip")).set_payload("x");
    let answer = send(request.insert_header(("content-length", "1"))).await;
    let problem = answer.json();
    assert_eq!((answer.status.as_u16(), problem["code"].as_str()), (415, Some("unsupported_media_type")));
    assert_eq!((problem["instance"].as_str(), problem["request_id"].is_string()), (Some(LOGIN), true));
}
