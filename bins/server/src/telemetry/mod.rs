//! The log: one line an event on standard error, for people or for machines; and, where the program is built for it, traces for a
//! collector of OpenTelemetry.
//!
//! Lines are written by a thread of their own. A standard error that takes them slowly, or not at all, holds nobody up: what does
//! not fit in the queue is dropped and counted.

mod lines;
#[cfg(feature = "otlp")]
mod otlp;

use std::io::{self, IsTerminal as _};
use std::sync::OnceLock;

use anyhow::{Context as _, Result};
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt, registry};

use self::lines::{Lines, Scribe};
use crate::config::{LogConfig, LogFormat};

/// Knows how many lines were dropped. There is one log in a process.
static LINES: OnceLock<Lines> = OnceLock::new();

/// What runs until the program ends. Dropping it writes what waits.
pub(crate) struct Telemetry {
    #[cfg(feature = "otlp")]
    traces: Option<otlp::Traces>,
    _scribe: Scribe,
}

/// Lines of the log that were dropped since the start.
pub(crate) fn lines_dropped() -> u64 {
    LINES.get().map_or(0, Lines::dropped)
}

/// What a filter leaves to be told. The framework tells of each worker that starts and stops, and calls each unreadable
/// request of a stranger an error: that is told only to whoever wants details.
fn filter_of(stated: &str) -> String {
    let details = ["debug", "trace"].iter().any(|level| stated.to_ascii_lowercase().contains(level));
    if details { stated.to_owned() } else { format!("actix_server=warn,actix_http::h1=off,{stated}") }
}

/// Writes the fields of lines for a file: as the usual way does without colours, for which that way looks at every name.
fn plain() -> impl for<'w> fmt::FormatFields<'w> + Send + Sync + 'static {
    let field = fmt::format::debug_fn(|line, field, value| match field.name() {
        "message" => write!(line, "{value:?}"),
        name => write!(line, "{name}={value:?}"),
    });
    field.delimited(" ")
}

/// Starts the log. What the programs print for people goes to standard output, so the two can be told apart.
///
/// # Errors
/// When no thread can be started, and when traces are to be sent somewhere that is no address.
pub(crate) fn start(config: &LogConfig) -> Result<Telemetry> {
    let filter = EnvFilter::try_new(filter_of(&config.filter)).unwrap_or_default();
    let (lines, scribe) = Lines::start(io::stderr()).context("the log needs a thread")?;
    let _ = LINES.set(lines.clone());
    let layer = fmt::layer().with_writer(lines);
    let layer = match config.format {
        LogFormat::Text if io::stderr().is_terminal() => layer.with_ansi(true).boxed(),
        LogFormat::Text => layer.with_ansi(false).fmt_fields(plain()).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).with_span_list(false).boxed(),
    };
    let subscriber = registry().with(filter).with(layer);
    #[cfg(feature = "otlp")]
    let (traces, subscriber) = {
        let traces = config.traces_endpoint.as_deref().map(otlp::Traces::start).transpose()?;
        let layer = traces.as_ref().map(otlp::Traces::layer);
        (traces, subscriber.with(layer))
    };
    // Fails only when a log runs already, which then goes on.
    let _ = subscriber.try_init();
    #[cfg(not(feature = "otlp"))]
    if config.traces_endpoint.is_some() {
        tracing::warn!("OTEL_EXPORTER_OTLP_ENDPOINT is set, but this program is built without the feature otlp");
    }
    Ok(Telemetry {
        #[cfg(feature = "otlp")]
        traces,
        _scribe: scribe,
    })
}

impl Telemetry {
    /// Who follows requests, for the server.
    #[cfg(feature = "otlp")]
    pub(crate) fn link(&self) -> Option<std::sync::Arc<dyn ofektom_http::TraceLink>> {
        self.traces.is_some().then(otlp::link)
    }

    /// The same without traces: nobody.
    #[cfg(not(feature = "otlp"))]
    pub(crate) fn link(&self) -> Option<std::sync::Arc<dyn ofektom_http::TraceLink>> {
        None
    }
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
