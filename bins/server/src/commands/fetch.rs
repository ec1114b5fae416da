//! One request to a server, over plain HTTP.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::config::ServerConfig;

/// How long the server may take to answer.
const ANSWER_MAX: Duration = Duration::from_secs(5);

/// What a server answered.
pub(super) struct Answer {
    pub status: u16,
    pub body: String,
}

/// Where the configuration lets a server listen, as a client on this machine reaches it.
pub(super) fn url_of(server: &ServerConfig) -> String {
    let host = match server.host.as_str() {
        "0.0.0.0" => "127.0.0.1",
        "::" => "::1",
        host => host,
    };
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    format!("http://{host}:{}", server.port)
}

/// The JSON under a path of the server at `url`, such as `http://127.0.0.1:8001`.
pub(super) async fn json_fetch(url: &str, path: &str) -> Result<Value> {
    let Answer { status, body } = fetch(url, path).await?;
    if status != 200 {
        bail!("{url}{path} answered {status}");
    }
    serde_json::from_str(&body).with_context(|| format!("{url}{path} is not the metrics of this program"))
}

/// What the server at `url` answers to a GET of a path.
pub(super) async fn fetch(url: &str, path: &str) -> Result<Answer> {
    let Some(rest) = url.strip_prefix("http://") else { bail!("--url must begin with http://, not {url:?}") };
    let host = rest.trim_end_matches('/');
    let address = if host.rsplit(']').next().is_some_and(|tail| tail.contains(':')) {
        host.to_owned()
    } else {
        format!("{host}:80")
    };
    let answer = timeout(ANSWER_MAX, answer_of(&address, host, path)).await.context("no answer in time")??;
    let (head, body) = answer.split_once("\r\n\r\n").context("the answer is not HTTP")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("the answer is not HTTP")?;
    Ok(Answer { status, body: body.to_owned() })
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
