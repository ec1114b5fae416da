//! Stands between a store and PostgreSQL, and keeps the plans that the server tells of.
//!
//! The server explains each statement that it runs, with the values that are really bound to it, in a notice (its module
//! `auto_explain`); drivers throw notices away, so they are taken off the wire here.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader, BufWriter};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

use crate::raw::Raw;

pub struct Proxy {
    port: u16,
    plans: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Listens for connections to the server of a URL.
    pub async fn start(url: &str) -> Self {
        let server = url.rsplit_once('@').unwrap().1.split('/').next().unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, plans) = (listener.local_addr().unwrap().port(), Arc::default());
        let kept = Arc::clone(&plans);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                tokio::spawn(commands(from_client, to_server));
                tokio::spawn(answers(from_server, to_client, Arc::clone(&kept)));
            }
        });
        Self { port, plans }
    }

    /// The same database by way of the proxy.
    pub fn url(&self, url: &str) -> String {
        let (login, place) = url.rsplit_once('@').unwrap();
        format!("{login}@127.0.0.1:{}/{}", self.port, place.split_once('/').unwrap().1)
    }

    /// The plans since the last time, as the server wrote them.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.plans.lock().unwrap())
    }
}

/// Has the server explain what is run in a database from now on.
pub async fn explain(raw: &Raw, url: &str) {
    let database = url.rsplit_once('/').unwrap().1;
    for (name, value) in [
        ("session_preload_libraries", "auto_explain"),
        ("auto_explain.log_min_duration", "0"),
        ("auto_explain.log_format", "json"),
        ("auto_explain.log_level", "notice"),
        ("auto_explain.log_analyze", "on"),
        ("auto_explain.log_timing", "off"),
        ("auto_explain.log_nested_statements", "on"),
    ] {
        raw.execute(&format!("ALTER DATABASE {database} SET {name} = '{value}'")).await;
    }
}

async fn commands(mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
    let _ = tokio::io::copy(&mut from, &mut to).await;
    let _ = to.shutdown().await;
}

/// Passes messages on, and keeps what notices tell before their statement is answered.
async fn answers(from: OwnedReadHalf, to: OwnedWriteHalf, plans: Arc<Mutex<Vec<String>>>) -> std::io::Result<()> {
    let (mut from, mut to) = (BufReader::with_capacity(1 << 16, from), BufWriter::new(to));
    loop {
        let kind = from.read_u8().await?;
        let length = from.read_u32().await?;
        let mut body = vec![0; usize::try_from(length).unwrap() - 4];
        from.read_exact(&mut body).await?;
        if kind == b'N' {
            plans.lock().unwrap().extend(plan_of(&body));
        }
        to.write_u8(kind).await?;
        to.write_u32(length).await?;
        to.write_all(&body).await?;
        if from.buffer().is_empty() {
            to.flush().await?;
        }
    }
}

/// The plan in a notice: its fields have a letter each and end with a zero.
fn plan_of(notice: &[u8]) -> Option<String> {
    let message = notice.split(|byte| *byte == 0).find_map(|field| field.strip_prefix(b"M"))?;
    let message = std::str::from_utf8(message).ok()?;
    Some(message.split_once("plan:\n")?.1.to_owned())
}
