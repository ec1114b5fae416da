//! Traces for a collector, by OTLP over HTTP in protobuf.
//!
//! Everything but the address is set by OpenTelemetry's own names (`OTEL_SERVICE_NAME`, `OTEL_TRACES_SAMPLER`,
//! `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_BSP_…`), which its library reads.

use std::cell::Cell;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use ofektom_http::{Answered, TraceContext, TraceLink};
use opentelemetry::trace::{
    SpanContext, SpanId, Status, TraceContextExt as _, TraceFlags, TraceId, TraceState, TracerProvider as _,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator, SdkTracer, SdkTracerProvider};
use tracing::{Span, Subscriber};
use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt as _};
use tracing_subscriber::registry::LookupSpan;

/// What is said of the program unless `OTEL_SERVICE_NAME` says otherwise.
const SERVICE: &str = "ofektom";

/// The sending of traces. Dropping it sends what waits.
pub(super) struct Traces(SdkTracerProvider);

impl Traces {
    /// Starts a thread that sends to a collector, such as `http://127.0.0.1:4318`. Call it outside of a runtime.
    pub(super) fn start(endpoint: &str) -> Result<Self> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
            .build()
            .with_context(|| format!("{endpoint} is no collector (OTEL_EXPORTER_OTLP_ENDPOINT)"))?;
        let resource = Resource::builder();
        let named = std::env::var_os("OTEL_SERVICE_NAME").is_some_and(|name| !name.is_empty());
        let resource = if named { resource } else { resource.with_service_name(SERVICE) };
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_id_generator(TraceIds::default())
            .with_resource(resource.with_attribute(version).build())
            .build();
        Ok(Self(provider))
    }

    /// The layer that makes spans of ours those of OpenTelemetry.
    pub(super) fn layer<S>(&self) -> OpenTelemetryLayer<S, SdkTracer>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        tracing_opentelemetry::layer().with_tracer(self.0.tracer(SERVICE)).with_location(false).with_threads(false)
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        // The log is still written.
        if let Err(error) = self.0.shutdown() {
            tracing::warn!(error.message = %error, "the last traces could not be sent");
        }
    }
}

thread_local! {
    /// The trace that the next span on this thread begins.
    static BEGINS: Cell<Option<u128>> = const { Cell::new(None) };
}

/// Gives a trace that begins here the id that is in the log.
#[derive(Clone, Debug, Default)]
struct TraceIds(RandomIdGenerator);

impl IdGenerator for TraceIds {
    fn new_trace_id(&self) -> TraceId {
        BEGINS.take().map_or_else(|| self.0.new_trace_id(), TraceId::from)
    }

    fn new_span_id(&self) -> SpanId {
        self.0.new_span_id()
    }
}

/// Makes requests the spans of a server, as OpenTelemetry's conventions for HTTP name their facts.
struct Requests;

/// Who follows requests.
pub(super) fn link() -> Arc<dyn TraceLink> {
    Arc::new(Requests)
}

impl TraceLink for Requests {
    fn begun(&self, span: &Span, context: &TraceContext) {
        span.record("otel.kind", "server");
        match context.parent {
            Some(parent) => {
                let flags = if parent.is_sampled { TraceFlags::SAMPLED } else { TraceFlags::NOT_SAMPLED };
                let (trace, parent) = (TraceId::from(context.trace_id), SpanId::from(parent.span_id));
                let remote = SpanContext::new(trace, parent, flags, true, TraceState::NONE);
                // It fails for a span that the filter leaves out.
                let _ = span.set_parent(Context::new().with_remote_span_context(remote));
            }
            None => BEGINS.set(Some(context.trace_id)),
        }
        // Which builds the span, here and now.
        let _ = span.context();
        BEGINS.set(None);
    }

    fn answered(&self, span: &Span, answered: &Answered<'_>) {
        let context = span.context();
        let request = context.span();
        let name =
            answered.route.map_or_else(|| answered.method.to_owned(), |route| format!("{} {route}", answered.method));
        request.update_name(name);
        request.set_attribute(KeyValue::new("http.request.method", answered.method.to_owned()));
        request.set_attribute(KeyValue::new("http.response.status_code", i64::from(answered.status)));
        if answered.status >= 500 {
            request.set_status(Status::error(""));
        }
    }
}
