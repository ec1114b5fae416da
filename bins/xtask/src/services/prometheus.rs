//! The programs `prometheus` and `promtool`. Tests check the shipped files with them, and let a Prometheus of their own ask a
//! server, so nothing is started here.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::server_account::install_debian_package;
use super::{Export, folder_with};

const PROGRAMS: [&str; 2] = ["prometheus", "promtool"];

/// Where the programs are.
#[derive(Debug)]
pub struct Prometheus {
    programs: PathBuf,
}

impl Prometheus {
    /// Finds the programs, or installs them.
    pub fn find_or_install() -> Result<Self> {
        if let Some(programs) = find() {
            return Ok(Self { programs });
        }
        // As with Redis, the service that the package brings is started only where Debian runs services at all.
        install_debian_package("prometheus", "Prometheus (prometheus, promtool)")?;
        let programs =
            find().context("no prometheus and promtool on PATH or in /usr/bin, though `prometheus` is installed")?;
        Ok(Self { programs })
    }

    /// Where the tests find them.
    pub fn exports(&self) -> Vec<Export> {
        vec![("OFEKTOM_TEST_PROMETHEUS", self.programs.display().to_string())]
    }
}

/// `PATH` first, as somebody chose it.
fn find() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain([PathBuf::from("/usr/bin")]).collect::<Vec<_>>();
    folder_with(&PROGRAMS, folders)
}
