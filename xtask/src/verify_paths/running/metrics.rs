//! Judge: metrics by route template, on their own port only, with labels that have an end.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::{
    http::Request,
    load,
    subject::{ROUTE, Subject},
    verdict::Verdict,
};

/// The histogram of each HTTP service.
const COUNT: &str = "http_server_request_duration_seconds_count";

/// The labels that the histogram has, and no others.
const LABELS: [&str; 3] = ["http_request_method", "http_response_status_code", "http_route"];

/// How many good requests are sent, and how many strange ones.
const GOOD: usize = 40;
const STRANGE: usize = 20;

/// The methods that a label may name; what is none of them is `_OTHER` by the conventions.
const METHODS: [&str; 10] =
    ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE", "_OTHER"];

/// One line of the text format.
#[derive(Debug, PartialEq)]
struct Series {
    name: String,
    labels: BTreeMap<String, String>,
    value: f64,
}

pub(crate) fn judge(subject: &Subject<'_>) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    let service = subject.start(&[])?;
    let on_main_port = service.get("/metrics")?.status();
    verdict.hold("private-port", on_main_port != 200, || {
        "callers can read /metrics on the main port".to_string()
    });

    let sent = load::greet(service.port, GOOD);
    load::hold_answered(&mut verdict, &sent);
    let nonce = load::unique();
    for number in 0..STRANGE {
        // Lost or refused, whatever the server likes: only what it counts is looked at.
        let _ = Request::new("GET", &format!("/v1/{nonce}/{number}")).send(service.port);
        let _ =
            Request::new(&format!("{}{number}", nonce.to_uppercase()), ROUTE).send(service.port);
    }

    let text = Request::new("GET", "/metrics").send(service.metrics_port)?.text();
    let series: Vec<Series> = text.lines().filter_map(parse).collect();
    judge_requests(&series, &mut verdict);
    let is_bounded = !text.to_lowercase().contains(&nonce);
    verdict.hold("bounded", is_bounded, || {
        "a label holds what a caller made up (path or method)".to_string()
    });
    let has_process = series.iter().any(|it| it.name.starts_with("process_"));
    verdict.hold("process", has_process, || "no metric of the process itself".to_string());
    if subject.database.is_some() {
        for state in ["idle", "used"] {
            let is_state = |it: &&Series| it.labels.get("state").is_some_and(|it| it == state);
            let count = |it: &&Series| it.name == "db_client_connection_count";
            let found = series.iter().filter(count).any(|it| is_state(&it));
            verdict
                .hold("pool", found, || format!("no db_client_connection_count of state {state}"));
        }
        let has_max = series.iter().any(|it| it.name == "db_client_connection_max");
        verdict.hold("pool", has_max, || "no db_client_connection_max".to_string());
    }
    verdict.measure(format!("{} series, {} lines", series.len(), text.lines().count()));
    service.stop()?;
    Ok(verdict)
}

fn judge_requests(series: &[Series], verdict: &mut Verdict) {
    let counts: Vec<&Series> = series.iter().filter(|it| it.name == COUNT).collect();
    let label = |it: &Series, name: &str| it.labels.get(name).cloned().unwrap_or_default();
    let good: f64 = counts
        .iter()
        .filter(|it| label(it, LABELS[2]) == ROUTE && label(it, LABELS[1]) == "200")
        .map(|it| it.value)
        .sum();
    verdict.hold("counted", good == GOOD as f64, || {
        format!("{GOOD} requests of {ROUTE} were answered 200, and {good} are counted")
    });
    let unmatched = counts.iter().any(|it| label(it, LABELS[2]).is_empty());
    verdict.hold("unmatched", unmatched, || {
        "what no route matched is not counted with an empty route".to_string()
    });
    for it in &counts {
        let names: Vec<&str> = it.labels.keys().map(String::as_str).collect();
        verdict.hold("labels", names == LABELS, || format!("the labels are {names:?}"));
        let method = label(it, LABELS[0]);
        verdict.hold("bounded", METHODS.contains(&method.as_str()), || {
            format!("the method `{method}`")
        });
    }
    let routes: BTreeSet<String> = counts.iter().map(|it| label(it, LABELS[2])).collect();
    verdict.measure(format!("routes {routes:?}"));
}

/// Reads a line; none for a comment.
fn parse(line: &str) -> Option<Series> {
    if line.starts_with('#') {
        return None;
    }
    let (series, rest) = match line.split_once('}') {
        Some((series, rest)) => (series, rest),
        None => line.split_once(' ')?,
    };
    let value = rest.split_whitespace().next()?.parse().ok()?;
    let (name, labels) = series.split_once('{').unwrap_or((series, ""));
    // Values with a comma or a brace would be cut; then the judge finds the wrong label.
    let label = |it: &str| {
        let (name, value) = it.split_once('=')?;
        Some((name.trim().to_string(), value.trim_matches('"').to_string()))
    };
    Some(Series {
        name: name.to_string(),
        labels: labels.split(',').filter_map(label).collect(),
        value,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_with_its_labels() {
        let labels = [("http_route", ""), ("status", "200")];
        let labels = labels.map(|(name, value)| (name.to_string(), value.to_string()));
        assert_eq!(
            parse(r#"requests_count{http_route="",status="200"} 40 1700000000"#),
            Some(Series { name: "requests_count".to_string(), labels: labels.into(), value: 40.0 })
        );
        let plain = parse("process_cpu_seconds_total 1.5e-1").expect("a series");
        assert_eq!((plain.labels.len(), plain.value), (0, 0.15));
        assert_eq!(parse("# TYPE requests_count counter"), None);
    }
}
