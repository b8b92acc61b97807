//! Judges: traces by route leave for where the standard `OTEL_*` variables say, and for nowhere else.

use std::{
    collections::BTreeMap,
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;

use super::{
    load,
    otlp::{Collector, DEFAULT_PORT},
    subject::{ROUTE, Subject},
    verdict::Verdict,
};

const REQUESTS: usize = 20;

/// How long the default port may be somebody else's.
const PATIENCE: Duration = Duration::from_secs(60);

/// The standard variables that send everything to a stub, and often.
pub(crate) fn variables(collector: &Collector) -> Vec<(&'static str, String)> {
    let endpoint = format!("http://127.0.0.1:{}", collector.port);
    vec![
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf".to_string()),
        ("OTEL_BSP_SCHEDULE_DELAY", "200".to_string()),
        ("OTEL_METRIC_EXPORT_INTERVAL", "500".to_string()),
        ("DRAIN_DELAY_SECONDS", "0".to_string()),
    ]
}

/// The same, borrowed.
pub(crate) fn pairs<'a>(variables: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    variables.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// Each request is one span of the server, on its caller's trace, named by route; the last leave too.
pub(crate) fn judge(subject: &Subject<'_>) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    let collector = Collector::start(0)?;
    let exporting = variables(&collector);
    let mut service = subject.start(&pairs(&exporting))?;
    let mut sent = load::greet(service.port, REQUESTS);
    let started = Instant::now();
    while collector.received().metrics.is_empty() && started.elapsed() < Duration::from_secs(2) {
        std::thread::sleep(Duration::from_millis(20));
    }
    // The last one comes just before the end: it must still leave.
    sent.extend(load::greet(service.port, 1));
    load::hold_answered(&mut verdict, &sent);
    let asked = Instant::now();
    service.terminate()?;
    service.end(asked)?;

    let received = collector.received();
    for it in &sent {
        let mine: Vec<_> =
            received.server_spans.iter().filter(|span| span.trace == it.trace).collect();
        let route = mine.first().and_then(|span| span.route.as_deref());
        verdict.hold("route", mine.len() == 1 && route == Some(ROUTE), || {
            format!(
                "a request of {ROUTE} is {} server spans on its trace, route {route:?}",
                mine.len()
            )
        });
        let service = mine.first().map(|span| span.service.as_str());
        verdict.hold("service", service == Some(&subject.name), || {
            format!("its span is of the service {service:?}, not `{}`", subject.name)
        });
        let name = mine.first().map(|span| span.name.as_str());
        verdict.hold("name", name == Some(&format!("POST {ROUTE}")), || {
            format!("its span's name is {name:?}")
        });
    }
    for it in &received.unreadable {
        verdict.hold("protocol", false, || format!("the collector cannot read {it}"));
    }
    let mut routes = BTreeMap::new();
    for span in &received.server_spans {
        *routes.entry(span.route.clone().unwrap_or_default()).or_insert(0) += 1;
    }
    verdict.measure(format!(
        "{} spans, of the server by route {routes:?}, {} metrics",
        received.spans,
        received.metrics.len()
    ));
    Ok(verdict)
}

/// Without the variables nothing is sent to where an exporter sends by default.
pub(crate) fn judge_silence(subject: &Subject<'_>) -> Result<Verdict> {
    let Ok(collector) = default_place() else {
        return Ok(Verdict::not_judged(format!("port {DEFAULT_PORT} is taken by another program")));
    };
    let mut verdict = Verdict::default();
    let mut service = subject.start(&[
        ("OTEL_BSP_SCHEDULE_DELAY", "200"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
        ("DRAIN_DELAY_SECONDS", "1"),
    ])?;
    let before = collector.connections();
    let sent = load::greet(service.port, 4);
    load::hold_answered(&mut verdict, &sent);
    service.terminate()?;
    service.end(Instant::now())?;
    let count = collector.connections() - before;
    verdict.hold("silence", count == 0, || {
        format!("{count} connections to an exporter's default address")
    });
    Ok(verdict)
}

/// The stub at the default address, which another run may have for a moment.
fn default_place() -> Result<Collector> {
    let begin = Instant::now();
    loop {
        match Collector::start(DEFAULT_PORT) {
            Err(_) if begin.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(100)),
            place => return place,
        }
    }
}
