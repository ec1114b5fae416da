//! `cargo xtask test`: all tests, on a machine where nothing runs.

use std::ffi::OsString;
use std::io::BufReader;
use std::path::PathBuf;
use std::process::{ExitCode, Stdio};

use anyhow::{Context, Result, bail};
use cargo_metadata::Message;

use crate::process::{self, Interrupt};
use crate::services::Services;
use crate::{report, workspace};

/// Runs `cargo test` with the services up and gives its exit code.
pub fn run(cargo_args: &[OsString]) -> Result<ExitCode> {
    let interrupt = Interrupt::watch()?;
    report::step("building the ofektom binary");
    let binary = build_binary()?;
    let services = Services::start()?;

    let mut command = workspace::cargo("test")?;
    if !names_packages(cargo_args) {
        command.arg("--workspace");
    }
    command.args(cargo_args).env("OFEKTOM_TEST_BINARY", binary).envs(services.exports());
    report::step("running the tests");
    let code = process::run(&mut command, &interrupt)?;
    report::step(if code == 0 { "all tests passed" } else { "tests failed" });
    Ok(ExitCode::from(code))
}

/// Builds the server in the dev profile and gives the path of its program. `--workspace` selects the same features as the
/// test build does, so that dependencies are compiled once.
fn build_binary() -> Result<PathBuf> {
    let mut command = workspace::cargo("build")?;
    command.args(["--workspace", "--bin", "ofektom", "--message-format", "json-render-diagnostics"]);
    let mut child = command.stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
    let output = child.stdout.take().context("cargo has no output")?;

    let mut executable = None;
    for message in Message::parse_stream(BufReader::new(output)) {
        if let Message::CompilerArtifact(artifact) = message?
            && artifact.target.is_bin()
            && artifact.target.name == "ofektom"
        {
            executable = artifact.executable;
        }
    }
    if !child.wait()?.success() {
        bail!("the ofektom binary does not build");
    }
    Ok(executable.context("cargo named no executable for ofektom")?.into_std_path_buf())
}

/// True when the arguments choose packages themselves. What follows a second `--` is for the test programs.
fn names_packages(cargo_args: &[OsString]) -> bool {
    let for_cargo = cargo_args.iter().take_while(|arg| *arg != "--");
    for_cargo.filter_map(|arg| arg.to_str()).any(|arg| arg.starts_with("-p") || arg.starts_with("--package"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_recognised_before_the_second_separator_only() {
        let named = |args: &[&str]| names_packages(&args.iter().map(OsString::from).collect::<Vec<_>>());
        assert!(named(&["-p", "ofektom-domain"]));
        assert!(named(&["--package=ofektom-domain", "money"]));
        assert!(!named(&["money", "--no-fail-fast"]));
        assert!(!named(&["--", "-p"]));
    }
}
