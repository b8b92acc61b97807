//! The sample route. Replace it with the service's own.

use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::json;
use crate::greeting::{self, Name};
use crate::problem::Problem;

#[derive(Deserialize)]
struct GreetingRequest {
    name: String,
}

#[derive(Serialize)]
struct Greeting {
    message: String,
}

pub fn routes() -> Router {
    Router::new().route("/v1/greetings", post(greet))
}

async fn greet(
    json::Json(request): json::Json<GreetingRequest>,
) -> Result<Json<Greeting>, Problem> {
    let name = Name::parse(&request.name)
        .map_err(|error| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()))?;
    Ok(Json(Greeting {
        message: greeting::greet(&name),
    }))
}
