//! A Redis of our own beside a server, kept in memory alone.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tokio::net::TcpStream;

const START_MAX: Duration = Duration::from_secs(30);

/// A running server. Dropping it ends it.
pub struct Redis {
    child: Child,
    /// Where it listens, on loopback.
    pub port: u16,
}

impl Redis {
    /// Starts it and waits until it can be reached.
    ///
    /// # Errors
    /// When the program is missing or ends.
    pub async fn start(program: &Path) -> Result<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut command = Command::new(program);
        command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port", &port.to_string()]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        let child = child.context("redis-server cannot be started: install the package `redis-server`")?;
        let (mut redis, started) = (Self { child, port }, Instant::now());
        while started.elapsed() < START_MAX {
            if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return Ok(redis);
            }
            if let Some(status) = redis.child.try_wait()? {
                bail!("redis-server ended at its start: {status}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bail!("redis-server was not ready in time")
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
