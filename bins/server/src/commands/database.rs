//! Opening the database for a command.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use ofektom_auth::SecretKey;
use ofektom_domain::people::TokenHash;
use ofektom_domain::ports::Clock as _;
use ofektom_persistence::{Db, DbError, Installation, KeyMatch};

use crate::config::{Config, DatabaseConfig};
use crate::outside::SystemClock;
use crate::secret_key::secret_key_load;

/// How long a command waits for the database.
const CONNECT_MAX: Duration = Duration::from_secs(5);

/// Opens the database. An embedded one is made when it is missing, after its secret key.
pub(super) async fn open(config: &Config) -> Result<Db> {
    secret_key_load(config)?;
    reach(&config.database).await.context("DATABASE_URL")
}

/// Opens a database without looking at the secret key. An embedded one is made when it is missing.
pub(super) async fn reach(database: &DatabaseConfig) -> Result<Db> {
    let connecting = tokio::time::timeout(CONNECT_MAX, Db::connect(database.db.clone()));
    let connected = connecting.await.unwrap_or_else(|_| Err(DbError::Unavailable("no answer in time".to_owned())));
    connected.with_context(|| database.db.url_redacted())
}

/// Opens the database and brings its schema up to date, unless the configuration leaves that to `migrate`. The secret key
/// must be the one that the database is used with.
pub(super) async fn open_migrated(config: &Config) -> Result<Db> {
    let mut db = open(config).await?;
    if config.database.migrate {
        for name in db.migrate().await? {
            tracing::info!(migration.name = %name, "a migration was applied");
        }
    } else {
        db = current(db).await?;
    }
    let matched = Installation::new(db.clone()).key_match(fingerprint(config)?, SystemClock.now()).await?;
    match matched {
        KeyMatch::Same => Ok(db),
        KeyMatch::Other => bail!(
            "SECRET_KEY is not the key that this database is used with, so no PIN or passphrase would fit: put that key \
             back, or, if it is lost, run ofektom secret-key accept"
        ),
    }
}

/// What the database keeps of the secret key.
pub(super) fn fingerprint(config: &Config) -> Result<TokenHash> {
    Ok(SecretKey::new(secret_key_load(config)?)?.derive().fingerprint())
}

/// Opens a database that must exist, with its schema up to date.
pub(super) async fn open_existing(config: &Config) -> Result<Db> {
    exists(&config.database)?;
    current(open(config).await?).await
}

/// The same without looking at the secret key.
pub(super) async fn reach_existing(database: &DatabaseConfig) -> Result<Db> {
    exists(database)?;
    current(reach(database).await?).await
}

fn exists(database: &DatabaseConfig) -> Result<()> {
    match database.sqlite_file().filter(|path| !path.exists()) {
        Some(path) => bail!("there is no database {}", path.display()),
        None => Ok(()),
    }
}

async fn current(db: Db) -> Result<Db> {
    let pending = db.migrations_pending().await?;
    if pending.is_empty() {
        return Ok(db);
    }
    bail!("the database misses {} migrations ({}): run ofektom migrate", pending.len(), pending.join(", "))
}
