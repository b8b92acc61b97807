use crate::service::Service;

#[tokio::test]
async fn a_started_service_is_alive_and_ready() {
    let service = Service::start().await;

    assert_eq!(service.get("/livez").send().await.unwrap().status(), 200);
    assert_eq!(service.get("/readyz").send().await.unwrap().status(), 200);
}
