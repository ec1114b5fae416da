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
    /// Measure what docs/PERFORMANCE.md says, and write it there. A full run takes half an hour.
    Bench {
        /// Rows to measure, such as `P4 P5`, and options of the load harness, such as `--quick` and `--engine sqlite`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        harness_args: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    let outcome = match Task::parse() {
        Task::Test { cargo_args } => commands::test::run(&cargo_args),
        Task::Services => commands::services::run(),
        Task::Tidy => commands::tidy::run(),
        Task::Bench { harness_args } => commands::bench::run(&harness_args),
    };
    outcome.unwrap_or_else(|error| {
        report::failure(&error);
        ExitCode::FAILURE
    })
}
