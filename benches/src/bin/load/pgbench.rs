//! pgbench writing one contribution a transaction: what our writes on PostgreSQL are held against.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::measured::median;
use crate::postgres::connect;
use crate::shape::Shape;

const SCRIPT: &str = include_str!("contribution.pgbench.sql");
/// Cards of each client.
const CARDS_PER_CLIENT: usize = 64;

/// A database ready for pgbench.
pub struct Pgbench {
    program: PathBuf,
    url: String,
    folder: TempDir,
    variables: Vec<String>,
}

/// What one run of pgbench measured.
#[derive(Clone, Copy, Debug)]
pub struct Bench {
    /// Transactions a second.
    pub rate: u64,
    /// The median latency in microseconds; of one client alone.
    pub median: u64,
}

impl Pgbench {
    /// Prepares a copy of a stage: its cards get ids that pgbench can compute.
    ///
    /// # Errors
    /// When PostgreSQL refuses it.
    pub async fn prepare(program: PathBuf, url: String, (business, caller): (&str, &str)) -> Result<Self> {
        let shape = Shape::of_postgres(&url).await?;
        let client = connect(&url).await?;
        client
            .batch_execute(
                "UPDATE savings_accounts AS card SET id = numbered.id FROM (
                     SELECT id AS old, CAST('00000000-0000-7000-8000-'
                         || CAST(99999999999 + row_number() OVER (ORDER BY id) AS text) AS uuid) AS id
                     FROM savings_accounts) AS numbered
                 WHERE card.id = numbered.old",
            )
            .await?;
        client.batch_execute("VACUUM FULL ANALYZE savings_accounts").await?;
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("contribution.sql"), SCRIPT)?;
        let variables = [
            ("b", business),
            ("caller", caller),
            ("body", &shape.body),
            ("earlier", &shape.before),
            ("later", &shape.after),
            ("facts", &shape.facts),
            ("request", &shape.request_id),
            ("i", "0"),
            ("per", &CARDS_PER_CLIENT.to_string()),
        ];
        let variables = variables.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Ok(Self { program, url, folder, variables })
    }

    /// Runs it with so many clients.
    ///
    /// # Errors
    /// When a transaction fails.
    pub fn run(&self, clients: usize, span: Duration) -> Result<Bench> {
        let logs = tempfile::tempdir_in(self.folder.path())?;
        let mut command = Command::new(&self.program);
        command.current_dir(logs.path()).args(["--no-vacuum", "--protocol=prepared"]);
        if clients == 1 {
            // Where the latency of each transaction is asked for; the log costs next to nothing there.
            command.arg("--log");
        }
        command.arg(format!("--client={clients}")).arg(format!("--jobs={}", clients.min(2)));
        command.arg(format!("--time={}", span.as_secs().max(1)));
        command.arg(format!("--file={}", self.folder.path().join("contribution.sql").display()));
        // Below 2^62, and with room for the kinds.
        let run = (getrandom::u64()? >> 2) & !0xff;
        for variable in self.variables.iter().chain(&[format!("hi={run}")]) {
            command.arg("--define").arg(variable);
        }
        let output = command.arg(&self.url).output().context("cannot start pgbench")?;
        let said = String::from_utf8_lossy(&output.stdout);
        let complained = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() || complained.contains("aborted") {
            bail!("pgbench failed:\n{said}\n{complained}");
        }
        let tps = said.lines().find_map(|line| line.strip_prefix("tps = ")).context("pgbench told no rate")?;
        let rate = tps.split('.').next().unwrap_or_default().parse()?;
        Ok(Bench { rate, median: median(latencies(logs.path())?) })
    }
}

/// The third word of each line of the logs is a transaction's latency in microseconds.
fn latencies(folder: &Path) -> Result<Vec<u64>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder)? {
        let text = fs::read_to_string(entry?.path())?;
        all.extend(text.lines().filter_map(|line| line.split(' ').nth(2)?.parse::<u64>().ok()));
    }
    Ok(all)
}
