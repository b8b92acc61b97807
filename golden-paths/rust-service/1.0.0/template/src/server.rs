//! Serves a router on a listener until told to stop.
//!
//! `axum::serve` would do, but it has no limit on how long a client may take to send its headers.

use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::time::timeout;
use tracing::{debug, warn};

const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// After `stop`, accepts nothing more and gives requests in flight `patience` to finish.
pub async fn serve(
    mut listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()>,
    patience: Duration,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT);
    let connections = GracefulShutdown::new();
    let mut stop = pin!(stop);

    loop {
        let (stream, _) = tokio::select! {
            connection = Listener::accept(&mut listener) => connection,
            () = &mut stop => break,
        };
        let service = TowerToHyperService::new(router.clone());
        let connection = connections.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async {
            if let Err(error) = connection.await {
                debug!(%error, "a connection ended early");
            }
        });
    }

    drop(listener);
    if timeout(patience, connections.shutdown()).await.is_err() {
        warn!("requests were still in flight when the shutdown timeout ended");
    }
}
