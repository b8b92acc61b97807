//! Logs, one JSON object a line on standard output, and traces, sent by OTLP.
//!
//! Every request has a trace id, which its log lines show; spans are sent only where
//! `OTEL_EXPORTER_OTLP_ENDPOINT` says where to. The `OTEL_*` variables that the configuration does
//! not name are read by the SDK.

use std::panic;
use std::time::Duration;

use opentelemetry::global;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{ExporterBuildError, SpanExporter};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::Config;

/// How long the end of the process may wait for a collector that does not answer: once for the
/// metrics, once for the spans.
pub const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);

pub struct Telemetry {
    provider: SdkTracerProvider,
}

impl Telemetry {
    /// May be called once.
    pub fn start(config: &Config) -> Result<Self, ExporterBuildError> {
        let mut provider = SdkTracerProvider::builder().with_resource(resource(config));
        if config.sends_traces {
            provider = provider.with_batch_exporter(SpanExporter::builder().with_http().build()?);
        }
        let provider = provider.build();
        // What outgoing calls inject, too.
        global::set_text_map_propagator(TraceContextPropagator::new());

        // Spans carry the ids of a request, so the logs need them at every level.
        let level = config.log_level;
        let spans = level.max(LevelFilter::INFO);
        let logged = filter_fn(move |it| *it.level() <= if it.is_span() { spans } else { level });
        let lines = json_subscriber::fmt::layer()
            .flatten_event(true)
            .with_current_span(false)
            .flatten_span_list_on_top_level(true)
            .with_filter(logged.with_max_level_hint(spans));
        let traced = filter_fn(|it| it.is_span() && *it.level() <= LevelFilter::INFO);
        let traces = tracing_opentelemetry::layer()
            .with_tracer(provider.tracer(env!("CARGO_PKG_NAME")))
            .with_location(false)
            .with_target(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_filter(traced.with_max_level_hint(LevelFilter::INFO));
        tracing_subscriber::registry()
            .with(traces)
            .with(lines)
            .init();
        panic::set_hook(Box::new(
            |panic| tracing::error!(%panic, "a thread panicked"),
        ));
        Ok(Self { provider })
    }

    /// Sends the spans that are still held back.
    pub fn stop(self) {
        if let Err(error) = self.provider.shutdown_with_timeout(FLUSH_TIMEOUT) {
            tracing::warn!(%error, "the last spans were not sent");
        }
    }
}

/// Whom traces and metrics are of.
pub fn resource(config: &Config) -> Resource {
    let name = config.service_name.clone();
    Resource::builder().with_service_name(name).build()
}
