//! The HTTP server.

use std::time::Duration;

use super::error::ConfigError;
use super::settings::{Settings, key};

/// Settings of the HTTP server.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// The address or name to listen on.
    pub host: String,
    /// The port; 0 for any free one.
    pub port: u16,
    /// Threads that serve requests.
    pub workers: usize,
    /// How long an idle connection is kept open.
    pub keep_alive: Duration,
    /// How long a client may take to send the head of a request.
    pub client_request_timeout: Duration,
    /// How long the server goes on serving once it is told to stop, with `/readyz` telling so: until balancers look elsewhere.
    pub drain: Duration,
    /// How long requests under way may take once the server does not accept any more.
    pub shutdown_timeout: Duration,
}

impl ServerConfig {
    pub(super) fn read(settings: &mut Settings) -> Result<Self, ConfigError> {
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        let workers = u32::try_from(workers).unwrap_or(1).min(256);
        let port = settings.number(key("server.port", "PORT"), 8001, 0..=65_535)?;
        Ok(Self {
            host: settings.get(key("server.host", "HOST"), "127.0.0.1".to_owned())?,
            port: u16::try_from(port).unwrap_or_default(),
            workers: settings.count(key("server.workers", "OFEKTOM_WORKERS"), workers, 1..=256)?,
            keep_alive: settings.seconds(
                key("server.keep_alive_seconds", "OFEKTOM_KEEP_ALIVE_SECONDS"),
                75,
                1..=3_600,
            )?,
            client_request_timeout: settings.seconds(
                key("server.client_request_timeout_seconds", "OFEKTOM_CLIENT_REQUEST_TIMEOUT_SECONDS"),
                10,
                1..=300,
            )?,
            drain: settings.seconds(key("server.drain_seconds", "OFEKTOM_DRAIN_SECONDS"), 1, 0..=300)?,
            shutdown_timeout: settings.seconds(
                key("server.shutdown_timeout_seconds", "OFEKTOM_SHUTDOWN_TIMEOUT_SECONDS"),
                30,
                1..=600,
            )?,
        })
    }
}
