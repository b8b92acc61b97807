//! The service as a library, so that the tests can start the real server.

pub mod config;
mod greeting;
mod health;
mod metrics;
mod problem;
mod request;
mod routes;
mod server;
pub mod startup;
pub mod telemetry;
