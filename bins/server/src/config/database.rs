//! The database.

use std::path::Path;
use std::time::Duration;

use ofektom_persistence::{DbConfig, DbError, Engine};

use super::error::ConfigError;
use super::settings::{Settings, key};
use super::value::Value;

/// Settings of the database.
#[derive(Clone, Debug)]
pub struct DatabaseConfig {
    /// How to reach it, and its limits.
    pub db: DbConfig,
    /// Which engine the URL names.
    pub engine: Engine,
    /// Whether `serve` applies missing migrations by itself.
    pub migrate: bool,
    /// How long `serve` waits at its start for a PostgreSQL that does not answer.
    pub start_wait: Duration,
}

impl DatabaseConfig {
    /// The file of an embedded database.
    #[must_use]
    pub fn sqlite_file(&self) -> Option<&Path> {
        let path = match self.db.url.split_once(':') {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("sqlite") => rest.strip_prefix("//").unwrap_or(rest),
            _ => &self.db.url,
        };
        (self.engine == Engine::Sqlite).then(|| Path::new(path))
    }
}

/// A database URL, shown without its password and parameters.
struct Url(String);

impl Value for Url {
    fn parse(text: &str) -> Result<Self, String> {
        match Engine::of_url(text) {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(DbError::Url(why)) => Err(why),
            Err(other) => Err(format!("is not usable: {other}")),
        }
    }

    fn shown(&self) -> String {
        DbConfig::new(&self.0).url_redacted()
    }
}

impl DatabaseConfig {
    /// Without a URL the database is a SQLite file in the data folder.
    pub(super) fn read(settings: &mut Settings, data_folder: &Path) -> Result<Self, ConfigError> {
        let url_key = key("database.url", "DATABASE_URL");
        settings.secret_file(url_key, key("database.url_file", "DATABASE_URL_FILE"))?;
        let embedded = format!("sqlite:{}", data_folder.join("ofektom.db").display());
        let Url(url) = settings.get(url_key, Url(embedded))?;
        let engine = Engine::of_url(&url).map_err(|error| settings.refuse(url_key, error.to_string()))?;
        let mut db = DbConfig::new(url);
        pooler(settings, &mut db, engine)?;
        replica(settings, &mut db, engine)?;
        limits(settings, &mut db)?;
        session(settings, &mut db)?;
        let migrate = settings.get(key("database.migrate", "MIGRATE"), true)?;
        let wait = key("database.start_wait_seconds", "OFEKTOM_START_WAIT_SECONDS");
        let start_wait = settings.seconds(wait, 60, 0..=3_600)?;
        Ok(Self { db, engine, migrate, start_wait })
    }
}

/// A pooler between the program and the server.
fn pooler(settings: &mut Settings, db: &mut DbConfig, engine: Engine) -> Result<(), ConfigError> {
    let pooler_key = key("database.pooler", "DATABASE_POOLER");
    db.pooled = settings.get(pooler_key, "off".to_owned()).and_then(|pooler| match pooler.as_str() {
        "off" => Ok(false),
        "transaction" => Ok(true),
        _ => Err(settings.refuse(pooler_key, format!("must be off or transaction, not {pooler:?}"))),
    })?;
    let url_key = key("database.direct_url", "DATABASE_DIRECT_URL");
    settings.secret_file(url_key, key("database.direct_url_file", "DATABASE_DIRECT_URL_FILE"))?;
    let url = settings.find::<Url>(url_key, "none")?.map(|Url(url)| url);
    let of_url = url.as_deref().map(Engine::of_url).transpose();
    let of_url = of_url.map_err(|error| settings.refuse(url_key, error.to_string()))?;
    if (db.pooled || url.is_some()) && engine == Engine::Sqlite {
        return Err(settings.refuse(pooler_key, "is for PostgreSQL alone, and so is DATABASE_DIRECT_URL"));
    }
    if db.pooled != (of_url == Some(Engine::Postgres)) {
        return Err(settings
            .refuse(url_key, "must name the PostgreSQL server if DATABASE_POOLER is transaction, and only then"));
    }
    db.direct_url = url;
    Ok(())
}

/// A replica that serves lists and reports.
fn replica(settings: &mut Settings, db: &mut DbConfig, engine: Engine) -> Result<(), ConfigError> {
    let url_key = key("database.replica_url", "DATABASE_REPLICA_URL");
    settings.secret_file(url_key, key("database.replica_url_file", "DATABASE_REPLICA_URL_FILE"))?;
    let url = settings.find::<Url>(url_key, "none")?.map(|Url(url)| url);
    let of_replica = url.as_deref().map(Engine::of_url).transpose();
    let of_replica = of_replica.map_err(|error| settings.refuse(url_key, error.to_string()))?;
    if of_replica.is_some() && (engine, of_replica) != (Engine::Postgres, Some(Engine::Postgres)) {
        return Err(settings.refuse(url_key, "is for PostgreSQL alone: SQLite has no replica"));
    }
    db.replica_url = url;
    let lag = key("database.replica_lag_seconds", "DATABASE_REPLICA_LAG_SECONDS");
    db.replica_lag_max = settings.seconds(lag, 5, 2..=300)?;
    Ok(())
}

/// Pool numbers and time-outs.
fn limits(settings: &mut Settings, db: &mut DbConfig) -> Result<(), ConfigError> {
    let max = key("database.pool_size_max", "OFEKTOM_DB_POOL_SIZE_MAX");
    let kept = key("database.pool_size_kept", "OFEKTOM_DB_POOL_SIZE_KEPT");
    db.pool_size_max = settings.count(max, 50, 1..=1_000)?;
    db.pool_size_kept = settings.count(kept, 20.min(u32::try_from(db.pool_size_max).unwrap_or(20)), 0..=1_000)?;
    if db.pool_size_kept > db.pool_size_max {
        return Err(settings.refuse(kept, "must not be more than the largest size of the pool"));
    }
    let readers = key("database.sqlite_readers", "OFEKTOM_DB_SQLITE_READERS");
    db.sqlite_readers = settings.count(readers, 8, 1..=64)?;
    let wait = key("database.wait_timeout_seconds", "OFEKTOM_DB_WAIT_TIMEOUT_SECONDS");
    db.wait_timeout = settings.seconds(wait, 10, 1..=300)?;
    let connect = key("database.connect_timeout_seconds", "OFEKTOM_DB_CONNECT_TIMEOUT_SECONDS");
    db.connect_timeout = settings.seconds(connect, 1, 1..=60)?;
    let age = key("database.connection_age_max_seconds", "OFEKTOM_DB_CONNECTION_AGE_MAX_SECONDS");
    db.connection_age_max = settings.seconds(age, 3_600, 10..=86_400)?;
    let ping = key("database.ping_after_seconds", "OFEKTOM_DB_PING_AFTER_SECONDS");
    db.ping_after = settings.seconds(ping, 1, 0..=3_600)?;
    Ok(())
}

/// What each connection is set up with.
fn session(settings: &mut Settings, db: &mut DbConfig) -> Result<(), ConfigError> {
    let unit = key("database.unit_timeout_seconds", "OFEKTOM_DB_UNIT_TIMEOUT_SECONDS");
    db.unit_timeout = settings.seconds(unit, 60, 0..=3_600)?;
    let statement = key("database.statement_timeout_seconds", "OFEKTOM_DB_STATEMENT_TIMEOUT_SECONDS");
    db.statement_timeout = settings.seconds(statement, 30, 0..=3_600)?;
    let lock = key("database.lock_timeout_seconds", "OFEKTOM_DB_LOCK_TIMEOUT_SECONDS");
    db.lock_timeout = settings.seconds(lock, 5, 1..=300)?;
    let idle = key("database.idle_in_transaction_timeout_seconds", "OFEKTOM_DB_IDLE_IN_TRANSACTION_TIMEOUT_SECONDS");
    db.idle_in_transaction_timeout = settings.seconds(idle, 30, 0..=3_600)?;
    let name = key("database.application_name", "OFEKTOM_DB_APPLICATION_NAME");
    db.application_name = settings.get(name, db.application_name.clone())?;
    let work_mem = key("database.work_mem", "OFEKTOM_DB_WORK_MEM");
    db.work_mem = settings.get(work_mem, db.work_mem.clone())?;
    let page_cost = key("database.random_page_cost", "OFEKTOM_DB_RANDOM_PAGE_COST");
    db.random_page_cost = settings.get(page_cost, db.random_page_cost.clone())?;
    let cache_size = key("database.effective_cache_size", "OFEKTOM_DB_EFFECTIVE_CACHE_SIZE");
    db.effective_cache_size = settings.get(cache_size, db.effective_cache_size.clone())?;
    let parallel = key("database.max_parallel_workers_per_gather", "OFEKTOM_DB_MAX_PARALLEL_WORKERS_PER_GATHER");
    db.max_parallel_workers_per_gather = settings.number(parallel, 2, 0..=64)?;
    Ok(())
}
