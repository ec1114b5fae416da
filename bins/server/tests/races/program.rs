//! The program's commands, run as processes.

use std::io::{Read, Write as _};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::task::block_in_place;

use crate::crowd::PATIENCE;

/// How a command ended.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs a command to its end, with nothing configured but `settings`, and `input` to read.
pub fn ofektom(arguments: &[&str], settings: &[(&str, &str)], input: &str) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ofektom"));
    command.args(arguments).env_clear().envs(settings.iter().copied());
    ran(&mut command, input)
}

/// Runs a program to its end.
pub fn ran(command: &mut Command, input: &str) -> Said {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let (stdout, stderr) = (read(child.stdout.take().unwrap()), read(child.stderr.take().unwrap()));
    let code = block_in_place(|| ended(&mut child));
    let (stdout, stderr) = (stdout.join().unwrap(), stderr.join().unwrap());
    Said { code: code.unwrap_or_else(|| panic!("it did not end: {stdout}{stderr}")), stdout, stderr }
}

fn read(mut output: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut text = String::new();
        output.read_to_string(&mut text).unwrap();
        text
    })
}

/// The exit code. A server that should have refused to start is killed after a while, and has none.
fn ended(child: &mut Child) -> Option<i32> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        if started.elapsed() > PATIENCE {
            child.kill().unwrap();
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// That `ofektom ledger verify` finds the books of a database in order.
pub fn books_verify(database_url: &str) {
    let settings = [("DATABASE_URL", database_url), ("SECRET_KEY", "any key does to read the books with")];
    let said = ofektom(&["ledger", "verify"], &settings, "");
    assert!(said.code == 0 && said.stdout.ends_with("the books balance\n"), "{said:?}");
    assert!(!said.stdout.contains(" 0 cards"), "{said:?}");
}
