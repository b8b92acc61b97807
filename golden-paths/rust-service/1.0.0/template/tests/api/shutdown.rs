use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::service::{Service, problem};

#[tokio::test]
async fn a_stopping_service_is_not_ready_but_still_serves() {
    let mut service = Service::start_with(&[("DRAIN_DELAY_SECONDS", "60")]).await;

    service.stop();

    let response = loop {
        let response = service.get("/readyz").send().await.unwrap();
        if response.status() != 200 {
            break response;
        }
    };
    assert_eq!(response.status(), 503);
    problem(response).await;
    assert_eq!(service.get("/livez").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_request_in_flight_finishes_before_the_service_ends() {
    let mut service = Service::start_with(&[("DRAIN_DELAY_SECONDS", "0")]).await;
    let mut slow = service.begin_request().await;
    // Another request's answer shows that the server has taken up the slow one before it.
    service.get("/livez").send().await.unwrap();

    service.stop();
    while TcpStream::connect(service.address).await.is_ok() {}
    slow.write_all(b"}").await.unwrap();

    let mut response = String::new();
    slow.read_to_string(&mut response).await.unwrap();
    assert!(response.starts_with("HTTP/1.1 200 OK"), "{response}");
    assert!(response.ends_with("Hello, Ada!\"}"), "{response}");
    service.running.await.unwrap();
}

#[tokio::test]
async fn a_request_that_does_not_finish_holds_the_service_no_longer_than_the_timeout() {
    let variables = [
        ("DRAIN_DELAY_SECONDS", "0"),
        ("SHUTDOWN_TIMEOUT_SECONDS", "1"),
    ];
    let mut service = Service::start_with(&variables).await;
    let _slow = service.begin_request().await;

    service.stop();

    timeout(Duration::from_secs(5), service.running)
        .await
        .unwrap()
        .unwrap();
}
