//! What every request gets: an id, a span, a log line and its place in the metrics.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use opentelemetry::global;
use opentelemetry::trace::{Status, TraceContextExt};
use opentelemetry_http::HeaderExtractor;
use tracing::field::Empty;
use tracing::{Instrument, Span, info, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use uuid::Uuid;

use crate::health;
use crate::metrics::{self, Metrics};

const REQUEST_ID: &str = "x-request-id";

pub async fn observe(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = accepted_id(&request).unwrap_or_else(new_id);
    let method = metrics::bounded(request.method());
    // The template, never the path itself: a label with a value for each order would have no end.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|it| it.as_str().to_owned());
    let _in_flight = metrics.begin(method);
    // Probes are counted like all requests, but they would drown the others in logs and traces.
    let is_probe = route.as_deref().is_some_and(health::is_probe);
    let span = if is_probe {
        Span::none()
    } else {
        span_of(&request, method, route.as_deref(), &id)
    };

    let response = async {
        let mut response = next.run(request).await;
        let status = response.status();
        let duration = started.elapsed();
        let span = Span::current();
        span.set_attribute("http.response.status_code", i64::from(status.as_u16()));
        if status.is_server_error() {
            span.set_status(Status::error(""));
        }
        if !is_probe {
            info!(
                method,
                route,
                status = status.as_u16(),
                duration_ms = duration.as_secs_f64() * 1000.0,
                "request finished"
            );
        }
        metrics.record(method, route, status.as_u16(), duration);
        response.headers_mut().insert(REQUEST_ID, id);
        response
    };
    response.instrument(span).await
}

/// Continues the trace of the caller's `traceparent`, or begins one.
fn span_of(request: &Request, method: &'static str, route: Option<&str>, id: &HeaderValue) -> Span {
    let name = match route {
        Some(route) => format!("{method} {route}"),
        None => method.to_owned(),
    };
    let span = info_span!(
        "request",
        otel.name = name,
        otel.kind = "server",
        request_id = id.to_str().unwrap_or_default(),
        trace_id = Empty,
    );
    let caller = global::get_text_map_propagator(|propagator| {
        propagator.extract(&HeaderExtractor(request.headers()))
    });
    // Fails only where nobody traces, as in most tests.
    if span.set_parent(caller).is_ok() {
        let trace_id = span.context().span().span_context().trace_id();
        span.record("trace_id", trace_id.to_string());
    }
    span.set_attribute("http.request.method", method);
    span.set_attribute("url.path", request.uri().path().to_owned());
    if let Some(route) = route {
        span.set_attribute("http.route", route.to_owned());
    }
    span
}

/// The caller's id, unless it is one that should not be repeated into logs.
fn accepted_id(request: &Request) -> Option<HeaderValue> {
    let id = request.headers().get(REQUEST_ID)?;
    let bytes = id.as_bytes();
    let is_plain = bytes
        .iter()
        .all(|it| it.is_ascii_alphanumeric() || b"-_.".contains(it));
    ((1..=128).contains(&bytes.len()) && is_plain).then(|| id.clone())
}

fn new_id() -> HeaderValue {
    let id = Uuid::now_v7().to_string();
    HeaderValue::from_str(&id).expect("a UUID is visible ASCII")
}
