//! A lean HTTP/1.1 client: one keep-alive connection, one request at a time. It shares the machine with the server, so it
//! does nothing that the measurement does not need.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Most bytes of an answer's head.
const HEAD_MAX: usize = 16 * 1024;

/// One connection to a server.
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// What a server answered.
pub struct Answer<'a> {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: &'a [u8],
}

impl Answer<'_> {
    /// Whether the status is 2xx.
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.with_context(|| format!("cannot connect to {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::with_capacity(4 * 1024) })
    }

    /// Sends a request, whole as it is, and reads the answer to its end.
    ///
    /// # Errors
    /// When the connection breaks, or the answer is none that this client can read.
    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.received.clear();
        let head = loop {
            self.read_more().await?;
            if let Some(head) = head_of(&self.received)? {
                break head;
            }
        };
        let end = head.body_from.checked_add(head.body_bytes).context("an answer of endless length")?;
        while self.received.len() < end {
            self.read_more().await?;
        }
        let body = self.received.get(head.body_from..end).unwrap_or_default();
        Ok(Answer { status: head.status, body })
    }

    async fn read_more(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.received).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}

struct Head {
    status: u16,
    body_from: usize,
    body_bytes: usize,
}

/// The head, once it is complete.
fn head_of(received: &[u8]) -> Result<Option<Head>> {
    let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") else {
        if received.len() > HEAD_MAX {
            bail!("the head of an answer does not end");
        }
        return Ok(None);
    };
    let head = std::str::from_utf8(received.get(..end).unwrap_or_default())?;
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("an answer without a status")?;
    let length = lines.filter_map(|line| line.split_once(':'));
    let mut length = length.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let body_bytes = length.next().map_or(Ok(0), |(_, value)| value.trim().parse())?;
    Ok(Some(Head { status: status.parse()?, body_from: end + 4, body_bytes }))
}
