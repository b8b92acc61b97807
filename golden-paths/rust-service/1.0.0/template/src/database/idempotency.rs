//! A request that arrives twice, because its answer got lost, is carried out once.
//!
//! The key, the effect and the answer are one transaction: all of them are there, or none. A second
//! request waits for the first.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::PgConnection;

use crate::problem::Problem;

const HEADER: &str = "idempotency-key";

/// What the caller calls its request, if it does. Once callers are known, a key belongs to one of
/// them: then the table's primary key needs the caller, too.
pub struct Key(Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(HEADER) else {
            return Ok(Self(None));
        };
        value
            .to_str()
            .ok()
            .filter(|key| (1..=255).contains(&key.len()))
            .filter(|key| key.bytes().all(|it| it.is_ascii_graphic()))
            .map(|key| Self(Some(key.to_owned())))
            .ok_or_else(|| {
                let detail = "idempotency-key: use 1 to 255 visible ASCII characters";
                Problem::new(StatusCode::BAD_REQUEST, detail)
            })
    }
}

/// The answer to an earlier `request` with this key, if there was one; else claims the key.
pub async fn recall<T: DeserializeOwned>(
    connection: &mut PgConnection,
    operation: &str,
    Key(key): &Key,
    request: &impl Serialize,
) -> Result<Option<T>, Problem> {
    let Some(key) = key else {
        return Ok(None);
    };
    let request = json(request);
    let claim = sqlx::query(
        "INSERT INTO idempotency_keys (operation, key, request) VALUES ($1, $2, sha256($3))
         ON CONFLICT DO NOTHING",
    )
    .bind(operation)
    .bind(key)
    .bind(request.as_bytes());
    if claim.execute(&mut *connection).await?.rows_affected() == 1 {
        return Ok(None);
    }

    let (is_same, answer): (bool, String) = sqlx::query_as(
        "SELECT request = sha256($3), answer FROM idempotency_keys
         WHERE operation = $1 AND key = $2",
    )
    .bind(operation)
    .bind(key)
    .bind(request.as_bytes())
    .fetch_one(connection)
    .await?;
    if !is_same {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "idempotency-key: it was used for another request",
        ));
    }
    Ok(Some(
        serde_json::from_str(&answer).expect("`remember` wrote the same type"),
    ))
}

/// Keeps the answer for a day, and forgets some of those that are older.
pub async fn remember(
    connection: &mut PgConnection,
    operation: &str,
    Key(key): &Key,
    answer: &impl Serialize,
) -> Result<(), Problem> {
    let Some(key) = key else {
        return Ok(());
    };
    sqlx::query("UPDATE idempotency_keys SET answer = $3 WHERE operation = $1 AND key = $2")
        .bind(operation)
        .bind(key)
        .bind(json(answer))
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "DELETE FROM idempotency_keys WHERE (operation, key) IN (
             SELECT operation, key FROM idempotency_keys
             WHERE created_at < now() - interval '1 day'
             LIMIT 10 FOR UPDATE SKIP LOCKED)",
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("requests and answers are JSON")
}
