//! Configuration: one struct per area, with defaults that start with nothing configured.

mod cache;
mod database;
mod error;
mod file;
mod jobs;
mod limits;
mod log;
mod messages;
mod proxies;
mod redis;
mod secrets;
mod server;
mod settings;
#[cfg(test)]
mod tests;
mod value;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub use cache::CacheConfig;
pub use database::DatabaseConfig;
pub use error::ConfigError;
pub use jobs::JobsConfig;
pub use limits::LimitsConfig;
pub use log::{LogConfig, LogFormat};
pub use messages::{Delivery, Environment, MessagesConfig};
pub use proxies::ProxiesConfig;
pub use redis::RedisConfig;
pub use secrets::{SECRET_KEY_BYTES_MIN, SecretKeySource, SecretsConfig};
pub use server::ServerConfig;
pub use settings::Effective;
use settings::{Settings, key};

/// All settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// The HTTP server.
    pub server: ServerConfig,
    /// The folder for what the server keeps itself: the SQLite file, the secret key, messages not yet delivered.
    pub data_folder: PathBuf,
    /// The database.
    pub database: DatabaseConfig,
    /// Secrets.
    pub secrets: SecretsConfig,
    /// Messages to people.
    pub messages: MessagesConfig,
    /// What the server does by itself.
    pub jobs: JobsConfig,
    /// The log.
    pub log: LogConfig,
    /// Redis.
    pub redis: RedisConfig,
    /// Copies of what is read often.
    pub cache: CacheConfig,
    /// Limits of requests.
    pub limits: LimitsConfig,
    /// Proxies in front of the server.
    pub proxies: ProxiesConfig,
    /// Every setting as it is in effect, secrets redacted.
    pub effective: Vec<Effective>,
}

impl Config {
    /// Reads the configuration from the environment of the process and the file that it names.
    ///
    /// # Errors
    /// [`ConfigError`] names the first setting that is not acceptable or not known.
    pub fn load() -> Result<Self, ConfigError> {
        let readable = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
        };
        Self::from_environment(std::env::vars_os().filter_map(readable).collect())
    }

    /// The same from a given environment.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn from_environment(environment: BTreeMap<String, String>) -> Result<Self, ConfigError> {
        let mut settings = Settings::new(environment)?;
        let server = ServerConfig::read(&mut settings)?;
        let data_folder = settings.get(key("data.folder", "OFEKTOM_DATA"), PathBuf::from("./data"))?;
        let database = DatabaseConfig::read(&mut settings, &data_folder)?;
        let secrets = SecretsConfig::read(&mut settings, &data_folder, database.engine)?;
        let messages = MessagesConfig::read(&mut settings)?;
        let jobs = JobsConfig::read(&mut settings)?;
        let log = LogConfig::read(&mut settings)?;
        let redis = RedisConfig::read(&mut settings)?;
        let cache = CacheConfig::read(&mut settings, &redis)?;
        let limits = LimitsConfig::read(&mut settings)?;
        let proxies = ProxiesConfig::read(&mut settings)?;
        let effective = settings.finish()?;
        Ok(Self {
            server,
            data_folder,
            database,
            secrets,
            messages,
            log,
            redis,
            cache,
            limits,
            proxies,
            effective,
            jobs,
        })
    }
}
