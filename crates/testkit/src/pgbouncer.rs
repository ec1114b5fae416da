//! PgBouncer with the file of `deploy/pgbouncer`, as a process. Only its places and the number of its connections are the test's own.

use std::env;
use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;
use tokio::time::sleep;

use crate::ports::lasting_port;
use crate::postgres_server::account;

const PROGRAM_VARIABLE: &str = "OFEKTOM_TEST_PGBOUNCER";
/// What is shipped.
const SHIPPED: &str = include_str!("../../../deploy/pgbouncer/pgbouncer.ini");
/// Whoever connects needs it; PostgreSQL itself trusts this machine.
const PASSWORD: &str = "a-password-of-the-test";
/// More than enough for a start on a busy machine.
const START_MAX: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(10);

/// A running PgBouncer. It is stopped when this is dropped.
#[derive(Debug)]
pub struct PgBouncer {
    port: u16,
    database: String,
    process: Option<Child>,
    folder: TempDir,
}

impl PgBouncer {
    /// Starts it in front of a database, with so many connections to it, and waits until it listens.
    ///
    /// # Panics
    /// When it is missing or does not start, or when the shipped file is not what it was.
    pub async fn start(database_url: &str, connections: usize) -> Self {
        let place = database_url.strip_prefix("postgres://postgres@").expect("a URL of the tests");
        let (address, database) = place.split_once('/').expect("a URL with a database");
        let (host, server_port) = address.split_once(':').expect("a URL with a port");
        let folder = tempfile::tempdir().expect("no temporary folder");
        let port = lasting_port();
        let mut file = SHIPPED.to_owned();
        for (line, ours) in [
            (
                "ofektom = host=127.0.0.1 port=5432 dbname=ofektom",
                format!("{database} = host={host} port={server_port}"),
            ),
            ("listen_port = 6432", format!("listen_port = {port}")),
            ("auth_file = /etc/pgbouncer/userlist.txt", format!("auth_file = {}", path(&folder, "userlist.txt"))),
            ("logfile = /var/log/postgresql/pgbouncer.log", format!("logfile = {}", path(&folder, "log"))),
            ("pidfile = /var/run/postgresql/pgbouncer.pid", format!("pidfile = {}", path(&folder, "pid"))),
            ("default_pool_size = 20", format!("default_pool_size = {connections}")),
        ] {
            assert!(file.contains(line), "the shipped file has no {line}");
            file = file.replace(line, &ours);
        }
        fs::write(folder.path().join("pgbouncer.ini"), file).expect("a file can be made");
        fs::write(folder.path().join("userlist.txt"), format!("\"postgres\" \"{PASSWORD}\"\n")).expect("the same");
        let mut bouncer = Self { port, database: database.to_owned(), process: None, folder };
        bouncer.run().await;
        bouncer
    }

    /// The URL of the database through it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://postgres:{PASSWORD}@127.0.0.1:{}/{}", self.port, self.database)
    }

    /// What it has logged.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Starts it on its port, and waits until it listens.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn run(&mut self) {
        let process = spawn(self.folder.path());
        let process = self.process.insert(process);
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = process.try_wait().expect("a child can be asked");
            let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(ended.is_none() && started.elapsed() < START_MAX, "PgBouncer does not listen:\n{log}");
            sleep(POLL).await;
        }
    }

    /// Ends it as `kill -9` does.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            if let Ok(id) = i32::try_from(process.id()) {
                // It may have ended by itself.
                let _ = kill(Pid::from_raw(id), Signal::SIGKILL);
            }
            let _ = process.wait();
        }
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        self.kill();
    }
}

fn path(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).display().to_string()
}

/// Runs as a plain user, because it refuses root.
fn spawn(folder: &Path) -> Child {
    // Debian has it in a folder of servers, which `PATH` often lacks.
    let in_sbin = || Some(PathBuf::from("/usr/sbin/pgbouncer")).filter(|path| path.is_file());
    let program = env::var_os(PROGRAM_VARIABLE).map(PathBuf::from).or_else(in_sbin);
    let program = program.unwrap_or_else(|| PathBuf::from("pgbouncer"));
    let mut command = Command::new(&program);
    if let Some(user) = account() {
        for of_folder in [folder.to_path_buf(), folder.join("pgbouncer.ini"), folder.join("userlist.txt")] {
            chown(&of_folder, Some(user.uid.as_raw()), Some(user.gid.as_raw())).expect("root may give files away");
        }
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    command.arg(folder.join("pgbouncer.ini")).current_dir(folder).process_group(0);
    let spawned = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    spawned.unwrap_or_else(|error| {
        panic!(
            "cannot start `{}` ({error}): install pgbouncer, or set {PROGRAM_VARIABLE} to its path",
            program.display()
        )
    })
}
