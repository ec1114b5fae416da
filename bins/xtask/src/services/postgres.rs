//! A private PostgreSQL: trust authentication on loopback, nothing kept.

use std::cmp::Reverse;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{env, io};

use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;
use tempfile::TempDir;

use super::server_account::{ServerAccount, install_debian_package};
use super::{Export, folder_with};
use crate::{process, report};

const PROGRAMS: [&str; 2] = ["initdb", "postgres"];
const START_LIMIT: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);

/// A running server; dropping it stops it and removes its data.
#[derive(Debug)]
pub struct Postgres {
    server: Child,
    port: u16,
    programs: PathBuf,
    // Removed after the server has stopped, because fields are dropped after `drop`.
    folder: TempDir,
}

impl Postgres {
    /// Creates a cluster, starts it and returns when it accepts connections.
    pub fn start() -> Result<Self> {
        // The data does not outlive the run, so surviving a power cut buys nothing.
        Self::start_with(&["fsync=off", "full_page_writes=off"])
    }

    /// The same for measurements: what it acknowledges is on the disk, as on a real server. Pgbench's 64 clients and the
    /// server's own connections meet there.
    pub fn start_durable() -> Result<Self> {
        Self::start_with(&[
            "fsync=on",
            "synchronous_commit=on",
            "shared_buffers=512MB",
            "max_wal_size=4GB",
            "max_connections=200",
        ])
    }

    fn start_with(settings: &[&str]) -> Result<Self> {
        let programs = find_or_install()?;
        let account = ServerAccount::choose("postgres")?;
        let folder = account.temp_dir().context("no temporary folder for PostgreSQL")?;
        initdb(&programs, &account, folder.path()).context("initdb failed")?;

        let port = free_port()?;
        report::step(format_args!("starting PostgreSQL on 127.0.0.1:{port} ({})", programs.display()));
        let server = spawn(&programs, &account, (folder.path(), port), settings).context("cannot start PostgreSQL")?;
        let mut postgres = Self { server, port, programs, folder };
        postgres.wait_until_ready()?;
        Ok(postgres)
    }

    /// Where the tests find it.
    pub fn exports(&self) -> Vec<Export> {
        vec![("OFEKTOM_TEST_POSTGRES_URL", self.url())]
    }

    /// Its administrator's URL.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// A program of its version, such as `pgbench`.
    pub fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// The server writes its state as the last line of `postmaster.pid`, which only this server can have made.
    fn wait_until_ready(&mut self) -> Result<()> {
        let state = self.folder.path().join("data/postmaster.pid");
        let started = Instant::now();
        while started.elapsed() < START_LIMIT {
            if fs::read_to_string(&state)
                .is_ok_and(|text| text.lines().last().is_some_and(|line| line.trim() == "ready"))
            {
                return Ok(());
            }
            if let Some(status) = self.server.try_wait()? {
                bail!("PostgreSQL ended at start ({status}):\n{}", self.log());
            }
            sleep(POLL);
        }
        bail!("PostgreSQL was not ready after {} s:\n{}", START_LIMIT.as_secs(), self.log())
    }

    fn log(&self) -> String {
        fs::read_to_string(log_path(self.folder.path())).unwrap_or_else(|error| format!("(no log: {error})"))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGQUIT is PostgreSQL's immediate shutdown; the data is thrown away, so there is nothing to write back.
        if let Err(error) = process::stop(&mut self.server, Signal::SIGQUIT) {
            report::failure(&error.context("PostgreSQL did not stop"));
        }
    }
}

fn find_or_install() -> Result<PathBuf> {
    if let Some(folder) = folder_with(&PROGRAMS, candidates()) {
        return Ok(folder);
    }
    install_debian_package("postgresql", "PostgreSQL server programs (initdb, postgres)")?;
    folder_with(&PROGRAMS, candidates())
        .context("no initdb and postgres in /usr/lib/postgresql/*/bin, though `postgresql` is installed")
}

/// `PATH` first, as somebody chose it; then what Debian installs outside of it, the newest version first.
fn candidates() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&path).collect::<Vec<_>>();
    let mut debian: Vec<PathBuf> =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    debian.sort_by_key(|folder| Reverse(folder.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok())));
    on_path.into_iter().chain(debian.into_iter().map(|folder| folder.join("bin"))).collect()
}

fn initdb(programs: &Path, account: &ServerAccount, folder: &Path) -> Result<()> {
    let mut command = account.command(&programs.join("initdb"));
    command.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"]);
    // The server's user may not enter the folder we were started in.
    command.arg(folder.join("data")).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null());
    process::run_checked(&mut command)
}

fn spawn(
    programs: &Path,
    account: &ServerAccount,
    (folder, port): (&Path, u16),
    settings: &[&str],
) -> io::Result<Child> {
    let log = File::create(log_path(folder))?;
    let mut command = account.server_command(&programs.join("postgres"), "QUIT");
    command.arg("-D").arg(folder.join("data"));
    for setting in ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=500"] {
        command.args(["-c", setting]);
    }
    for setting in settings {
        command.args(["-c", setting]);
    }
    command.args(["-c", &format!("port={port}")]);
    command.current_dir(folder).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()
}

fn log_path(folder: &Path) -> PathBuf {
    folder.join("server.log")
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
