//! Messages to people, and whether this is a real installation.

use super::error::ConfigError;
use super::settings::{Settings, key};
use super::value::Value;

/// What the installation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// For trying out and building: defaults that nobody should rely on.
    Development,
    /// For people with money at stake: whatever has no safe default must be configured.
    Production,
}

impl Value for Environment {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "development" => Ok(Self::Development),
            "production" => Ok(Self::Production),
            _ => Err(format!("must be development or production, not {text:?}")),
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Development => "development",
            Self::Production => "production",
        }
        .to_owned()
    }
}

/// Where messages to people go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Into the outbox folder, with a line in the log that names the file: for whoever develops.
    Log,
    /// Into the outbox folder, from which another program delivers them.
    Outbox,
}

impl Value for Delivery {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "log" => Ok(Self::Log),
            "outbox" => Ok(Self::Outbox),
            _ => Err(format!("must be log or outbox, not {text:?}")),
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Log => "log",
            Self::Outbox => "outbox",
        }
        .to_owned()
    }
}

/// Settings of messages.
#[derive(Clone, Copy, Debug)]
pub struct MessagesConfig {
    /// What the installation is for.
    pub environment: Environment,
    /// Where messages go.
    pub delivery: Delivery,
}

impl MessagesConfig {
    /// In production nobody reads the log for messages, so their way must be chosen.
    pub(super) fn read(settings: &mut Settings) -> Result<Self, ConfigError> {
        let environment = settings.get(key("messages.environment", "ENVIRONMENT"), Environment::Development)?;
        let delivery_key = key("messages.delivery", "MESSAGES");
        let delivery = settings.get(delivery_key, Delivery::Log)?;
        if (environment, delivery) == (Environment::Production, Delivery::Log) {
            let problem = "must be outbox with ENVIRONMENT=production: log, the default, is for development";
            return Err(settings.refuse(delivery_key, problem));
        }
        Ok(Self { environment, delivery })
    }
}
