//! The caches of a server under test: those that a user gets, unless `OFEKTOM_TEST_CACHE` names others for a whole run.

use std::env;

use crate::RedisServer;

const MODE_VARIABLE: &str = "OFEKTOM_TEST_CACHE";

/// Settings of the caches, and the Redis that they need.
#[derive(Debug, Default)]
pub(super) struct CacheMode {
    settings: Vec<(&'static str, String)>,
    _redis: Option<RedisServer>,
}

impl CacheMode {
    /// Nothing for a test that chooses its caches itself.
    pub async fn of_run(given: &[(&str, &str)]) -> Self {
        let chosen = given.iter().any(|(name, _)| *name == "CACHE" || name.starts_with("REDIS_"));
        let Some(mode) = env::var(MODE_VARIABLE).ok().filter(|_| !chosen) else { return Self::default() };
        let mut settings = vec![("CACHE", mode.clone())];
        if !matches!(mode.as_str(), "redis" | "tiered") {
            return Self { settings, _redis: None };
        }
        let redis = RedisServer::start().await;
        settings.extend(redis.settings());
        Self { settings, _redis: Some(redis) }
    }

    /// By their names in the environment.
    pub fn settings(&self) -> impl Iterator<Item = (&str, &str)> {
        self.settings.iter().map(|(name, value)| (*name, value.as_str()))
    }
}
