//! The server under load, as a process of its own.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::client::Connection;
use crate::request;

/// How the line begins that tells the address.
const READY: &str = " is ready at http://";
const START_MAX: Duration = Duration::from_secs(60);
/// The key of every server under measurement.
pub const SECRET_KEY: &str = "a key for measurements only, kept nowhere and guarding nothing";

/// A running process that listens on a loopback port. Dropping it stops it.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From the start of the process to its first 200.
    pub first_answer: Duration,
    /// Resident memory after it, in KiB.
    pub memory_at_start: u64,
    log: PathBuf,
}

/// What one server is started with.
pub struct Setting<'a> {
    /// The program.
    pub program: &'a Path,
    /// The folder of its data and its log.
    pub folder: &'a Path,
    /// Its database; the embedded one in the folder when missing.
    pub database_url: Option<&'a str>,
    /// The port of its Redis, when it has one.
    pub redis_port: Option<u16>,
    /// Whether it keeps copies of what is read often, as it does by default.
    pub copies: bool,
}

impl Server {
    /// Starts `ofektom serve` and waits for its first answer.
    ///
    /// # Errors
    /// When it does not come up; what it said is part of the error.
    pub async fn start(setting: &Setting<'_>) -> Result<Self> {
        let mut command = Command::new(setting.program);
        command.arg("serve").env_clear();
        command.env("OFEKTOM_DATA", setting.folder).env("SECRET_KEY", SECRET_KEY).env("PORT", "0");
        // All requests come from one address, and there are more than anybody sends.
        command.env("RATE_LIMITS", "off");
        if let Some(url) = setting.database_url {
            command.env("DATABASE_URL", url);
        }
        if let Some(port) = setting.redis_port {
            command.env("REDIS_HOST", "127.0.0.1").env("REDIS_PORT", port.to_string());
        }
        if !setting.copies {
            command.env("CACHE", "off");
        }
        Self::launch(command, setting.folder, "/livez").await
    }

    /// Starts a server of nothing but actix-web, with as many workers as ours.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub async fn bare(folder: &Path, body_bytes: usize) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["--bare", &body_bytes.to_string()]);
        Self::launch(command, folder, "/").await
    }

    async fn launch(mut command: Command, folder: &Path, probe: &str) -> Result<Self> {
        let log = folder.join("server.log");
        let started = Instant::now();
        let errors = File::options().create(true).append(true).open(&log)?;
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors).spawn()?;
        let stdout = child.stdout.take().context("a server without an output")?;
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
            let address = lines.find_map(|line| line.split_once(READY).map(|(_, address)| address.to_owned()));
            let _ = tell.send(address);
            // Reads on, so that the server never waits for its output.
            lines.for_each(drop);
        });
        let address = told.recv_timeout(START_MAX).ok().flatten();
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut server = Self { child, address: nowhere, first_answer: Duration::ZERO, memory_at_start: 0, log };
        let Some(address) = address else { bail!("the server did not get ready:\n{}", server.said()) };
        server.address = address.parse()?;
        let mut buffer = Vec::new();
        request::get(&mut buffer, probe, "");
        let status = Connection::open(server.address).await?.ask(&buffer).await?.status;
        if status != 200 {
            bail!("the server answers {status} at its start:\n{}", server.said());
        }
        server.first_answer = started.elapsed();
        server.memory_at_start = server.memory_kib()?;
        Ok(server)
    }

    /// Its counters.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn metrics(&self) -> Result<Value> {
        let mut buffer = Vec::new();
        request::get(&mut buffer, "/metrics", "");
        let mut connection = Connection::open(self.address).await?;
        Ok(serde_json::from_slice(connection.ask(&buffer).await?.body)?)
    }

    /// Its resident memory in KiB.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn memory_kib(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse()?)
    }

    /// Holds it still, jobs included, while something else is measured.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn freeze(&self) -> Result<()> {
        self.signal(Signal::SIGSTOP)
    }

    /// Lets it go on.
    ///
    /// # Errors
    /// When the process is gone.
    pub async fn thaw(&self) -> Result<()> {
        self.signal(Signal::SIGCONT)?;
        // actix-web reads a clock that ticks each half second: a connection that comes before the next tick is timed from before the
        // stop, and told that its request took too long.
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok(())
    }

    /// Stops it as an operator does, and waits until it has.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn rest(&mut self) -> Result<()> {
        self.signal(Signal::SIGTERM)?;
        self.child.wait()?;
        Ok(())
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        Ok(kill(Pid::from_raw(i32::try_from(self.child.id())?), signal)?)
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended before. SIGKILL reaches a frozen process, too.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
