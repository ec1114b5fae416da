//! The log: one line an event on standard error, for people or for machines.

use std::io;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::config::{LogConfig, LogFormat};

/// Starts the log. What the programs print for people goes to standard output, so the two can be told apart.
pub fn start(config: &LogConfig) {
    // The framework tells of each worker that starts and stops, and calls each unreadable request of a stranger an error;
    // whoever wants to know names them in the filter.
    let quiet = "actix_server=warn,actix_http::h1=off";
    let filter = EnvFilter::try_new(format!("{quiet},{}", config.filter)).unwrap_or_default();
    let lines = fmt().with_env_filter(filter).with_writer(io::stderr);
    // Fails only when a log runs already, which then goes on.
    let _ = match config.format {
        LogFormat::Text => lines.with_ansi(io::IsTerminal::is_terminal(&io::stderr())).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).try_init(),
    };
}
