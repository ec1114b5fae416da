//! Requests, written out as the server reads them.

use std::io::Write as _;

/// Writes a GET into an empty buffer.
pub fn get(buffer: &mut Vec<u8>, path: &str, token: &str) {
    buffer.clear();
    // Writing into memory does not fail.
    let _ = write!(buffer, "GET {path} HTTP/1.1\r\nhost: load\r\nauthorization: Bearer {token}\r\n\r\n");
}

/// Writes a POST or PATCH with a JSON body into an empty buffer. An empty token sends none.
pub fn send(buffer: &mut Vec<u8>, method: &str, path: &str, token: &str, body: &str) {
    head(buffer, method, path, token);
    finish(buffer, body);
}

/// Writes a POST under an idempotency key into an empty buffer.
pub fn post_money(buffer: &mut Vec<u8>, path: &str, token: &str, key: &str, body: &str) {
    head(buffer, "POST", path, token);
    let _ = write!(buffer, "idempotency-key: {key}\r\n");
    finish(buffer, body);
}

fn head(buffer: &mut Vec<u8>, method: &str, path: &str, token: &str) {
    buffer.clear();
    let _ = write!(buffer, "{method} {path} HTTP/1.1\r\nhost: load\r\ncontent-type: application/json\r\n");
    if !token.is_empty() {
        let _ = write!(buffer, "authorization: Bearer {token}\r\n");
    }
}

fn finish(buffer: &mut Vec<u8>, body: &str) {
    let _ = write!(buffer, "content-length: {}\r\n\r\n{body}", body.len());
}
