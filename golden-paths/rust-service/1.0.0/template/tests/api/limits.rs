use tokio::io::AsyncReadExt;

use crate::service::{Service, problem};

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let service = Service::start_with(&[("REQUEST_BODY_LIMIT_BYTES", "16")]).await;

    let request = service
        .post("/v1/greetings")
        .header("content-type", "application/json");
    let response = request
        .body(r#"{"name": "Ada Lovelace"}"#)
        .send()
        .await
        .unwrap();

    assert_eq!(response.status(), 413);
    problem(response).await;
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_ended() {
    let service = Service::start_with(&[("REQUEST_TIMEOUT_SECONDS", "1")]).await;

    let mut slow = service.begin_request().await;

    let mut status_line = [0; 12];
    slow.read_exact(&mut status_line).await.unwrap();
    assert_eq!(&status_line, b"HTTP/1.1 503");
}
