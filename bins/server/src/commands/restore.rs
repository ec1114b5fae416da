//! `ofektom restore`: fills an empty database from a backup, and looks whether everything is as it was.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};
use ofektom_persistence::{Backup, KeyMatch, database_empty_check};

use super::database;
use super::verification::{Trail, verify_all};
use crate::config::{Config, SecretKeySource};
use crate::output;
use crate::progress::Progress;
use crate::secret_key::{secret_key_find, secret_key_load};

pub(super) async fn run(config: &Config, from: &Path, key_lost: bool) -> Result<ExitCode> {
    // What is wrong with the backup or its key is told before anything is made.
    let backup = Backup::open(from).await?;
    output::line(format_args!(
        "the backup of {} ({}, program {}): {} rows of {} tables, every file as it was written",
        backup.created_at(),
        backup.engine(),
        backup.program(),
        backup.rows(),
        backup.tables()
    ));
    if key_lost {
        secret_key_load(config)?;
    } else {
        key_check(config, &backup)?;
    }
    let db = database::reach(&config.database).await?;
    if let Err(error) = database_empty_check(&db).await {
        db.close().await;
        return Err(error.into());
    }
    let progress = Progress::start("restoring rows", 0);
    let restored = backup.restore(&db, &|done, all| progress.set(done, all)).await;
    progress.finish();
    if let Err(error) = restored {
        db.close().await;
        return Err(error.into());
    }
    output::line("restored: every table has the number of rows and the checksum that it had");
    // Rows that waited for their seal then wait for it now, and that is no sign of anything.
    let trail = if key_lost { Trail::KeyLost } else { Trail::At(backup.created_at()) };
    verify_all(config, db, trail).await
}

/// The key that the database was used with must be there: without it nobody signs in, and the seals cannot be recomputed.
fn key_check(config: &Config, backup: &Backup) -> Result<()> {
    let place = match &config.secrets.secret_key {
        SecretKeySource::Given(_) => "set SECRET_KEY to the key of then".to_owned(),
        SecretKeySource::Kept(path) => {
            format!("put the file back at {} (chmod 600), or set SECRET_KEY", path.display())
        }
    };
    if secret_key_find(config)?.is_none() {
        bail!("the secret key is not part of a backup: {place}; if it is lost: --key-lost");
    }
    if backup.key_matched(&database::fingerprints(config)?) == Some(KeyMatch::Other) {
        bail!(
            "the secret key is not the one that the backed-up database was used with: {place}; if it is lost: --key-lost"
        );
    }
    Ok(())
}
