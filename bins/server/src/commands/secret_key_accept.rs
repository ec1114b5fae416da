//! `ofektom secret-key accept`: takes another secret key for a database, when the former one is lost.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use ofektom_auth::SecretKey;
use ofektom_domain::ports::{Clock as _, SealStore as _, StoreResult};
use ofektom_persistence::{Db, Installation, Seals};

use super::database;
use crate::config::Config;
use crate::output;
use crate::outside::SystemClock;
use crate::secret_key::secret_key_load;

pub(super) async fn run(config: &Config) -> Result<ExitCode> {
    let db = database::open_existing(config).await?;
    let key = SecretKey::new(secret_key_load(config)?)?;
    let accepted = accept(&db, &key).await;
    db.close().await;
    let chains = accepted?;
    output::line("the database is used with this secret key from now on");
    output::line("PINs and passphrases of before fit no more: people reset them by a code; access tokens are void");
    output::line(format_args!(
        "{chains} chains of the audit trail go on under it; what was sealed before stays under the former key"
    ));
    Ok(ExitCode::SUCCESS)
}

/// The seals first: whoever finds that cut off runs the command again.
async fn accept(db: &Db, key: &SecretKey) -> StoreResult<u64> {
    let keys = key.derive();
    let chains = Seals::new(db.clone(), Arc::new(keys.audit_seal_key())).trail_accept().await?;
    Installation::new(db.clone()).key_accept(keys.fingerprint(), SystemClock.now()).await?;
    Ok(chains)
}
