//! The program `redis-server`. Tests start and kill servers of their own, so nothing is started here.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::server_account::install_debian_package;
use super::{Export, folder_with};

const PROGRAM: &str = "redis-server";

/// Where the program is.
#[derive(Debug)]
pub struct Redis {
    program: PathBuf,
}

impl Redis {
    /// Finds the program, or installs it.
    pub fn find_or_install() -> Result<Self> {
        if let Some(program) = find() {
            return Ok(Self { program });
        }
        // Debian starts the service that the package brings only where it runs services at all; the tests do not use it.
        install_debian_package(PROGRAM, "the Redis server program (redis-server)")?;
        let program = find().context("no redis-server on PATH or in /usr/bin, though `redis-server` is installed")?;
        Ok(Self { program })
    }

    /// Where the tests find it.
    pub fn exports(&self) -> Vec<Export> {
        vec![("OFEKTOM_TEST_REDIS_SERVER", self.program.display().to_string())]
    }
}

/// `PATH` first, as somebody chose it.
fn find() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain([PathBuf::from("/usr/bin")]).collect::<Vec<_>>();
    folder_with(&[PROGRAM], folders).map(|folder| folder.join(PROGRAM))
}
