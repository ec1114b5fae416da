//! `ofektom migrate`.

use std::process::ExitCode;

use anyhow::Result;

use super::database;
use crate::config::Config;
use crate::output;

pub(super) async fn run(config: &Config, down: Option<usize>) -> Result<ExitCode> {
    let db = database::open(config).await?;
    let (names, done) = match down {
        Some(count) => (db.migrate_down(count).await?, "undone"),
        None => (db.migrate().await?, "applied"),
    };
    if names.is_empty() {
        output::line("nothing to do");
    }
    for name in names {
        output::line(format_args!("{done} {name}"));
    }
    db.close().await;
    Ok(ExitCode::SUCCESS)
}
