//! The service as its callers see it: each test starts the real server on free ports.

mod greetings;
mod health;
mod limits;
mod metrics;
mod process;
mod request_id;
mod service;
mod shutdown;
