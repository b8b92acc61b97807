use std::net::SocketAddr;

use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use app::config::Config;
use app::startup::Application;

/// A running service. Ends with the test.
pub struct Service {
    pub address: SocketAddr,
    metrics_address: SocketAddr,
    client: Client,
    stop: Option<oneshot::Sender<()>>,
    pub running: JoinHandle<()>,
}

impl Service {
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    pub async fn start_with(variables: &[(&str, &str)]) -> Self {
        let config = Config::from_lookup(|name| match name {
            "HOST" => Some("127.0.0.1".to_owned()),
            "PORT" | "METRICS_PORT" => Some("0".to_owned()),
            _ => variables
                .iter()
                .find(|(it, _)| *it == name)
                .map(|(_, value)| (*value).to_owned()),
        })
        .unwrap();
        let application = Application::bind(config).await.unwrap();
        let (stop, stopped) = oneshot::channel();
        Self {
            address: application.address().unwrap(),
            metrics_address: application.metrics_address().unwrap(),
            client: Client::builder().no_proxy().build().unwrap(),
            stop: Some(stop),
            running: tokio::spawn(application.run_until(async {
                let _ = stopped.await;
            })),
        }
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("http://{}{path}", self.address))
    }

    pub fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("http://{}{path}", self.address))
    }

    pub async fn metrics(&self) -> String {
        let address = format!("http://{}/metrics", self.metrics_address);
        self.client
            .get(address)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    }

    /// What SIGTERM does to the process.
    pub fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    /// A request that has begun and waits for the last byte of its body, `}`.
    pub async fn begin_request(&self) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let begin = "POST /v1/greetings HTTP/1.1\r\nhost: localhost\r\n\
                     content-type: application/json\r\ncontent-length: 14\r\n\r\n\
                     {\"name\":\"Ada\"";
        stream.write_all(begin.as_bytes()).await.unwrap();
        stream
    }
}

/// The problem that a response carries.
pub async fn problem(response: Response) -> Value {
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json"
    );
    let status = response.status();
    let problem: Value = response.json().await.unwrap();
    assert_eq!(problem["status"], status.as_u16());
    problem
}
