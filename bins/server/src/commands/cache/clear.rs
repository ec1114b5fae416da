//! `ofektom cache clear`: every server forgets its copies, whatever caches it has.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use ofektom_domain::ports::ChangeStore as _;
use ofektom_persistence::Changes;

use crate::caches::caches_of;
use crate::commands::database;
use crate::config::Config;
use crate::output;

/// How long Redis is waited for.
const REDIS_LIMIT: Duration = Duration::from_secs(3);

/// The servers read it in the database; Redis is told at once, too, if there is one.
pub(in crate::commands) async fn run(config: &Config) -> Result<ExitCode> {
    let db = database::open_existing(config).await?;
    let told = Changes::new(db.clone()).everything_changed().await;
    db.close().await;
    told?;
    if config.cache.mode.has_redis() {
        let caches = caches_of(config)?;
        caches.start();
        caches.invalidate_all();
        let arrived = caches.invalidations_arrive(REDIS_LIMIT).await;
        caches.close().await;
        if !arrived {
            output::line(format_args!("Redis did not answer; the servers tell it when it does"));
        }
    }
    output::line(format_args!("every running server forgets its copies within a second or two"));
    Ok(ExitCode::SUCCESS)
}
