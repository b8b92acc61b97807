//! Who may call: nobody, unless the route is named here. docs/adr/0002-closed-by-default.md

use axum::extract::{MatchedPath, Request};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;

use crate::problem::Problem;

/// The routes that are open to everybody.
const OPEN: [&str; 4] = ["/livez", "/readyz", "/openapi.json", "/v1/greetings"];

pub async fn guard(request: Request, next: Next) -> Result<Response, Problem> {
    let route = request.extensions().get::<MatchedPath>();
    if route.is_some_and(|it| !OPEN.contains(&it.as_str())) {
        return Err(Problem::from(StatusCode::FORBIDDEN));
    }
    Ok(next.run(request).await)
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    async fn status_of(route: &'static str) -> StatusCode {
        let router = Router::new()
            .route(route, get(|| async {}))
            .layer(from_fn(guard));
        let request = Request::get(route).body(Body::empty()).unwrap();
        router.oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn a_route_that_nobody_thought_about_is_closed() {
        assert_eq!(status_of("/v1/secrets").await, StatusCode::FORBIDDEN);
    }

    #[tokio::test]
    async fn a_route_that_is_named_is_open() {
        assert_eq!(status_of("/v1/greetings").await, StatusCode::OK);
    }
}
