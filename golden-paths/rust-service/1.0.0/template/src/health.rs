//! What the platform asks of a running process.
//!
//! `/livez` says that the process can still answer; it looks at no dependency, because a restart
//! repairs none. `/readyz` says whether traffic should come here.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

use crate::problem::Problem;

#[derive(Clone, Default)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    pub fn set(&self, ready: bool) {
        self.0.store(ready, Ordering::Relaxed);
    }

    fn is_ready(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

pub fn routes(readiness: Readiness) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok" }))
        .route("/readyz", get(readyz))
        .with_state(readiness)
}

async fn readyz(State(readiness): State<Readiness>) -> Result<&'static str, Problem> {
    if readiness.is_ready() {
        Ok("ok")
    } else {
        Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "the service is stopping",
        ))
    }
}
