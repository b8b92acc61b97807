//! The sample query: how often each name was greeted.

use sqlx::PgConnection;
use tracing::{Instrument, info_span};

use crate::greeting::Name;

/// Counts one more greeting of `name`.
pub async fn count(connection: &mut PgConnection, name: &Name) -> Result<i64, sqlx::Error> {
    let span = info_span!(
        "greetings::count",
        otel.name = "INSERT greetings",
        otel.kind = "client",
        db.system.name = "postgresql",
        db.operation.name = "INSERT",
        db.collection.name = "greetings",
    );
    sqlx::query_scalar(
        "INSERT INTO greetings (name) VALUES ($1)
         ON CONFLICT (name) DO UPDATE SET times = greetings.times + 1
         RETURNING times",
    )
    .bind(name.as_str())
    .fetch_one(connection)
    .instrument(span)
    .await
}
