//! Redis: where it is, and how many connections it gets.

use secrecy::{ExposeSecret as _, SecretString};

use super::error::ConfigError;
use super::settings::{Settings, key};

/// Most connections of the pool.
const POOL_SIZE_MAX: u32 = 50;

/// Settings of Redis.
#[derive(Clone, Debug)]
pub struct RedisConfig {
    /// All of where it is, for Sentinel and Cluster; then the other settings of an address are not used.
    pub given_url: Option<SecretString>,
    /// Its address or name; without one, and without a URL, there is no Redis.
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
        let url_key = key("redis.url", "REDIS_URL");
        settings.secret_file(url_key, key("redis.url_file", "REDIS_URL_FILE"))?;
        let given_url = settings.find(url_key, "none")?;
        let host = settings.find(key("redis.host", "REDIS_HOST"), "none")?;
        if given_url.is_some() && host.is_some() {
            return Err(settings.refuse(url_key, "and REDIS_HOST are both given: leave one out"));
        }
        let port = settings.number(key("redis.port", "REDIS_PORT"), 6379, 1..=65_535)?;
        let password_key = key("redis.password", "REDIS_PASSWORD");
        settings.secret_file(password_key, key("redis.password_file", "REDIS_PASSWORD_FILE"))?;
        let password = settings.find(password_key, "none")?;
        let db = settings.number(key("redis.db", "REDIS_DB"), 0, 0..=65_535)?;
        let pool_size = settings.count(key("redis.pool_size", "REDIS_POOL_SIZE"), 4, 1..=POOL_SIZE_MAX)?;
        Ok(Self { given_url, host, port: u16::try_from(port).unwrap_or_default(), password, db, pool_size })
    }

    /// Whether there is a Redis.
    #[must_use]
    pub const fn is_given(&self) -> bool {
        self.given_url.is_some() || self.host.is_some()
    }

    /// The URL that is given, or `redis://:password@host:port/db`; `None` without both.
    #[must_use]
    pub fn url(&self) -> Option<SecretString> {
        if let Some(url) = &self.given_url {
            return Some(url.clone());
        }
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
