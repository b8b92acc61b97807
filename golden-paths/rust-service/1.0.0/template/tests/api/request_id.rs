use crate::service::Service;

#[tokio::test]
async fn the_callers_id_is_returned() {
    let service = Service::start().await;

    let request = service
        .get("/v1/greetings")
        .header("x-request-id", "abc-123");
    let response = request.send().await.unwrap();

    assert_eq!(response.headers()["x-request-id"], "abc-123");
}

#[tokio::test]
async fn a_request_without_an_id_gets_one() {
    let service = Service::start().await;

    let response = service.get("/v1/greetings").send().await.unwrap();

    assert_eq!(response.headers()["x-request-id"].len(), 36);
}

#[tokio::test]
async fn an_id_that_could_forge_logs_is_replaced() {
    let service = Service::start().await;

    let request = service
        .get("/v1/greetings")
        .header("x-request-id", "a\"} {\"level\":\"ERROR");
    let response = request.send().await.unwrap();

    assert_eq!(response.headers()["x-request-id"].len(), 36);
}
