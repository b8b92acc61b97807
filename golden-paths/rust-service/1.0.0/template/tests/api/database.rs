//! What callers see of a database that is away, slow or faulty.

use serde_json::{Value, json};
use sqlx::PgPool;

use crate::service::{Service, problem};

async fn greet(service: &Service) -> reqwest::Response {
    service
        .post("/v1/greetings")
        .json(&json!({"name": "Ada"}))
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn without_the_database_the_service_lives_but_is_not_ready() {
    let service = Service::start().await;

    assert_eq!(service.get("/livez").send().await.unwrap().status(), 200);
    let response = service.get("/readyz").send().await.unwrap();
    assert_eq!(response.status(), 503);
    assert_eq!(
        problem(response).await["detail"],
        "the database does not answer"
    );
}

#[tokio::test]
async fn without_the_database_a_greeting_is_a_problem_that_may_pass() {
    let service = Service::start().await;

    let response = greet(&service).await;

    assert_eq!(response.status(), 503);
    assert_eq!(
        problem(response).await["detail"],
        "the database does not answer"
    );
}

#[sqlx::test]
async fn a_statement_that_waits_too_long_is_ended(pool: PgPool) {
    let service = Service::start_on(&pool, &[]).await;
    let mut other = pool.begin().await.unwrap();
    sqlx::query("LOCK TABLE greetings")
        .execute(&mut *other)
        .await
        .unwrap();

    let response = greet(&service).await;

    assert_eq!(response.status(), 503);
    problem(response).await;
}

#[sqlx::test]
async fn a_query_that_fails_tells_callers_nothing(pool: PgPool) {
    let service = Service::start_on(&pool, &[]).await;
    sqlx::query("DROP TABLE greetings")
        .execute(&pool)
        .await
        .unwrap();

    let response = greet(&service).await;

    assert_eq!(response.status(), 500);
    let problem = problem(response).await;
    assert_eq!(
        problem,
        json!({"status": 500, "title": "Internal Server Error"})
    );
}

#[sqlx::test]
async fn a_connection_that_broke_is_replaced(pool: PgPool) {
    let service = Service::start_on(&pool, &[]).await;
    assert_eq!(greet(&service).await.status(), 200);
    sqlx::query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    .execute(&pool)
    .await
    .unwrap();

    let response = greet(&service).await;

    assert_eq!(response.status(), 200);
    assert_eq!(response.json::<Value>().await.unwrap()["times"], 2);
}

#[sqlx::test]
async fn the_metrics_show_how_full_the_pool_is(pool: PgPool) {
    let service = Service::start_on(&pool, &[]).await;

    greet(&service).await;

    let metrics = service.metrics().await;
    for sample in [
        r#"db_client_connection_count{state="idle"} "#,
        r#"db_client_connection_count{state="used"} "#,
        "db_client_connection_max 10",
    ] {
        assert!(metrics.contains(sample), "{sample} is not in {metrics}");
    }
}
