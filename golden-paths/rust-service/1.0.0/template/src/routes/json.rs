use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::problem::Problem;

/// `axum::Json` for request bodies, with rejections as problems.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        // By way of an object, because serde would also fill the fields from an array, in order.
        let axum::Json(object) = axum::Json::<Map<String, Value>>::from_request(request, state)
            .await
            .map_err(|error: JsonRejection| Problem::new(error.status(), error.body_text()))?;
        serde_json::from_value(Value::Object(object))
            .map(Self)
            .map_err(|error| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()))
    }
}
