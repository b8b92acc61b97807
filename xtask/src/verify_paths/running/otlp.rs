//! A stub of an OpenTelemetry collector: it takes what a service sends by OTLP over HTTP.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use anyhow::{Context as _, Result};
use prost::Message as _;

use super::http;

/// Where an exporter sends to if nothing else is said.
pub(crate) const DEFAULT_PORT: u16 = 4318;

/// `SPAN_KIND_SERVER` of the protocol.
const SERVER: i32 = 2;

/// The histogram of each HTTP service.
const DURATION: &str = "http.server.request.duration";

/// A span of the server's side of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServerSpan {
    /// The trace id, in hexadecimal digits.
    pub(crate) trace: String,
    pub(crate) name: String,
    pub(crate) route: Option<String>,
    pub(crate) service: String,
}

/// What came.
#[derive(Debug, Default)]
pub(crate) struct Received {
    pub(crate) server_spans: Vec<ServerSpan>,
    pub(crate) spans: usize,
    /// The names of what is measured.
    pub(crate) metrics: BTreeSet<String>,
    /// How many requests the histogram of durations has counted, by route.
    pub(crate) durations: BTreeMap<String, u64>,
    /// What was no OTLP over HTTP with protobuf.
    pub(crate) unreadable: Vec<String>,
}

/// A listening stub.
pub(crate) struct Collector {
    pub(crate) port: u16,
    received: Arc<Mutex<Received>>,
    connections: Arc<AtomicUsize>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Collector {
    /// Frees the port: others may wait for it.
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // The listener looks up when somebody comes.
        let came = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok();
        if let Some(thread) = self.thread.take().filter(|_| came) {
            let _ = thread.join();
        }
    }
}

impl Collector {
    /// Listens on a port, or on a free one for 0, until it is dropped.
    pub(crate) fn start(port: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let port = listener.local_addr()?.port();
        let received = Arc::new(Mutex::new(Received::default()));
        let connections = Arc::new(AtomicUsize::new(0));
        let (shared, count) = (Arc::clone(&received), Arc::clone(&connections));
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let thread = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if over.load(Ordering::SeqCst) {
                    break;
                }
                count.fetch_add(1, Ordering::SeqCst);
                let shared = Arc::clone(&shared);
                thread::spawn(move || serve(&stream, &shared));
            }
        });
        Ok(Self { port, received, connections, is_over, thread: Some(thread) })
    }

    pub(crate) fn received(&self) -> MutexGuard<'_, Received> {
        lock(&self.received)
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

fn lock(received: &Mutex<Received>) -> MutexGuard<'_, Received> {
    received.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(mut stream: &TcpStream, received: &Mutex<Received>) {
    // An exporter that goes away while it sends is its own affair.
    let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
    let Ok(request) = http::Message::read(stream) else { return };
    if let Err(error) = lock(received).take(&request) {
        lock(received).unreadable.push(format!("{}: {error:#}", request.start));
    }
    let _ = stream.write_all(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    );
}

impl Received {
    fn take(&mut self, request: &http::Message) -> Result<()> {
        match request.start.split(' ').nth(1) {
            Some("/v1/traces") => {
                let traces = Traces::decode(request.body.as_slice()).context("no traces")?;
                traces.resources.iter().for_each(|it| self.take_spans(it));
            }
            Some("/v1/metrics") => {
                let metrics = Metrics::decode(request.body.as_slice()).context("no metrics")?;
                self.take_metrics(&metrics);
            }
            // Not asked for, and not forbidden.
            Some("/v1/logs") => {}
            _ => anyhow::bail!("an exporter sends to no such place"),
        }
        Ok(())
    }

    fn take_metrics(&mut self, metrics: &Metrics) {
        let mut durations: BTreeMap<String, u64> = BTreeMap::new();
        let scopes = metrics.resources.iter().flat_map(|it| &it.scopes);
        for metric in scopes.flat_map(|it| &it.metrics) {
            self.metrics.insert(metric.name.clone());
            let points = metric.histogram.iter().flat_map(|it| &it.points);
            for point in points.filter(|_| metric.name == DURATION) {
                let route = text(point.attributes.iter(), "http.route").unwrap_or_default();
                *durations.entry(route).or_default() += point.count;
            }
        }
        // Each export counts from the start.
        for (route, count) in durations {
            let known = self.durations.entry(route).or_default();
            *known = count.max(*known);
        }
    }

    fn take_spans(&mut self, resource: &ResourceSpans) {
        let attributes = resource.resource.iter().flat_map(|it| &it.attributes);
        let service = text(attributes, "service.name").unwrap_or_default();
        for span in resource.scopes.iter().flat_map(|it| &it.spans) {
            self.spans += 1;
            if span.kind == SERVER {
                self.server_spans.push(ServerSpan {
                    trace: span.trace_id.iter().map(|byte| format!("{byte:02x}")).collect(),
                    name: span.name.clone(),
                    route: text(span.attributes.iter(), "http.route"),
                    service: service.clone(),
                });
            }
        }
    }
}

fn text<'a>(mut attributes: impl Iterator<Item = &'a KeyValue>, key: &str) -> Option<String> {
    attributes.find(|it| it.key == key)?.value.as_ref()?.text.clone()
}

// The part of opentelemetry-proto's messages that is looked at, under their field numbers.

#[derive(Clone, PartialEq, prost::Message)]
struct Traces {
    #[prost(message, repeated, tag = "1")]
    resources: Vec<ResourceSpans>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct ResourceSpans {
    #[prost(message, optional, tag = "1")]
    resource: Option<Resource>,
    #[prost(message, repeated, tag = "2")]
    scopes: Vec<ScopeSpans>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Resource {
    #[prost(message, repeated, tag = "1")]
    attributes: Vec<KeyValue>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct KeyValue {
    #[prost(string, tag = "1")]
    key: String,
    #[prost(message, optional, tag = "2")]
    value: Option<AnyValue>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct AnyValue {
    #[prost(string, optional, tag = "1")]
    text: Option<String>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct ScopeSpans {
    #[prost(message, repeated, tag = "2")]
    spans: Vec<Span>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Span {
    #[prost(bytes = "vec", tag = "1")]
    trace_id: Vec<u8>,
    #[prost(string, tag = "5")]
    name: String,
    #[prost(int32, tag = "6")]
    kind: i32,
    #[prost(message, repeated, tag = "9")]
    attributes: Vec<KeyValue>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Metrics {
    #[prost(message, repeated, tag = "1")]
    resources: Vec<ResourceMetrics>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct ResourceMetrics {
    #[prost(message, repeated, tag = "2")]
    scopes: Vec<ScopeMetrics>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct ScopeMetrics {
    #[prost(message, repeated, tag = "2")]
    metrics: Vec<Metric>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Metric {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(message, optional, tag = "9")]
    histogram: Option<Histogram>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Histogram {
    #[prost(message, repeated, tag = "1")]
    points: Vec<HistogramPoint>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct HistogramPoint {
    #[prost(fixed64, tag = "4")]
    count: u64,
    #[prost(message, repeated, tag = "9")]
    attributes: Vec<KeyValue>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_that_is_gone_leaves_its_port_to_others() {
        let port = Collector::start(0).expect("it listens").port;
        assert_eq!(Collector::start(port).expect("the port is free").port, port);
    }

    fn attribute(key: &str, value: &str) -> KeyValue {
        let value = AnyValue { text: Some(value.to_string()) };
        KeyValue { key: key.to_string(), value: Some(value) }
    }

    #[test]
    fn requests_that_durations_count_are_known_by_route() {
        let point = |route: &str, count| HistogramPoint {
            count,
            attributes: vec![attribute("http.route", route)],
        };
        let metric = |name: &str, points: Vec<HistogramPoint>| Metric {
            name: name.to_string(),
            histogram: Some(Histogram { points }),
        };
        let export = |metrics| Metrics {
            resources: vec![ResourceMetrics { scopes: vec![ScopeMetrics { metrics }] }],
        };
        let mut received = Received::default();
        received.take_metrics(&export(vec![metric(DURATION, vec![point("/orders", 2)])]));
        received.take_metrics(&export(vec![
            metric(DURATION, vec![point("/orders", 3), point("/orders", 4), point("/livez", 1)]),
            metric("http.client.request.duration", vec![point("/orders", 9)]),
        ]));

        let durations: Vec<_> =
            received.durations.iter().map(|(it, n)| (it.as_str(), *n)).collect();
        assert_eq!(durations, [("/livez", 1), ("/orders", 7)]);
        assert_eq!(received.metrics.len(), 2);
    }

    #[test]
    fn spans_of_servers_are_known_by_route_and_service() {
        let span = |kind| Span {
            trace_id: vec![0x0a, 0xf7],
            name: "POST /v1/greetings".to_string(),
            kind,
            attributes: vec![attribute("http.route", "/v1/greetings")],
        };
        let traces = Traces {
            resources: vec![ResourceSpans {
                resource: Some(Resource { attributes: vec![attribute("service.name", "orders")] }),
                scopes: vec![ScopeSpans { spans: vec![span(SERVER), span(1)] }],
            }],
        };
        let collector = Collector::start(0).expect("it listens");
        let body = traces.encode_to_vec();
        let mut stream =
            TcpStream::connect((Ipv4Addr::LOCALHOST, collector.port)).expect("it is there");
        let head = format!("POST /v1/traces HTTP/1.1\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all(&[head.as_bytes(), &body].concat()).expect("it is sent");
        let answer = http::Message::read(&stream).expect("it is answered");

        assert_eq!(answer.status(), 200);
        let received = collector.received();
        assert_eq!((received.spans, received.server_spans.len()), (2, 1));
        let span = &received.server_spans[0];
        assert_eq!((span.trace.as_str(), span.service.as_str()), ("0af7", "orders"));
        assert_eq!(span.route.as_deref(), Some("/v1/greetings"));
    }
}
