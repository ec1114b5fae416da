//! Redis: where it is, and how many connections it gets.

use secrecy::{ExposeSecret as _, SecretString};

use super::error::ConfigError;
use super::settings::{Settings, key};

/// Most connections of the pool.
const POOL_SIZE_MAX: u32 = 50;

/// Settings of Redis.
#[derive(Clone, Debug)]
pub struct RedisConfig {
    /// Its address or name; without one there is no Redis.
    pub host: Option<String>,
    /// Its port.
    pub port: u16,
    /// Its password.
    pub password: Option<SecretString>,
    /// The number of its database.
    pub db: u32,
    /// Connections for commands; pushes have one more.
    pub pool_size: usize,
}

impl RedisConfig {
    pub(super) fn read(settings: &mut Settings) -> Result<Self, ConfigError> {
        let host = settings.find(key("redis.host", "REDIS_HOST"), "none")?;
        let port = settings.number(key("redis.port", "REDIS_PORT"), 6379, 1..=65_535)?;
        let password_key = key("redis.password", "REDIS_PASSWORD");
        settings.secret_file(password_key, key("redis.password_file", "REDIS_PASSWORD_FILE"))?;
        let password = settings.find(password_key, "none")?;
        let db = settings.number(key("redis.db", "REDIS_DB"), 0, 0..=65_535)?;
        let pool_size = settings.count(key("redis.pool_size", "REDIS_POOL_SIZE"), 4, 1..=POOL_SIZE_MAX)?;
        Ok(Self { host, port: u16::try_from(port).unwrap_or_default(), password, db, pool_size })
    }

    /// `redis://:password@host:port/db`; `None` without a host.
    #[must_use]
    pub fn url(&self) -> Option<SecretString> {
        let host = self.host.as_ref()?;
        let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
        let who = self.password.as_ref().map(|password| format!(":{}@", escaped(password.expose_secret())));
        Some(format!("redis://{}{host}:{}/{}", who.unwrap_or_default(), self.port, self.db).into())
    }
}

/// The text with all but letters and digits escaped, as a part of a URL.
fn escaped(text: &str) -> String {
    let byte = |byte: u8| {
        if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(byte).collect()
}
