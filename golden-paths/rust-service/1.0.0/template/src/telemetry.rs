//! Logs: one JSON object a line on standard output.

use std::panic;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Sends all logs, those of panics included, to standard output. May be called once.
pub fn init(level: LevelFilter) {
    let lines = fmt::layer()
        .json()
        .flatten_event(true)
        .with_span_list(false);
    tracing_subscriber::registry()
        .with(level)
        .with(lines)
        .init();
    panic::set_hook(Box::new(
        |panic| tracing::error!(%panic, "a thread panicked"),
    ));
}
