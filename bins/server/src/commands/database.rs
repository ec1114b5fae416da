//! Opening the database for a command.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Error, Result, bail};
use ofektom_auth::{DerivedKeys, DerivedRing};
use ofektom_domain::people::TokenHash;
use ofektom_domain::ports::{Clock as _, StoreError};
use ofektom_persistence::{Db, DbError, Engine, Installation, KeyFingerprints, KeyMatch};

use crate::config::{Config, DatabaseConfig};
use crate::outside::SystemClock;
use crate::secret_key::key_ring_load;

/// How long a command waits for the database.
const CONNECT_MAX: Duration = Duration::from_secs(5);

/// How long the server waits between two attempts at its start, at first and at most.
const PAUSE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));

/// Opens the database. An embedded one is made when it is missing, after its secret key.
pub(super) async fn open(config: &Config) -> Result<Db> {
    key_ring_load(config)?;
    connect(&config.database).await.with_context(|| format!("DATABASE_URL {}", config.database.db.url_redacted()))
}

/// Opens a database without looking at the secret key. An embedded one is made when it is missing.
pub(super) async fn reach(database: &DatabaseConfig) -> Result<Db> {
    connect(database).await.with_context(|| database.db.url_redacted())
}

async fn connect(database: &DatabaseConfig) -> Result<Db, DbError> {
    let connecting = tokio::time::timeout(CONNECT_MAX, Db::connect(database.db.clone()));
    connecting.await.unwrap_or_else(|_| Err(DbError::Unavailable("no answer in time".to_owned())))
}

/// The same for a server, as [`open_migrated`], which waits for a PostgreSQL that is not there yet, or is at the migrations of another
/// instance. What waiting does not help with fails at once.
pub(super) async fn open_waiting(config: &Config) -> Result<Db> {
    let (deadline, mut pause) = (Instant::now() + config.database.start_wait, PAUSE.0);
    let mut waits = false;
    loop {
        let error = match open_migrated(config).await {
            Ok(db) => return Ok(db),
            Err(error) => error,
        };
        if config.database.engine == Engine::Sqlite || !is_passing(&error) {
            return Err(error);
        }
        if Instant::now() + pause > deadline {
            let seconds = config.database.start_wait.as_secs();
            return Err(error.context(format!("gave up after {seconds} seconds (OFEKTOM_START_WAIT_SECONDS)")));
        }
        if !waits {
            tracing::warn!(error.message = format!("{error:#}"), "waiting for the database");
            waits = true;
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(PAUSE.1);
    }
}

fn is_passing(error: &Error) -> bool {
    error.downcast_ref::<DbError>().is_some_and(DbError::is_passing)
        || matches!(error.downcast_ref::<StoreError>(), Some(StoreError::Unavailable(_) | StoreError::Overloaded))
}

/// Opens the database and brings its schema up to date, unless the configuration leaves that to `migrate`. The secret key
/// must be the one that the database is used with, or take its place.
pub(super) async fn open_migrated(config: &Config) -> Result<Db> {
    let mut db = open(config).await?;
    if config.database.migrate {
        for name in db.migrate().await? {
            tracing::info!(migration.name = %name, "a migration was applied");
        }
    } else {
        db = current(db).await?;
    }
    let ring = key_ring_load(config)?.derive();
    let matched = Installation::new(db.clone()).key_match(fingerprints_of(&ring), SystemClock.now()).await?;
    let key = ring.present.name();
    match matched {
        KeyMatch::Same => {}
        KeyMatch::Moved => tracing::info!(key.name = key, "the database is used with the new secret key from now on"),
        KeyMatch::Ahead => tracing::info!(key.name = key, "other servers have another secret key, which is known here"),
        KeyMatch::Other => bail!(
            "SECRET_KEY is not the key that this database is used with, so no PIN or passphrase would fit: put that key \
             back, give it as SECRET_KEY_PREVIOUS if a new one takes its place, or, if it is lost, run ofektom secret-key accept"
        ),
    }
    Ok(db)
}

/// What the database keeps of the secret keys.
pub(super) fn fingerprints(config: &Config) -> Result<KeyFingerprints> {
    Ok(fingerprints_of(&key_ring_load(config)?.derive()))
}

fn fingerprints_of(ring: &DerivedRing) -> KeyFingerprints {
    let all = |keys: &[DerivedKeys]| -> Vec<TokenHash> { keys.iter().map(DerivedKeys::fingerprint).collect() };
    KeyFingerprints { present: ring.present.fingerprint(), previous: all(&ring.previous), next: all(&ring.next) }
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
