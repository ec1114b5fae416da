//! Which copies are kept, and where.

use ofektom_cache::Mode;

use super::error::ConfigError;
use super::redis::RedisConfig;
use super::settings::{Settings, key};
use super::value::Value;

/// Settings of the caches.
#[derive(Clone, Copy, Debug)]
pub struct CacheConfig {
    /// Where copies are kept.
    pub mode: Mode,
}

impl CacheConfig {
    /// With Redis its level is used, unless something else is asked for.
    pub(super) fn read(settings: &mut Settings, redis: &RedisConfig) -> Result<Self, ConfigError> {
        let mode_key = key("cache.mode", "CACHE");
        let default = if redis.is_given() { Mode::Tiered } else { Mode::Memory };
        let mode = settings.get(mode_key, default)?;
        if mode.has_redis() && !redis.is_given() {
            return Err(
                settings.refuse(mode_key, format!("must be off or memory without REDIS_HOST or REDIS_URL, not {mode}"))
            );
        }
        Ok(Self { mode })
    }
}

impl Value for Mode {
    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map_err(|error| format!("{error}, not {text:?}"))
    }

    fn shown(&self) -> String {
        self.name().to_owned()
    }
}
