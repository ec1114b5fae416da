//! The caches as they are configured.

use anyhow::{Context as _, Result};
use ofektom_cache::{Caches, CachesSettings, RedisSettings};
use ofektom_persistence::Engine;

use crate::config::Config;

/// The caches of the program. Whether Redis can be reached is seen later.
///
/// # Errors
/// When the settings of Redis are no address.
pub(crate) fn caches_of(config: &Config) -> Result<Caches> {
    let redis = config.redis.url().map(|url| RedisSettings { url, connections: config.redis.pool_size });
    let mode = config.cache.mode;
    // With SQLite there is one server; other programs that change the database beside it are commands on the same machine.
    let alone = config.database.engine == Engine::Sqlite;
    Caches::new(CachesSettings { mode, redis, alone })
        .context("REDIS_URL, REDIS_HOST, REDIS_PORT, REDIS_PASSWORD, REDIS_DB")
}
