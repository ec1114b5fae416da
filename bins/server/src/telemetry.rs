//! The log: one line an event on standard error, for people or for machines.

use std::io;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::config::{LogConfig, LogFormat};

/// What a filter leaves to be told. The framework tells of each worker that starts and stops, and calls each unreadable
/// request of a stranger an error: that is told only to whoever wants details.
fn filter_of(stated: &str) -> String {
    let details = ["debug", "trace"].iter().any(|level| stated.to_ascii_lowercase().contains(level));
    if details { stated.to_owned() } else { format!("actix_server=warn,actix_http::h1=off,{stated}") }
}

/// Starts the log. What the programs print for people goes to standard output, so the two can be told apart.
pub fn start(config: &LogConfig) {
    let filter = EnvFilter::try_new(filter_of(&config.filter)).unwrap_or_default();
    let lines = fmt().with_env_filter(filter).with_writer(io::stderr);
    // Fails only when a log runs already, which then goes on.
    let _ = match config.format {
        LogFormat::Text => lines.with_ansi(io::IsTerminal::is_terminal(&io::stderr())).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).try_init(),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_framework_is_quiet_unless_details_are_wanted() {
        assert_eq!(filter_of("info"), "actix_server=warn,actix_http::h1=off,info");
        assert_eq!(filter_of("warn,ofektom_http=TRACE"), "warn,ofektom_http=TRACE");
        assert!(EnvFilter::try_new(filter_of("info")).is_ok());
    }
}
