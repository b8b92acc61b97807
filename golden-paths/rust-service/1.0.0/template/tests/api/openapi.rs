use crate::service::Service;

#[tokio::test]
async fn the_document_that_is_served_is_the_one_that_is_committed() {
    let service = Service::start().await;

    let response = service.get("/openapi.json").send().await.unwrap();

    assert_eq!(response.headers()["content-type"], "application/json");
    let served = response.text().await.unwrap();
    let committed = include_str!("../../openapi.json");
    assert!(served == committed, "`make openapi` writes it anew");
}
