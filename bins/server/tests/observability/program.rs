//! The program of this very build as a process.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;
use tokio::task::block_in_place;

/// A server. It is killed when this is dropped.
pub struct Program {
    pub url: String,
    process: Child,
    folder: TempDir,
}

impl Program {
    /// Starts it on a database and a free port, and waits until it is ready. Its log goes to a file.
    pub fn start(database_url: &str, settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let mut command = Self::command(database_url, &folder);
        command.envs(settings.iter().copied()).stderr(log);
        let mut process = command.spawn().unwrap();
        let url = block_in_place(|| ready(&mut process));
        Self { url, process, folder }
    }

    /// The same without its log: standard error is a pipe, for the caller to read or not.
    pub fn start_unheard(database_url: &str, settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Self::command(database_url, &folder);
        command.envs(settings.iter().copied()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let url = block_in_place(|| ready(&mut process));
        Self { url, process, folder }
    }

    fn command(database_url: &str, folder: &TempDir) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ofektom"));
        command.env_clear().env("DATABASE_URL", database_url).env("OFEKTOM_DATA", folder.path()).env("PORT", "0");
        // The database is there already, so a key is not made for it.
        command.env("SECRET_KEY", "0123456789abcdef0123456789abcdef");
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        command
    }

    /// Standard error, if it is a pipe.
    pub fn stderr(&mut self) -> std::process::ChildStderr {
        self.process.stderr.take().unwrap()
    }

    /// Lets it stop, and gives its log.
    pub fn terminate(&mut self) -> String {
        let pid = Pid::from_raw(i32::try_from(self.process.id()).unwrap());
        kill(pid, Signal::SIGTERM).unwrap();
        assert!(block_in_place(|| self.process.wait()).unwrap().success());
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn ready(process: &mut Child) -> String {
    let mut output = BufReader::new(process.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("http://") {
        line.clear();
        assert!(output.read_line(&mut line).unwrap() > 0, "it did not start");
    }
    line.trim().rsplit(' ').next().unwrap().to_owned()
}
