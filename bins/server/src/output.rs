//! What the commands print for people: results on standard output, what went wrong on standard error.

use std::fmt::Display;
use std::io::{Write as _, stderr, stdout};

/// Prints a line of a result. Nobody to read it is no reason to stop.
pub(crate) fn line(text: impl Display) {
    let _ = writeln!(stdout(), "{text}");
}

/// Prints in one line why a command failed.
pub(crate) fn failure(error: &anyhow::Error) {
    let text = format!("{error:#}").replace('\n', " ");
    let _ = writeln!(stderr(), "ofektom: {text}");
}
