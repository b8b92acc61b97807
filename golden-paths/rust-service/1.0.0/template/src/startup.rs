//! Puts the parts together, and takes them down in order.

use std::future::pending;
use std::io;
use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio::time::sleep;
use tracing::info;

use crate::config::Config;
use crate::health::Readiness;
use crate::metrics::Metrics;
use crate::{metrics, routes, server};

/// A service that holds its ports but serves nothing yet.
pub struct Application {
    config: Config,
    listener: TcpListener,
    metrics_listener: TcpListener,
}

impl Application {
    pub async fn bind(config: Config) -> io::Result<Self> {
        let listener = bind(config.address).await?;
        let metrics_listener = bind(config.metrics_address).await?;
        info!(
            address = %listener.local_addr()?,
            metrics_address = %metrics_listener.local_addr()?,
            "listening",
        );
        Ok(Self {
            config,
            listener,
            metrics_listener,
        })
    }

    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    pub fn metrics_address(&self) -> io::Result<SocketAddr> {
        self.metrics_listener.local_addr()
    }

    /// Serves until `stop`, then drains:
    /// 1. `/readyz` turns to 503 while everything is still served, until load balancers have noticed;
    /// 2. no new connection is accepted, and requests in flight finish;
    /// 3. the metrics go last, so that the final requests can still be counted.
    pub async fn run_until(self, stop: impl Future<Output = ()>) {
        let drain_delay = self.config.drain_delay;
        let shutdown_timeout = self.config.shutdown_timeout;
        let readiness = Readiness::default();
        let metrics = Metrics::new();
        let router = routes::router(&self.config, readiness.clone(), metrics.clone());
        let drained = async {
            stop.await;
            readiness.set(false);
            info!(delay_s = drain_delay.as_secs(), "stopping: no longer ready");
            sleep(drain_delay).await;
        };

        let metrics_server = tokio::spawn(server::serve(
            self.metrics_listener,
            metrics::routes(metrics),
            pending(),
            shutdown_timeout,
        ));
        readiness.set(true);
        server::serve(self.listener, router, drained, shutdown_timeout).await;
        metrics_server.abort();
        info!("stopped");
    }
}

async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))
    })
}
