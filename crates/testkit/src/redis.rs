//! A Redis that belongs to one test.

mod client;

use std::env;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;
use tokio::time::sleep;

const PROGRAM_VARIABLE: &str = "OFEKTOM_TEST_REDIS_SERVER";
/// More than enough for a start on a busy machine.
const START_MAX: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(10);
/// Somebody else may take a free port before the server does.
const PORTS_TRIED: usize = 5;

/// A server on a port of its own, without any file. It is killed when this is dropped.
#[derive(Debug)]
pub struct RedisServer {
    port: u16,
    password: Option<String>,
    /// More on its command line; a file of settings that it may change, and that it is a Sentinel.
    arguments: Vec<String>,
    sentinel: Option<PathBuf>,
    process: Option<Child>,
    folder: TempDir,
}

impl RedisServer {
    /// A running server.
    ///
    /// # Panics
    /// When `redis-server` is missing or does not start.
    pub async fn start() -> Self {
        Self::started(None).await
    }

    /// A running server that wants a password.
    ///
    /// # Panics
    /// As [`RedisServer::start`].
    pub async fn start_with_password(password: &str) -> Self {
        Self::started(Some(password.to_owned())).await
    }

    /// A server that does not run yet: nothing listens on its port until [`RedisServer::run`].
    ///
    /// # Panics
    /// When there is no free port.
    #[must_use]
    pub fn absent() -> Self {
        let folder = tempfile::tempdir().expect("no temporary folder");
        Self::with(free_port(), folder)
    }

    /// A running server with more on its command line, on a port that nobody takes while it is stopped.
    #[cfg(feature = "servers")]
    pub(crate) async fn start_with(arguments: &[String]) -> Self {
        let mut server = Self::with(crate::lasting_port(), tempfile::tempdir().expect("no temporary folder"));
        server.arguments = arguments.to_vec();
        server.run().await;
        server
    }

    /// A running Sentinel.
    #[cfg(feature = "servers")]
    pub(crate) async fn start_sentinel(settings: &str) -> Self {
        let mut server = Self::with(crate::lasting_port(), tempfile::tempdir().expect("no temporary folder"));
        let file = server.folder.path().join("sentinel.conf");
        std::fs::write(&file, format!("port {}\nbind 127.0.0.1\n{settings}", server.port)).expect("a file can be made");
        server.sentinel = Some(file);
        server.run().await;
        server
    }

    /// Its port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Where it is, password included.
    #[must_use]
    pub fn url(&self) -> String {
        let password = self.password.as_ref().map(|password| format!(":{password}@")).unwrap_or_default();
        format!("redis://{password}127.0.0.1:{}", self.port)
    }

    /// What a server needs to use it, by the names in the environment.
    #[must_use]
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let password = self.password.clone().map(|password| ("REDIS_PASSWORD", password));
        [("REDIS_HOST", "127.0.0.1".to_owned()), ("REDIS_PORT", self.port.to_string())]
            .into_iter()
            .chain(password)
            .collect()
    }

    /// Starts it on its port, and waits until it answers.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn run(&mut self) {
        assert!(self.try_run().await, "redis-server ended at start on port {}", self.port);
    }

    /// Ends it as `kill -9` does.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            // It may have ended by itself; what counts is that it does not run.
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Kills it and starts it anew: empty, on the same port.
    ///
    /// # Panics
    /// As [`RedisServer::run`].
    pub async fn restart(&mut self) {
        self.kill();
        self.run().await;
    }

    /// Stops it from doing anything; its connections stay.
    ///
    /// # Panics
    /// When it does not run.
    pub fn pause(&self) {
        self.signal(Signal::SIGSTOP);
    }

    /// Lets it go on after [`RedisServer::pause`].
    ///
    /// # Panics
    /// When it does not run.
    pub fn resume(&self) {
        self.signal(Signal::SIGCONT);
    }

    /// What it answers to a command, sent on a connection of its own; the elements of a list one by one.
    ///
    /// # Panics
    /// When it cannot be asked, or answers with an error.
    pub async fn command<A: AsRef<[u8]>>(&self, words: &[A]) -> Vec<String> {
        client::ask(self.port, self.password.as_deref(), words).await.unwrap_or_else(|error| panic!("Redis: {error}"))
    }

    /// The same, with nothing for an answer when there is none: a server that becomes a replica breaks its connections.
    #[cfg(feature = "servers")]
    pub(crate) async fn told(&self, words: &[&str]) -> Vec<String> {
        client::ask(self.port, self.password.as_deref(), words).await.unwrap_or_default()
    }

    const fn with(port: u16, folder: TempDir) -> Self {
        Self { port, password: None, arguments: Vec::new(), sentinel: None, process: None, folder }
    }

    async fn started(password: Option<String>) -> Self {
        for _ in 0..PORTS_TRIED {
            let mut server = Self::absent();
            server.password.clone_from(&password);
            if server.try_run().await {
                return server;
            }
        }
        panic!("redis-server ended at start on {PORTS_TRIED} ports")
    }

    /// False when the process ended at once.
    async fn try_run(&mut self) -> bool {
        let program = env::var(PROGRAM_VARIABLE).unwrap_or_else(|_| "redis-server".to_owned());
        let mut command = Command::new(&program);
        if let Some(file) = &self.sentinel {
            command.arg(file).arg("--sentinel").current_dir(self.folder.path());
        } else {
            command.args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
            command.args(["--daemonize", "no"]).arg("--dir").arg(self.folder.path()).args(&self.arguments);
        }
        if let Some(password) = &self.password {
            command.args(["--requirepass", password]);
        }
        let spawned = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let process = spawned.unwrap_or_else(|error| {
            panic!("cannot start `{program}` ({error}): install redis-server, or set {PROGRAM_VARIABLE} to its path")
        });
        let process = self.process.insert(process);
        let started = Instant::now();
        loop {
            if process.try_wait().expect("a child can be asked").is_some() {
                return false;
            }
            if client::ask(self.port, self.password.as_deref(), &["PING"]).await.is_ok_and(|pong| pong == ["PONG"]) {
                return true;
            }
            assert!(started.elapsed() < START_MAX, "redis-server does not answer on port {}", self.port);
            sleep(POLL).await;
        }
    }

    fn signal(&self, signal: Signal) {
        let process = self.process.as_ref().expect("redis-server does not run");
        let id = i32::try_from(process.id()).expect("a process id is small");
        kill(Pid::from_raw(id), signal).expect("our own child can be signalled");
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("no free port");
    listener.local_addr().expect("a bound socket has an address").port()
}
