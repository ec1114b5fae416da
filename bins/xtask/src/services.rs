//! What tests need beside cargo. Each server is private to one run: own port, own folder, gone at the end.

mod postgres;
mod program;
mod prometheus;
mod python_tools;
mod redis;
mod server_account;

use std::path::PathBuf;

use anyhow::Result;

pub use self::postgres::Postgres;
use self::program::Program;
use self::prometheus::Prometheus;
use self::python_tools::PythonTools;
use self::redis::Redis;

/// An environment variable that tells the tests where a service is.
pub type Export = (&'static str, String);

/// All services; dropping them stops them.
#[derive(Debug)]
pub struct Services {
    postgres: Postgres,
    prometheus: Prometheus,
    python_tools: PythonTools,
    redis: Redis,
    programs: Vec<Program>,
}

impl Services {
    /// Starts every service and returns when all of them answer.
    pub fn start() -> Result<Self> {
        Ok(Self {
            python_tools: PythonTools::install()?,
            redis: Redis::find_or_install()?,
            programs: programs()?,
            prometheus: Prometheus::find_or_install()?,
            postgres: Postgres::start()?,
        })
    }

    /// What the tests need to know about all of them.
    pub fn exports(&self) -> Vec<Export> {
        let programs = self.programs.iter().map(Program::export).collect();
        let found = [self.python_tools.exports(), self.redis.exports(), self.prometheus.exports(), programs];
        [self.postgres.exports(), found.concat()].concat()
    }
}

/// What starts, or checks, the files of `deploy`.
fn programs() -> Result<Vec<Program>> {
    // The smallest nginx that has all modules which the files use.
    let nginx = Program::find_or_install("nginx", "nginx-light", "OFEKTOM_TEST_NGINX")?;
    let pgbouncer = Program::find_or_install("pgbouncer", "pgbouncer", "OFEKTOM_TEST_PGBOUNCER")?;
    let compose = Program::find_or_install("docker-compose", "docker-compose", "OFEKTOM_TEST_COMPOSE")?;
    let units = "the systemd units of deploy";
    let analyze = Program::find_if_any("systemd-analyze", "OFEKTOM_TEST_SYSTEMD_ANALYZE", units);
    Ok([nginx, pgbouncer, compose].into_iter().chain(analyze).collect())
}

/// The first of `folders` that holds all of `programs`.
fn folder_with(programs: &[&str], folders: impl IntoIterator<Item = PathBuf>) -> Option<PathBuf> {
    folders.into_iter().find(|folder| programs.iter().all(|program| folder.join(program).is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_counts_only_with_all_programs() {
        let (half, full) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for path in [half.path().join("one"), full.path().join("one"), full.path().join("two")] {
            std::fs::write(path, "").unwrap();
        }
        let folders = || [half.path().to_path_buf(), full.path().to_path_buf()];
        assert_eq!(folder_with(&["one"], folders()), Some(half.path().to_path_buf()));
        assert_eq!(folder_with(&["one", "two"], folders()), Some(full.path().to_path_buf()));
        assert_eq!(folder_with(&["three"], folders()), None);
    }
}
