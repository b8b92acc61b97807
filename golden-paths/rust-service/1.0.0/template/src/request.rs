//! What every request gets: an id, a log line and its place in the metrics.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use tracing::{Instrument, info, info_span};
use uuid::Uuid;

use crate::metrics::Metrics;

const REQUEST_ID: &str = "x-request-id";

pub async fn observe(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = accepted_id(&request).unwrap_or_else(new_id);
    let method = request.method().clone();
    // The template, never the path itself: a label with a value for each order would have no end.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|it| it.as_str().to_owned());
    let span = info_span!(
        "request",
        request_id = id.to_str().unwrap_or_default(),
        method = method.as_str(),
        route,
    );

    let response = async {
        let mut response = next.run(request).await;
        let status = response.status().as_u16();
        let duration = started.elapsed();
        info!(
            status,
            duration_ms = duration.as_secs_f64() * 1000.0,
            "request finished"
        );
        metrics.record(&method, route, status, duration);
        response.headers_mut().insert(REQUEST_ID, id);
        response
    };
    response.instrument(span).await
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
