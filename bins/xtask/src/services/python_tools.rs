//! Programs written in Python that tests call: kept in an environment of their own inside the target folder.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::Export;
use super::server_account::install_debian_package;
use crate::{process, report, workspace};

/// What is installed, every version pinned.
const REQUIREMENTS: &str = include_str!("../../python-tools.txt");
/// Tells that everything was installed, and which versions.
const DONE: &str = "installed.txt";

/// An environment with the programs in it.
#[derive(Debug)]
pub struct PythonTools {
    programs: PathBuf,
}

impl PythonTools {
    /// Makes the environment, or takes the one that is there when it holds just what is pinned.
    pub fn install() -> Result<Self> {
        let folder = workspace::target_folder()?.join("python-tools");
        let tools = Self { programs: folder.join("bin") };
        if fs::read_to_string(folder.join(DONE)).is_ok_and(|done| done == REQUIREMENTS) {
            return Ok(tools);
        }
        report::step(format_args!("installing schemathesis into {}", folder.display()));
        make_environment(&folder)?;
        let pinned = folder.join("requirements.txt");
        fs::write(&pinned, REQUIREMENTS)?;
        let mut command = Command::new(tools.programs.join("pip"));
        command.args(["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--requirement"]).arg(&pinned);
        process::run_checked(&mut command).context(
            "the tools of bins/xtask/python-tools.txt cannot be installed; the Python package index is needed",
        )?;
        fs::write(folder.join(DONE), REQUIREMENTS)?;
        Ok(tools)
    }

    /// Where the tests find them.
    pub fn exports(&self) -> Vec<Export> {
        vec![("OFEKTOM_TEST_PYTHON_TOOLS", self.programs.display().to_string())]
    }
}

/// A new, empty environment. Debian has Python without what makes one, in a package of its own.
fn make_environment(folder: &Path) -> Result<()> {
    let make =
        || run_quietly("python3", [OsStr::new("-m"), OsStr::new("venv"), OsStr::new("--clear"), folder.as_os_str()]);
    if make().is_ok() {
        return Ok(());
    }
    install_debian_package("python3-venv", "Python 3.10 or newer with its module venv")?;
    make().context("python3 -m venv fails, though `python3-venv` is installed")
}

/// Runs a program whose complaints do not matter, because there is another way.
fn run_quietly<'a>(program: &str, arguments: impl IntoIterator<Item = &'a OsStr>) -> Result<()> {
    let mut command = Command::new(program);
    let status = command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    if !status.success() {
        bail!("{program} failed: {status}");
    }
    Ok(())
}
