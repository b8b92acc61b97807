//! Judge: SIGTERM in the middle of traffic, while a load balancer still sends here, loses nothing.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};

use super::{
    http,
    load::{self, Sent},
    proxy::Proxy,
    subject::{GRACE, Service, Subject},
    verdict::Verdict,
};

/// How long the proxy still lists a pod that ends: an endpoint slice that lags.
const LAG: Duration = Duration::from_secs(2);

/// How long traffic runs before SIGTERM.
const BEFORE: Duration = Duration::from_millis(500);

/// How often each caller sends.
const PACE: Duration = Duration::from_millis(25);

const CALLERS: usize = 3;

/// With the delays that the service has by default: those that are deployed.
pub(crate) fn judge(subject: &Subject<'_>) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    let mut service = subject.start(&[])?;
    let proxy = Proxy::start(service.port)?;
    let stop = AtomicBool::new(false);
    let port = proxy.port;

    let (sent, drained) = thread::scope(|scope| {
        let callers: Vec<_> =
            (0..CALLERS).map(|_| scope.spawn(|| call_until(&stop, port))).collect();
        let drained = drain(&mut service, port, &stop, &mut verdict);
        // Whatever went wrong, the callers must end.
        stop.store(true, Ordering::SeqCst);
        let sent: Vec<Sent> =
            callers.into_iter().flat_map(|it| it.join().expect("it only sends")).collect();
        (sent, drained)
    });
    drained?;

    load::hold_answered(&mut verdict, &sent);
    let lost = sent.iter().filter(|it| it.status() != 200).count();
    verdict.measure(format!("{} requests, {lost} lost", sent.len()));
    Ok(verdict)
}

/// Ends the service while a slow request is on its way and others keep coming.
fn drain(service: &mut Service, port: u16, stop: &AtomicBool, verdict: &mut Verdict) -> Result<()> {
    thread::sleep(BEFORE);
    let (_, _, request) = load::traced();
    let slow = request.begin(port)?;
    // An answer on another connection: the server has taken up the one before it.
    service.get("/livez")?;
    let asked = Instant::now();
    service.terminate()?;

    let ready = wait_until(LAG, || service.get("/readyz").map_or(0, |it| it.status()) == 503);
    verdict.hold("not-ready", ready, || {
        "/readyz does not say 503 while the service drains".to_string()
    });
    thread::sleep(LAG.saturating_sub(asked.elapsed()));
    stop.store(true, Ordering::SeqCst);

    let closed = wait_until(GRACE, || !http::listens(service.port));
    let closed_after = asked.elapsed();
    verdict.hold("listener", closed, || "its listener is never closed".to_string());
    let answer = slow.finish().context("the slow request is lost");
    let status = answer.as_ref().map_or(0, |it| it.status());
    verdict.hold("slow-request", status == 200, || match answer {
        Ok(answer) => format!("the slow request is answered {}", answer.status()),
        Err(error) => format!("{error:#}"),
    });

    let end = service.end(asked)?;
    verdict.hold("grace", end.is_some(), || format!("it outlives {} s of grace", GRACE.as_secs()));
    if let Some(end) = end {
        verdict.measure(format!(
            "listener closed {:.1} s, ended {:.1} s after SIGTERM with {}",
            closed_after.as_secs_f64(),
            end.after.as_secs_f64(),
            end.code.unwrap_or(-1)
        ));
    }
    Ok(())
}

fn call_until(stop: &AtomicBool, port: u16) -> Vec<Sent> {
    let mut sent = Vec::new();
    while !stop.load(Ordering::SeqCst) {
        sent.extend(load::greet(port, 1));
        thread::sleep(PACE);
    }
    sent
}

/// Whether something became so within a time.
pub(crate) fn wait_until(limit: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < limit {
        if is_so() {
            return true;
        }
        thread::sleep(Duration::from_millis(20));
    }
    false
}
