//! The log.

use tracing_subscriber::EnvFilter;

use super::error::ConfigError;
use super::settings::{Settings, key};
use super::value::Value;

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

impl Value for LogFormat {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(format!("must be text or json, not {text:?}")),
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Text => "text",
            Self::Json => "json",
        }
        .to_owned()
    }
}

/// Settings of the log.
#[derive(Clone, Debug)]
pub struct LogConfig {
    /// What is logged: levels by module, such as `info,ofektom_http=debug`.
    pub filter: String,
    /// How it looks.
    pub format: LogFormat,
    /// Where traces are sent, if the program is built with the feature `otlp`: the address of a collector of OpenTelemetry.
    pub traces_endpoint: Option<String>,
}

impl LogConfig {
    pub(super) fn read(settings: &mut Settings) -> Result<Self, ConfigError> {
        let filter_key = key("log.filter", "LOG");
        let filter = settings.get(filter_key, "info".to_owned())?;
        if let Err(error) = EnvFilter::try_new(&filter) {
            return Err(settings.refuse(filter_key, format!("is not a log filter such as info: {error}")));
        }
        let format = settings.get(key("log.format", "LOG_FORMAT"), LogFormat::Text)?;
        let traces_endpoint = settings.find(key("log.traces_endpoint", "OTEL_EXPORTER_OTLP_ENDPOINT"), "none")?;
        Ok(Self { filter, format, traces_endpoint })
    }
}
