//! What the person at the terminal sees. A closed terminal is no reason to stop, so failed writes are ignored.

use std::fmt::Display;
use std::io::{Write, stderr, stdout};

/// Announces a step, on standard error so that standard output can be evaluated by a shell.
pub fn step(text: impl Display) {
    let _ = writeln!(stderr(), "==> {text}");
}

/// Prints one line of result.
pub fn line(text: impl Display) {
    let mut out = stdout();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Prints why the command failed, with the causes.
pub fn failure(error: &anyhow::Error) {
    let _ = writeln!(stderr(), "error: {error:#}");
}
