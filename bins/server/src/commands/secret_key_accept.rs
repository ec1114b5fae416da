//! `ofektom secret-key accept`: takes another secret key for a database, when the former one is lost.

use std::process::ExitCode;

use anyhow::Result;
use ofektom_domain::ports::Clock as _;
use ofektom_persistence::Installation;

use super::database;
use crate::config::Config;
use crate::output;
use crate::outside::SystemClock;

pub(super) async fn run(config: &Config) -> Result<ExitCode> {
    let db = database::open_existing(config).await?;
    let accepted = Installation::new(db.clone()).key_accept(database::fingerprint(config)?, SystemClock.now()).await;
    db.close().await;
    accepted?;
    output::line("the database is used with this secret key from now on");
    output::line("PINs and passphrases of before fit no more: people reset them by a code; access tokens are void");
    Ok(ExitCode::SUCCESS)
}
