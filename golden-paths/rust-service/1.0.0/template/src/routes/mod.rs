//! The routes of the service, and what surrounds each of them.

mod greetings;
mod json;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn_with_state, map_response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use crate::config::Config;
use crate::health::{self, Readiness};
use crate::metrics::Metrics;
use crate::{problem, request};

pub fn router(config: &Config, readiness: Readiness, metrics: Metrics) -> Router {
    let timeout =
        TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, config.request_timeout);

    // Each layer goes around those before it, so that even a panic and a timeout are answered as
    // problems, logged and counted. The probes stay outside: they are no traffic.
    Router::new()
        .merge(greetings::routes())
        .fallback(async || StatusCode::NOT_FOUND)
        .layer(DefaultBodyLimit::max(config.request_body_limit))
        .layer(timeout)
        .layer(CatchPanicLayer::new())
        .layer(map_response(problem::unify))
        .layer(from_fn_with_state(metrics, request::observe))
        .merge(health::routes(readiness))
}
