use serde_json::{Value, json};

use crate::service::{Service, problem};

#[tokio::test]
async fn a_name_is_greeted() {
    let service = Service::start().await;

    let response = service
        .post("/v1/greetings")
        .json(&json!({"name": "Ada"}))
        .send()
        .await
        .unwrap();

    assert_eq!(response.status(), 200);
    assert_eq!(
        response.json::<Value>().await.unwrap(),
        json!({"message": "Hello, Ada!"})
    );
}

#[tokio::test]
async fn an_empty_name_is_a_problem() {
    let service = Service::start().await;

    let response = service
        .post("/v1/greetings")
        .json(&json!({"name": ""}))
        .send()
        .await
        .unwrap();

    assert_eq!(response.status(), 422);
    assert_eq!(problem(response).await["detail"], "the name is empty");
}

#[tokio::test]
async fn a_body_that_is_no_json_is_a_problem() {
    let service = Service::start().await;

    let request = service
        .post("/v1/greetings")
        .header("content-type", "application/json");
    let response = request.body("{").send().await.unwrap();

    assert_eq!(response.status(), 400);
    problem(response).await;
}

#[tokio::test]
async fn an_unknown_path_is_a_problem() {
    let service = Service::start().await;

    let response = service.get("/v1/farewells").send().await.unwrap();

    assert_eq!(response.status(), 404);
    assert_eq!(problem(response).await["title"], "Not Found");
}

#[tokio::test]
async fn a_wrong_method_is_a_problem_that_names_the_right_one() {
    let service = Service::start().await;

    let response = service.get("/v1/greetings").send().await.unwrap();

    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "POST");
    problem(response).await;
}
