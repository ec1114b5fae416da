//! Redis: the names are accepted, but this version does not use it.

use secrecy::SecretString;

use super::error::ConfigError;
use super::settings::{Settings, key};

/// Settings of Redis.
#[derive(Clone, Debug)]
pub struct RedisConfig {
    /// Its address or name; without one there is no Redis.
    pub host: Option<String>,
    /// Its port.
    pub port: u16,
    /// Its password.
    pub password: Option<SecretString>,
}

impl RedisConfig {
    pub(super) fn read(settings: &mut Settings) -> Result<Self, ConfigError> {
        let host = settings.find(key("redis.host", "REDIS_HOST"), "none")?;
        let port = settings.number(key("redis.port", "REDIS_PORT"), 6379, 1..=65_535)?;
        let password = settings.find(key("redis.password", "REDIS_PASSWORD"), "none")?;
        Ok(Self { host, port: u16::try_from(port).unwrap_or_default(), password })
    }
}
