//! The system account that servers run under, and their folder.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use nix::unistd::{User, geteuid};
use tempfile::TempDir;

/// Whom a server runs as: ourselves, or an unprivileged account when we are root.
#[derive(Debug)]
pub struct ServerAccount(Option<User>);

impl ServerAccount {
    /// Chooses the account. Root takes `preferred`, or `nobody` where that is missing.
    pub fn choose(preferred: &str) -> Result<Self> {
        if !is_root() {
            return Ok(Self(None));
        }
        for name in [preferred, "nobody"] {
            if let Some(user) = User::from_name(name)? {
                return Ok(Self(Some(user)));
            }
        }
        bail!("running as root, but there is neither a user {preferred} nor nobody to run the server as")
    }

    /// A temporary folder that belongs to the account.
    pub fn temp_dir(&self) -> Result<TempDir> {
        let dir = tempfile::Builder::new().prefix("ofektom-services-").tempdir()?;
        if let Some(user) = &self.0 {
            chown(dir.path(), Some(user.uid.as_raw()), Some(user.gid.as_raw()))?;
        }
        Ok(dir)
    }

    /// A command that runs to its end as the account.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if let Some(user) = &self.0 {
            // std also drops the supplementary groups when root changes the user.
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        command
    }

    /// A command for a server: out of reach of the terminal's Ctrl-C, and ended by the kernel if xtask is killed.
    pub fn server_command(&self, program: &Path, death_signal: &str) -> Command {
        let setpriv = Path::new("/usr/bin/setpriv");
        let mut command = if setpriv.is_file() {
            let mut command = self.command(setpriv);
            command.args(["--pdeathsig", death_signal]).arg(program);
            command
        } else {
            self.command(program)
        };
        command.process_group(0);
        command
    }
}

/// True when we run as root.
pub fn is_root() -> bool {
    geteuid().is_root()
}

/// Installs a Debian package, saying so; anybody but root on Debian gets an error that says what to install.
pub fn install_debian_package(package: &str, purpose: &str) -> Result<()> {
    let apt_get = Path::new("/usr/bin/apt-get");
    if !(is_root() && apt_get.is_file()) {
        bail!("{purpose} not found: install the package `{package}` (Debian: apt-get install {package}) and try again");
    }
    crate::report::step(format_args!("{purpose} not found: apt-get update, apt-get install {package}"));
    for arguments in [&["update"][..], &["install", "--yes", "--no-install-recommends", package]] {
        let mut command = Command::new(apt_get);
        command.arg("--quiet").args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        crate::process::run_checked(&mut command).with_context(|| format!("cannot install {package}"))?;
    }
    Ok(())
}
