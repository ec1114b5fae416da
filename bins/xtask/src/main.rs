#![doc = include_str!("../README.md")]

mod commands;
mod process;
mod report;
mod services;
mod tidy;
mod workspace;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

/// Chores of the workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Run all tests, with the services they need.
    Test {
        /// Passed on to `cargo test`.
        #[arg(last = true)]
        cargo_args: Vec<OsString>,
    },
    /// Start the services of the tests, print how to reach them, and wait for Ctrl-C.
    Services,
    /// Check the shape of the tree.
    Tidy,
}

fn main() -> ExitCode {
    let outcome = match Task::parse() {
        Task::Test { cargo_args } => commands::test::run(&cargo_args),
        Task::Services => commands::services::run(),
        Task::Tidy => commands::tidy::run(),
    };
    outcome.unwrap_or_else(|error| {
        report::failure(&error);
        ExitCode::FAILURE
    })
}
