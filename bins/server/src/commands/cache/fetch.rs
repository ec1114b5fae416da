//! One request to a server, over plain HTTP.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long the server may take to answer.
const ANSWER_MAX: Duration = Duration::from_secs(5);

/// The JSON under a path of the server at `url`, such as `http://127.0.0.1:8001`.
pub(super) async fn json_fetch(url: &str, path: &str) -> Result<Value> {
    let Some(rest) = url.strip_prefix("http://") else { bail!("--url must begin with http://, not {url:?}") };
    let host = rest.trim_end_matches('/');
    let address = if host.rsplit(']').next().is_some_and(|tail| tail.contains(':')) {
        host.to_owned()
    } else {
        format!("{host}:80")
    };
    let answer = timeout(ANSWER_MAX, answer_of(&address, host, path)).await.context("no answer in time")??;
    let (head, body) = answer.split_once("\r\n\r\n").context("the answer is not HTTP")?;
    let status = head.split(' ').nth(1).unwrap_or_default();
    if status != "200" {
        bail!("{url}{path} answered {status}");
    }
    serde_json::from_str(body).with_context(|| format!("{url}{path} is not the metrics of this program"))
}

/// By HTTP/1.0, so that the body is not in chunks and ends with the connection.
async fn answer_of(address: &str, host: &str, path: &str) -> Result<String> {
    let connected = TcpStream::connect(address).await;
    let mut stream = connected.with_context(|| format!("no server answers at {address}"))?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: {host}\r\nAccept: application/json\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}
