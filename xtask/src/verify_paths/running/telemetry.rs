//! Judges: traces and metrics by route leave for where the standard `OTEL_*` variables say, and for
//! nowhere else.

use std::{
    collections::BTreeMap,
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;

use super::{
    load,
    otlp::{Collector, DEFAULT_PORT, Received},
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
    // The last one comes just before the end: it must still leave.
    sent.extend(load::greet(service.port, 1));
    load::hold_answered(&mut verdict, &sent);
    service.terminate()?;
    service.end(Instant::now())?;

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
    verdict.measure(format!("{} spans, of the server by route {routes:?}", received.spans));
    Ok(verdict)
}

/// Metrics come while the service runs, and at its end what was counted last.
pub(crate) fn judge_metrics(subject: &Subject<'_>) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    let collector = Collector::start(0)?;
    let exporting = variables(&collector);
    let mut service = subject.start(&pairs(&exporting))?;
    let mut sent = load::greet(service.port, REQUESTS);
    let come = comes(|| collector.received().durations.contains_key(ROUTE));
    verdict.hold("interval", come, || format!("nothing of {ROUTE} comes while it runs"));
    sent.extend(load::greet(service.port, 1));
    load::hold_answered(&mut verdict, &sent);
    service.terminate()?;
    service.end(Instant::now())?;

    let received = collector.received();
    hold_metrics(&mut verdict, &received, sent.len());
    verdict.measure(format!(
        "{} metrics, durations by route {:?}",
        received.metrics.len(),
        received.durations
    ));
    Ok(verdict)
}

fn hold_metrics(verdict: &mut Verdict, received: &Received, sent: usize) {
    verdict.hold("metrics", !received.metrics.is_empty(), || "no metrics come".to_string());
    let counted = received.durations.get(ROUTE).copied().unwrap_or_default();
    verdict.hold("duration", counted == sent as u64, || {
        format!("{sent} requests of {ROUTE} were answered, and {counted} are in the durations")
    });
    for it in &received.unreadable {
        verdict.hold("protocol", false, || format!("the collector cannot read {it}"));
    }
}

/// Whether it becomes so within many times the interval of metrics.
fn comes(mut so: impl FnMut() -> bool) -> bool {
    let begin = Instant::now();
    while !so() {
        if begin.elapsed() > Duration::from_secs(10) {
            return false;
        }
        thread::sleep(Duration::from_millis(20));
    }
    true
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

#[cfg(test)]
mod tests {
    use super::*;

    fn found(received: &Received) -> Vec<String> {
        let mut verdict = Verdict::default();
        hold_metrics(&mut verdict, received, 2);
        verdict.findings.into_iter().map(|it| it.rule).collect()
    }

    #[test]
    fn a_service_that_sends_no_metrics_is_found() {
        assert_eq!(found(&Received::default()), ["metrics", "duration"]);
    }

    #[test]
    fn requests_that_no_duration_of_their_route_counts_are_found() {
        let metrics = || ["http.server.request.duration".to_string()].into();
        let counted = |route: &str, count| Received {
            metrics: metrics(),
            durations: [(route.to_string(), count)].into(),
            ..Received::default()
        };
        assert_eq!(found(&counted("", 2)), ["duration"]);
        assert_eq!(found(&counted(ROUTE, 1)), ["duration"]);
        assert!(found(&counted(ROUTE, 2)).is_empty());
    }
}
