//! A PostgreSQL server that belongs to one test, to be stopped and started again.

use std::env;
use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, User, geteuid};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::ports::lasting_port;

/// More than enough for a start on a busy machine.
const START_MAX: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(10);

/// A server on a port of its own, which loses its data when this is dropped.
#[derive(Debug)]
pub struct PostgresServer {
    programs: PathBuf,
    account: Option<User>,
    port: u16,
    process: Option<Child>,
    folder: TempDir,
}

impl PostgresServer {
    /// A running server with nothing in it.
    ///
    /// # Panics
    /// When PostgreSQL's programs are missing or the server does not start.
    pub async fn start() -> Self {
        let mut server = Self::with_nothing();
        let mut initdb = server.command("initdb");
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"]);
        let made = initdb.arg(server.data()).stdout(Stdio::null()).status().expect("initdb runs");
        assert!(made.success(), "initdb: {made}");
        server.run().await;
        server
    }

    /// A running replica of it, which follows it for as long as both run.
    ///
    /// # Panics
    /// When the files cannot be copied or it does not start.
    pub async fn replica(&self) -> Self {
        let mut replica = Self::with_nothing();
        // The folder may have links to some of the programs only.
        let there = fs::canonicalize(replica.programs.join("postgres")).expect("PostgreSQL is there");
        replica.programs = there.parent().expect("a program is in a folder").to_path_buf();
        let mut copy = replica.command("pg_basebackup");
        copy.args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync", "--dbname", &self.url(), "--pgdata"]);
        let copied = copy.arg(replica.data()).stdout(Stdio::null()).status().expect("pg_basebackup runs");
        assert!(copied.success(), "pg_basebackup: {copied}");
        replica.run().await;
        replica
    }

    /// A server without files on a port of its own.
    fn with_nothing() -> Self {
        let account = account();
        let folder = tempfile::tempdir().expect("no temporary folder");
        if let Some(user) = &account {
            chown(folder.path(), Some(user.uid.as_raw()), Some(user.gid.as_raw())).expect("root may give folders away");
        }
        Self { programs: programs(), account, port: lasting_port(), process: None, folder }
    }

    /// The URL of its database.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Where the programs of PostgreSQL are.
    ///
    /// # Panics
    /// When they are missing.
    #[must_use]
    pub fn programs_folder() -> PathBuf {
        programs()
    }

    /// Starts it on its port, and waits until it takes connections.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn run(&mut self) {
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.data()).args(["-c", &format!("port={}", self.port)]);
        for setting in ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "max_connections=200"] {
            command.args(["-c", setting]);
        }
        let spawned = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("postgres can be started");
        let process = self.process.insert(spawned);
        let state = self.folder.path().join("data/postmaster.pid");
        let started = Instant::now();
        // Its state is the last line of this file.
        while !fs::read_to_string(&state).is_ok_and(|text| text.trim_end().ends_with("ready")) {
            assert!(process.try_wait().expect("a child can be asked").is_none(), "PostgreSQL ended at start");
            assert!(started.elapsed() < START_MAX, "PostgreSQL does not get ready");
            sleep(POLL).await;
        }
    }

    /// Stops it at once, as a crash does: connections break, and nothing listens.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            if let Ok(id) = i32::try_from(process.id()) {
                // SIGQUIT is the immediate shutdown, with all of its processes. It may have ended by itself.
                let _ = kill(Pid::from_raw(id), Signal::SIGQUIT);
            }
            let _ = process.wait();
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Runs as nobody but a plain user, because PostgreSQL refuses root.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        if let Some(user) = &self.account {
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        // A terminal's Ctrl-C is for the test.
        command.process_group(0).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        self.stop();
    }
}

pub(crate) fn account() -> Option<User> {
    let user = |name| User::from_name(name).ok().flatten();
    geteuid().is_root().then(|| user("postgres").or_else(|| user("nobody")).expect("a user postgres or nobody"))
}

/// `PATH` first; then where Debian has them, the newest version first.
fn programs() -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut debian: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .collect();
    debian.sort_by_key(|folder| std::cmp::Reverse(version(folder)));
    let mut folders = env::split_paths(&path).chain(debian);
    let found = folders.find(|folder| ["initdb", "postgres"].iter().all(|name| folder.join(name).is_file()));
    found.expect("PostgreSQL's programs are missing: `cargo xtask services` installs them")
}

fn version(folder: &Path) -> u32 {
    let name = folder.parent().and_then(|folder| folder.file_name()?.to_str());
    name.and_then(|name| name.parse().ok()).unwrap_or_default()
}
