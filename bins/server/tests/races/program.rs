//! The program's commands, run as processes.

use std::io::Write as _;
use std::process::{Command, Stdio};

use tokio::task::block_in_place;

/// How a command ended. A failing test shows it whole.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub stdout: String,
    #[expect(dead_code, reason = "for failing tests to show")]
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
    block_in_place(|| {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
    })
}

/// That `ofektom ledger verify` finds the books of a database in order.
pub fn books_verify(database_url: &str) {
    let settings = [("DATABASE_URL", database_url), ("SECRET_KEY", "any key does to read the books with")];
    let said = ofektom(&["ledger", "verify"], &settings, "");
    assert!(said.code == 0 && said.stdout.ends_with("the books balance\n"), "{said:?}");
    assert!(!said.stdout.contains(" 0 cards"), "{said:?}");
}
