//! `ofektom backup`: all that the database holds, as it is at one moment, in a folder. Servers go on meanwhile.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use ofektom_domain::ports::Clock as _;
use ofektom_persistence::backup_make;

use super::database;
use crate::config::{Config, SecretKeySource};
use crate::output;
use crate::outside::SystemClock;
use crate::progress::Progress;

pub(super) async fn run(config: &Config, to: &Path) -> Result<ExitCode> {
    let started = Instant::now();
    // A database whose secret key is lost can be backed up all the same.
    let db = database::reach_existing(&config.database).await?;
    let progress = Progress::start("backing up rows", 0);
    let made = backup_make(&db, to, SystemClock.now(), &|done, all| progress.set(done, all)).await;
    progress.finish();
    db.close().await;
    let made = made?;
    output::line(format_args!(
        "{} rows of {} tables are in {}, read again after they were written, in {} s",
        made.rows(),
        made.tables(),
        to.display(),
        started.elapsed().as_secs()
    ));
    output::line(format_args!(
        "{} is not in it. Keep it in another place: a backup without its key lets nobody sign in",
        key_place(config)
    ));
    Ok(ExitCode::SUCCESS)
}

fn key_place(config: &Config) -> String {
    match &config.secrets.secret_key {
        SecretKeySource::Given(_) => "SECRET_KEY".to_owned(),
        SecretKeySource::Kept(path) => format!("The secret key {}", path.display()),
    }
}
