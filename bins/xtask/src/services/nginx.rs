//! The program `nginx`. Tests start it with the files of `deploy/nginx`, so nothing is started here.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::server_account::install_debian_package;
use super::{Export, folder_with};

const PROGRAM: &str = "nginx";
/// The smallest one that has all modules that the files use.
const PACKAGE: &str = "nginx-light";

/// Where the program is.
#[derive(Debug)]
pub struct Nginx {
    program: PathBuf,
}

impl Nginx {
    /// Finds the program, or installs it.
    pub fn find_or_install() -> Result<Self> {
        if let Some(program) = find() {
            return Ok(Self { program });
        }
        // Debian starts the service that the package brings only where it runs services at all; the tests do not use it.
        install_debian_package(PACKAGE, "the program nginx")?;
        let program = find().context("no nginx on PATH or in /usr/sbin, though `nginx-light` is installed")?;
        Ok(Self { program })
    }

    /// Where the tests find it.
    pub fn exports(&self) -> Vec<Export> {
        vec![("OFEKTOM_TEST_NGINX", self.program.display().to_string())]
    }
}

/// `PATH` first, as somebody chose it; it often lacks the folder of servers.
fn find() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]).collect::<Vec<_>>();
    folder_with(&[PROGRAM], folders).map(|folder| folder.join(PROGRAM))
}
