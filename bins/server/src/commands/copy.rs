//! `ofektom copy`: a database into an empty one, such as from SQLite to PostgreSQL.

use std::fs;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use ofektom_persistence::{Db, DbConfig, Engine, Installation, KeyMatch, database_copy, database_empty_check};

use super::database;
use super::verification::{Trail, verify_all};
use crate::config::{Config, DatabaseConfig};
use crate::output;
use crate::progress::Progress;
use crate::secret_key::secret_key_find;

pub(super) async fn run(config: &Config, from: &str, to: &str) -> Result<ExitCode> {
    let (from, to) = (url_read(from).context("--from")?, url_read(to).context("--to")?);
    let (from, to) = (database_at(config, &from).context("--from")?, database_at(config, &to).context("--to")?);
    let source = database::reach_existing(&from).await.context("--from")?;
    let copied = copy(config, &source, &to).await;
    source.close().await;
    let target = copied?;
    output::line("The secret key is as before: give it to the servers of the new database as SECRET_KEY.");
    output::line("What is written to the old database from now on is not in the new one.");
    verify_all(config, target, Trail::Now).await
}

async fn copy(config: &Config, source: &Db, to: &DatabaseConfig) -> Result<Db> {
    key_check(config, source).await?;
    let target = database::reach(to).await.context("--to")?;
    match fill(source, &target).await {
        Ok(()) => Ok(target),
        Err(error) => {
            target.close().await;
            Err(error)
        }
    }
}

async fn fill(source: &Db, target: &Db) -> Result<()> {
    database_empty_check(target).await.context("--to")?;
    target.migrate().await?;
    let started = Instant::now();
    let progress = Progress::start("copying rows", 0);
    let copied = database_copy(source, target, &|done, all| progress.set(done, all)).await;
    progress.finish();
    let copied = copied?;
    output::line(format_args!(
        "{} rows of {} tables were copied and compared in {} s",
        copied.rows,
        copied.tables,
        started.elapsed().as_secs()
    ));
    Ok(())
}

/// Without the key the trail of the new database could not be verified.
async fn key_check(config: &Config, source: &Db) -> Result<()> {
    if secret_key_find(config)?.is_none() {
        bail!(
            "set SECRET_KEY to the key that the database is used with, or OFEKTOM_DATA to the folder where it is kept"
        );
    }
    let keys = database::fingerprints(config)?;
    if Installation::new(source.clone()).key_matched(&keys).await? == Some(KeyMatch::Other) {
        bail!("SECRET_KEY is not the key that the database is used with: set that key");
    }
    Ok(())
}

/// A URL, or the file that has it: arguments are seen by everybody on the machine, and a URL may have a password.
fn url_read(argument: &str) -> Result<String> {
    match argument.strip_prefix('@') {
        Some(path) => Ok(fs::read_to_string(path).with_context(|| path.to_owned())?.trim().to_owned()),
        None => Ok(argument.to_owned()),
    }
}

fn database_at(config: &Config, url: &str) -> Result<DatabaseConfig> {
    let engine = Engine::of_url(url)?;
    // A pooler and the server behind it, as they are configured, belong to another URL than this one.
    let db = DbConfig {
        url: url.to_owned(),
        pooled: false,
        direct_url: None,
        replica_url: None,
        ..config.database.db.clone()
    };
    Ok(DatabaseConfig { db, engine, migrate: true, start_wait: config.database.start_wait })
}
