use reqwest::Response;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::service::{Service, problem};

async fn greet(service: &Service, key: &str, name: &str) -> Response {
    service
        .post("/v1/greetings")
        .header("idempotency-key", key)
        .json(&json!({"name": name}))
        .send()
        .await
        .unwrap()
}

#[sqlx::test]
async fn a_request_with_the_same_key_is_carried_out_once(pool: PgPool) {
    let service = Service::start_on(&pool, &[]).await;

    for _ in 0..2 {
        let response = greet(&service, "4711", "Ada").await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.json::<Value>().await.unwrap()["times"], 1);
    }
    let response = greet(&service, "4712", "Ada").await;
    assert_eq!(response.json::<Value>().await.unwrap()["times"], 2);
}

#[sqlx::test]
async fn requests_with_the_same_key_may_arrive_together(pool: PgPool) {
    let service = Service::start_on(&pool, &[]).await;

    let (one, other) = tokio::join!(
        greet(&service, "4711", "Ada"),
        greet(&service, "4711", "Ada"),
    );

    assert_eq!(one.json::<Value>().await.unwrap()["times"], 1);
    assert_eq!(other.json::<Value>().await.unwrap()["times"], 1);
}

#[sqlx::test]
async fn a_key_that_names_another_request_is_refused(pool: PgPool) {
    let service = Service::start_on(&pool, &[]).await;
    greet(&service, "4711", "Ada").await;

    let response = greet(&service, "4711", "Grace").await;

    assert_eq!(response.status(), 409);
    problem(response).await;
}

#[sqlx::test]
async fn keys_are_forgotten_after_a_day(pool: PgPool) {
    let service = Service::start_on(&pool, &[]).await;
    greet(&service, "4711", "Ada").await;
    sqlx::query("UPDATE idempotency_keys SET created_at = now() - interval '25 hours'")
        .execute(&pool)
        .await
        .unwrap();

    greet(&service, "4712", "Ada").await;

    let response = greet(&service, "4711", "Ada").await;
    assert_eq!(response.json::<Value>().await.unwrap()["times"], 3);
}

#[tokio::test]
async fn a_key_that_could_not_be_kept_is_refused() {
    let service = Service::start().await;

    let response = greet(&service, &"k".repeat(256), "Ada").await;

    assert_eq!(response.status(), 400);
    problem(response).await;
}
