//! Programs that tests start themselves, so that here they are only found, or installed.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::server_account::install_debian_package;
use super::{Export, folder_with};
use crate::report;

/// Where Debian puts programs. `PATH` often lacks the folder of servers.
const FOLDERS: [&str; 3] = ["/usr/bin", "/usr/sbin", "/usr/local/bin"];

/// Where a program is.
#[derive(Debug)]
pub struct Program {
    variable: &'static str,
    path: PathBuf,
}

impl Program {
    /// Finds a program, or installs its Debian package. Debian starts a service that a package brings only where it runs services at
    /// all; the tests do not use it.
    pub fn find_or_install(name: &str, package: &str, variable: &'static str) -> Result<Self> {
        if let Some(path) = find(name) {
            return Ok(Self { variable, path });
        }
        install_debian_package(package, &format!("the program {name}"))?;
        let path = find(name).with_context(|| format!("no {name} on PATH, though `{package}` is installed"))?;
        Ok(Self { variable, path })
    }

    /// Finds a program that belongs to the machine. Without it, what needs it is not run, and that is said.
    pub fn find_if_any(name: &str, variable: &'static str, purpose: &str) -> Option<Self> {
        let found = find(name).map(|path| Self { variable, path });
        if found.is_none() {
            report::step(format_args!("NOT CHECKED: {purpose}, because there is no {name}"));
        }
        found
    }

    /// Where the tests find it.
    pub fn export(&self) -> Export {
        (self.variable, self.path.display().to_string())
    }
}

/// `PATH` first, as somebody chose it.
fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(FOLDERS.map(PathBuf::from)).collect::<Vec<_>>();
    folder_with(&[name], folders).map(|folder| folder.join(name))
}
