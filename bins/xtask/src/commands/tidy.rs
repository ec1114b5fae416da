//! `cargo xtask tidy`: the tidy checks alone.

use std::process::ExitCode;

use anyhow::Result;

use crate::tidy::{self, Tree};
use crate::{report, workspace};

/// Runs every check and prints every problem.
pub fn run() -> Result<ExitCode> {
    let tree = Tree::open(&workspace::root()?)?;
    let mut clean = true;
    for (name, check) in tidy::CHECKS {
        let problems = check(&tree)?;
        report::line(format_args!("{name}: {}", if problems.is_empty() { "ok" } else { "FAILED" }));
        for problem in &problems {
            report::line(format_args!("  {problem}"));
        }
        clean &= problems.is_empty();
    }
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
