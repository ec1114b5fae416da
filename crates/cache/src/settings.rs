//! What the caches of a program are made of.

use std::fmt;
use std::str::FromStr;

use secrecy::SecretString;
use serde::Serialize;

/// Which levels there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Nothing is kept: every read asks the database.
    Off,
    /// This process only.
    #[default]
    Memory,
    /// Redis only.
    Redis,
    /// This process, then Redis.
    Tiered,
}

impl Mode {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Off, Self::Memory, Self::Redis, Self::Tiered];

    /// Its name in settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Memory => "memory",
            Self::Redis => "redis",
            Self::Tiered => "tiered",
        }
    }

    pub(crate) const fn has_process(self) -> bool {
        matches!(self, Self::Memory | Self::Tiered)
    }

    /// True when it needs a Redis.
    #[must_use]
    pub const fn has_redis(self) -> bool {
        matches!(self, Self::Redis | Self::Tiered)
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be off, memory, redis or tiered")]
pub struct UnknownMode;

impl FromStr for Mode {
    type Err = UnknownMode;

    fn from_str(text: &str) -> Result<Self, UnknownMode> {
        Self::ALL.into_iter().find(|mode| mode.name() == text).ok_or(UnknownMode)
    }
}

/// How the caches are set up.
#[derive(Clone, Debug, Default)]
pub struct CachesSettings {
    /// Which levels there are.
    pub mode: Mode,
    /// Needed for the modes with Redis, unused in the others.
    pub redis: Option<RedisSettings>,
    /// No other program changes the database, so money may be kept in this process without a push channel.
    pub alone: bool,
}

/// Where Redis is.
#[derive(Clone, Debug)]
pub struct RedisSettings {
    /// One of these, without TLS. May hold a password, hence secret.
    ///
    /// - `redis://[[user]:password@]host[:port][/database]`: one server.
    /// - `redis-sentinel://[[user]:password@]host[:port][/database]?sentinelServiceName=name&node=host:port…`: the master of that
    ///   name, as these Sentinels know it. The password is that of Redis; that of the Sentinels is `sentinelPassword`.
    /// - `redis-cluster://[[user]:password@]host:port?node=host:port…`: a cluster, and some of its nodes.
    pub url: SecretString,
    /// Connections for commands, at least one and at most [`CONNECTIONS_MAX`](Self::CONNECTIONS_MAX). Pushes have one
    /// more.
    pub connections: usize,
}

impl RedisSettings {
    /// The largest pool. Commands are pipelined, so that a few connections carry the load of one server.
    pub const CONNECTIONS_MAX: usize = 50;

    /// The pool where nothing else is asked for.
    pub const CONNECTIONS_DEFAULT: usize = 4;
}

/// Settings that no caches can be made of.
#[derive(Debug, thiserror::Error)]
pub enum CacheSetupError {
    /// The mode needs a Redis.
    #[error("the cache mode {0} needs a Redis URL")]
    RedisMissing(Mode),
    /// The URL is none that Redis has. It is not repeated, as it may hold a password.
    #[error(
        "the Redis URL is not of the form redis://…, redis-sentinel://…?sentinelServiceName=… or redis-cluster://…"
    )]
    RedisUrl,
    /// Too few or too many connections.
    #[error("Redis connections must be 1 to {max}, not {0}", max = RedisSettings::CONNECTIONS_MAX)]
    RedisConnections(usize),
    /// Tags need random versions.
    #[error("the operating system gives no random numbers")]
    Random,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mode_is_found_by_its_name() {
        for mode in Mode::ALL {
            assert_eq!(mode.to_string().parse(), Ok(mode));
        }
        assert_eq!("disk".parse::<Mode>(), Err(UnknownMode));
    }

    #[test]
    fn debug_hides_the_url() {
        let redis = RedisSettings { url: "redis://:hunter2@localhost".into(), connections: 1 };
        let settings = CachesSettings { redis: Some(redis), ..CachesSettings::default() };
        assert!(!format!("{settings:?}").contains("hunter2"));
    }
}
