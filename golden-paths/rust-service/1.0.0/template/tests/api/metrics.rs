use serde_json::json;

use crate::service::Service;

#[tokio::test]
async fn requests_are_counted_by_method_route_and_status() {
    let service = Service::start().await;

    service
        .post("/v1/greetings")
        .json(&json!({"name": "Ada"}))
        .send()
        .await
        .unwrap();

    let counted = r#"http_server_request_duration_seconds_count{http_request_method="POST",http_route="/v1/greetings",http_response_status_code="200"} 1"#;
    let metrics = service.metrics().await;
    assert!(metrics.contains(counted), "{metrics}");
}

#[tokio::test]
async fn paths_that_match_no_route_share_one_label() {
    let service = Service::start().await;

    service.get("/wp-admin").send().await.unwrap();
    service.get("/.env").send().await.unwrap();

    let counted = r#"http_server_request_duration_seconds_count{http_request_method="GET",http_route="",http_response_status_code="404"} 2"#;
    let metrics = service.metrics().await;
    assert!(metrics.contains(counted), "{metrics}");
}

#[tokio::test]
async fn metrics_are_not_on_the_public_port() {
    let service = Service::start().await;

    assert_eq!(service.get("/metrics").send().await.unwrap().status(), 404);
}
