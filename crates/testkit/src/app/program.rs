//! The program `ofektom` as a process of its own, to be killed like one.

use std::env;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use ofektom_server::SystemClock;
use reqwest::Method;
use tempfile::TempDir;
use tokio::task::block_in_place;

use super::SECRET_KEY;
use super::api::Api;
use super::cache_mode::CacheMode;

const BINARY_VARIABLE: &str = "OFEKTOM_TEST_BINARY";
/// How the line begins that tells the address.
const READY: &str = "ofektom is ready at ";
/// More than enough for a start on a busy machine.
const START_MAX: Duration = Duration::from_secs(60);

/// The program, serving a database. It is killed when this is dropped.
#[derive(Debug)]
pub struct TestServer {
    /// Requests to it.
    pub api: Api,
    process: Process,
    settings: Vec<(String, String)>,
    _cache_mode: CacheMode,
    folder: TempDir,
}

#[derive(Debug)]
struct Process(Child);

impl TestServer {
    /// Starts the program that `OFEKTOM_TEST_BINARY` names on a database and a free port, and waits until it answers.
    ///
    /// # Panics
    /// When it does not start; what it said is part of the message.
    pub async fn spawn(database_url: &str) -> Self {
        Self::spawn_with(database_url, &[]).await
    }

    /// The same with more settings, by their names in the environment.
    ///
    /// # Panics
    /// As [`TestServer::spawn`].
    pub async fn spawn_with(database_url: &str, settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("no temporary folder");
        // A test that sends much is to be slowed down only if it asks for that.
        let ours = [
            ("DATABASE_URL", database_url),
            ("SECRET_KEY", SECRET_KEY),
            ("PORT", "0"),
            ("OFEKTOM_WORKERS", "2"),
            ("RATE_LIMITS", "off"),
        ];
        let cache_mode = CacheMode::of_run(settings).await;
        let all = ours.iter().chain(settings).copied().chain(cache_mode.settings());
        let settings: Vec<_> = all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let (process, api) = start(&settings, &folder).await;
        Self { api, process, settings, _cache_mode: cache_mode, folder }
    }

    /// What it has logged since it was last started.
    ///
    /// # Panics
    /// When the log cannot be read.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(log_path(&self.folder)).expect("the log can be read")
    }

    /// Ends it as `kill -9` does, whatever it is doing.
    ///
    /// # Panics
    /// When it does not run any more.
    pub fn kill(&mut self) {
        self.process.signal(Signal::SIGKILL);
        block_in_place(|| self.process.0.wait()).expect("the server ends");
    }

    /// Holds it still, with all that it has open, until [`TestServer::thaw`].
    ///
    /// # Panics
    /// When it does not run any more.
    pub fn freeze(&self) {
        self.process.signal(Signal::SIGSTOP);
    }

    /// Lets it go on.
    ///
    /// # Panics
    /// When it does not run any more.
    pub fn thaw(&self) {
        self.process.signal(Signal::SIGCONT);
    }

    /// Starts it again, on the same database, after [`TestServer::kill`] or [`TestServer::terminate`]. Its port is another.
    ///
    /// # Panics
    /// As [`TestServer::spawn`].
    pub async fn restart(&mut self) {
        let (process, api) = start(&self.settings, &self.folder).await;
        self.process = process;
        self.api = self.api.at(api.url);
    }

    /// Asks it to stop as `kill` does, and waits until it has.
    ///
    /// # Panics
    /// When it does not run any more.
    pub fn terminate(&mut self) -> ExitStatus {
        self.terminate_begin();
        self.wait()
    }

    /// Asks it to stop as `kill` does.
    ///
    /// # Panics
    /// When it does not run any more.
    pub fn terminate_begin(&self) {
        self.process.signal(Signal::SIGTERM);
    }

    /// Waits until it has stopped.
    ///
    /// # Panics
    /// When the system does not tell.
    pub fn wait(&mut self) -> ExitStatus {
        block_in_place(|| self.process.0.wait()).expect("the server ends")
    }
}

impl Process {
    fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.0.id()).expect("a process id");
        kill(Pid::from_raw(pid), signal).expect("the server runs");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn start(settings: &[(String, String)], folder: &TempDir) -> (Process, Api) {
    let binary = env::var(BINARY_VARIABLE)
        .unwrap_or_else(|_| panic!("{BINARY_VARIABLE} is not set: run `cargo xtask test`, which builds the program"));
    let log = log_path(folder);
    let child = Command::new(&binary)
        .env_clear()
        .env("OFEKTOM_DATA", folder.path())
        .envs(settings.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(File::create(&log).expect("the log can be made"))
        .spawn();
    let mut process = Process(child.unwrap_or_else(|error| panic!("{binary} cannot be started: {error}")));
    let stdout = process.0.stdout.take().expect("the output is piped");
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        // Nobody listens any more when the start took too long.
        let _ = tell.send(lines.find_map(|line| line.strip_prefix(READY).map(str::to_owned)));
        // Reads on, so that the program never waits for its output.
        lines.for_each(drop);
    });
    let ready = block_in_place(|| told.recv_timeout(START_MAX)).ok().flatten();
    let said = || fs::read_to_string(&log).unwrap_or_default();
    let url = ready.unwrap_or_else(|| panic!("the server did not get ready:\n{}", said()));
    let api = Api::new(url, Arc::new(SystemClock));
    let alive = api.send(api.request(Method::GET, "/livez")).await;
    assert_eq!(alive.status, 200, "{}", alive.text());
    (process, api)
}

fn log_path(folder: &TempDir) -> PathBuf {
    folder.path().join("server.log")
}
