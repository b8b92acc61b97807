//! Judge: each request is one JSON line with its request id and its trace, and no secret in it.

use anyhow::Result;
use serde_json::Value;

use super::{load, otlp::Collector, subject::Subject, telemetry, verdict::Verdict};

const REQUESTS: usize = 12;

/// What a caller sends and no log may hold.
const SECRET: &str = "Bearer-of-a-secret";

pub(crate) fn judge(subject: &Subject<'_>) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    let collector = Collector::start(0)?;
    let exporting = telemetry::variables(&collector);
    let service = subject.start(&telemetry::pairs(&exporting))?;

    let sent = load::greet(service.port, REQUESTS);
    load::hold_answered(&mut verdict, &sent);
    let (_, _, request) = load::traced();
    request.header("Authorization", SECRET).send(service.port)?;
    for it in &sent {
        let returned = it.answer.as_ref().ok().and_then(|it| it.header("x-request-id"));
        verdict.hold("request-id", returned == Some(&it.id), || {
            format!("the request id comes back as {returned:?}")
        });
    }
    // What it writes at its end counts as well.
    let log = {
        service.terminate()?;
        let mut service = service;
        service.end(std::time::Instant::now())?;
        service.log()
    };
    let lines: Vec<Option<Value>> =
        log.lines().map(|line| serde_json::from_str(line).ok()).collect();
    for (line, text) in lines.iter().zip(log.lines()) {
        let is_object = line.as_ref().is_some_and(Value::is_object);
        verdict.hold("json", is_object, || format!("a line of the log is no JSON object: {text}"));
    }
    for it in &sent {
        let mine = |line: &&Value| line.get("trace_id").and_then(Value::as_str) == Some(&it.trace);
        let found = lines.iter().flatten().filter(mine);
        let with_id = found.filter(|line| holds(line, &it.id)).count();
        verdict.hold("trace", with_id == 1, || {
            format!("{with_id} lines tell of a request with its id and its `trace_id`, not one")
        });
    }
    verdict.hold("secret", !log.contains(SECRET), || {
        "the log repeats an Authorization header".to_string()
    });
    verdict.measure(format!("{} lines for {} requests", lines.len(), sent.len() + 1));
    Ok(verdict)
}

/// Whether some value in it is this text.
fn holds(value: &Value, text: &str) -> bool {
    match value {
        Value::String(it) => it == text,
        Value::Array(list) => list.iter().any(|it| holds(it, text)),
        Value::Object(map) => map.values().any(|it| holds(it, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
