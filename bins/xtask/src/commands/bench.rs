//! `cargo xtask bench`: the load harness, with everything it needs.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::process::{self, Interrupt};
use crate::services::Postgres;
use crate::{report, workspace};

/// Builds the server and the harness for release, starts a PostgreSQL that loses nothing, and runs the harness.
pub fn run(harness_args: &[OsString]) -> Result<ExitCode> {
    let interrupt = Interrupt::watch()?;
    report::step("building the server and the load harness for release");
    let mut build = workspace::cargo("build")?;
    build.args(["--release", "-p", "ofektom", "-p", "ofektom-benches", "--bin", "ofektom", "--bin", "ofektom-load"]);
    let code = process::run(&mut build, &interrupt)?;
    if code != 0 {
        return Ok(ExitCode::from(code));
    }
    let programs = workspace::target_folder()?.join("release");
    let mut harness = Command::new(programs.join("ofektom-load"));
    harness.current_dir(workspace::root()?).arg("--program").arg(programs.join("ofektom"));
    // Alive to the end of the harness.
    let postgres = wants_postgres(harness_args).then(Postgres::start_durable).transpose()?;
    if let Some(postgres) = &postgres {
        harness.args(["--postgres-url", &postgres.url()]).arg("--pgbench").arg(postgres.program("pgbench"));
    }
    let code = process::run(harness.args(harness_args), &interrupt)?;
    Ok(ExitCode::from(code))
}

/// Whether PostgreSQL is measured: yes, unless only SQLite is asked for.
fn wants_postgres(harness_args: &[OsString]) -> bool {
    let sqlite_alone = harness_args.windows(2).any(|pair| pair == ["--engine", "sqlite"]);
    !sqlite_alone && !harness_args.iter().any(|arg| arg == "--engine=sqlite")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postgres_is_left_out_only_when_sqlite_is_asked_for() {
        let wanted = |args: &[&str]| wants_postgres(&args.iter().map(OsString::from).collect::<Vec<_>>());
        assert!(wanted(&["P4"]) && wanted(&["--engine", "postgres"]));
        assert!(!wanted(&["P8", "--engine", "sqlite"]) && !wanted(&["--engine=sqlite"]));
    }
}
