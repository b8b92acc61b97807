//! Judge: a service outlives its database, says so, hurries nobody, and comes back with it.
//!
//! The service reaches the database through a proxy of ours. When the database is stopped, connections are
//! taken and closed at once, as by a pooler or a mesh's sidecar; when it is silent, they hang.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;

use super::{
    drain::wait_until,
    http::Message,
    load::{self, Sent},
    postgres::Postgres,
    proxy::Mode,
    subject::{Service, Subject},
    verdict::Verdict,
};

/// How long a turn of `/readyz` may take, either way.
const TURN: Duration = Duration::from_secs(20);

/// How long a request may take while the database is away.
const ANSWER: Duration = Duration::from_secs(11);

/// How long an outage is watched, and how often callers try in it.
const OUTAGE: Duration = Duration::from_secs(6);
const PACE: Duration = Duration::from_millis(250);

pub(crate) fn judge(subject: &Subject<'_>) -> Result<Verdict> {
    let Some(database) = subject.database else {
        return Ok(Verdict::default());
    };
    let mut verdict = Verdict::default();
    let service = subject.start(&[("DRAIN_DELAY_SECONDS", "0")])?;
    let sent = load::greet(service.port, 20);
    load::hold_answered(&mut verdict, &sent);
    let tables = database
        .ask("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'")?;
    verdict.hold("migrations", tables != "0", || "the migrations made no table".to_string());

    blip(&service, database, &mut verdict)?;

    database.stop()?;
    outage("stopped", &service, database, &mut verdict)?;
    database.run()?;
    recovery("stopped", &service, &mut verdict)?;

    database.proxy.set(Mode::Hang);
    outage("silent", &service, database, &mut verdict)?;
    database.proxy.set(Mode::Pass);
    recovery("silent", &service, &mut verdict)?;

    service.stop()?;
    Ok(verdict)
}

/// Connections that break once turn nothing.
fn blip(service: &Service, database: &Postgres, verdict: &mut Verdict) -> Result<()> {
    database.proxy.blip();
    let unready = wait_until(Duration::from_secs(3), || !answers(service, "/readyz", 200));
    verdict.hold("blip", !unready, || "connections that break once turn /readyz".to_string());
    Ok(())
}

/// What the service does while the database is away.
fn outage(how: &str, service: &Service, database: &Postgres, verdict: &mut Verdict) -> Result<()> {
    let (begin, lines) = (Instant::now(), service.lines());
    database.proxy.connections();
    let turned = wait_until(TURN, || answers(service, "/readyz", 503));
    verdict.hold("readyz", turned, || format!("{how} database: /readyz does not turn to 503"));
    let after = begin.elapsed();

    let watched = Instant::now();
    let mut requests = Vec::new();
    while watched.elapsed() < OUTAGE {
        let asked = Instant::now();
        requests.extend(load::greet(service.port, 1).into_iter().map(|it| (it, asked.elapsed())));
        verdict.hold("livez", answers(service, "/livez", 200), || {
            format!("{how} database: /livez fails")
        });
        verdict.hold("readyz", answers(service, "/readyz", 503), || {
            format!("{how} database: /readyz is 200")
        });
        thread::sleep(PACE);
    }
    let slowest = requests.iter().map(|(_, time)| *time).max().unwrap_or_default();
    for (sent, time) in &requests {
        verdict.hold("problem", is_problem(sent), || {
            format!("{how} database: a request is {}", shown(sent))
        });
        verdict.hold("timeout", *time < ANSWER, || {
            format!("{how} database: a request takes {:.1} s", time.as_secs_f64())
        });
    }

    // A few for each request, and a slow beat of its own.
    let seconds = begin.elapsed().as_secs() as usize;
    let (connections, lines) = (database.proxy.connections(), service.lines() - lines);
    let limit = 3 * requests.len() + 3 * seconds + 20;
    verdict.hold("storm", connections <= limit, || {
        format!("{how} database: {connections} connections in {seconds} s, more than {limit}")
    });
    verdict.hold("storm", lines <= limit, || {
        format!("{how} database: {lines} lines of log in {seconds} s, more than {limit}")
    });
    verdict.measure(format!(
        "{how}: /readyz 503 after {:.1} s; {} requests, slowest {:.2} s; in {seconds} s {connections} connections, {lines} lines",
        after.as_secs_f64(),
        requests.len(),
        slowest.as_secs_f64(),
    ));
    Ok(())
}

fn recovery(how: &str, service: &Service, verdict: &mut Verdict) -> Result<()> {
    let begin = Instant::now();
    let turned = wait_until(TURN, || answers(service, "/readyz", 200));
    verdict.hold("recovery", turned, || format!("{how} database: /readyz does not turn back"));
    verdict.measure(format!("back after {:.1} s", begin.elapsed().as_secs_f64()));
    load::hold_answered(verdict, &load::greet(service.port, 20));
    Ok(())
}

fn answers(service: &Service, path: &str, status: u16) -> bool {
    service.get(path).map_or(0, |it| it.status()) == status
}

fn is_problem(sent: &Sent) -> bool {
    sent.answer.as_ref().is_ok_and(|it| it.is_problem(503))
}

fn shown(sent: &Sent) -> String {
    let kind = |it: &Message| it.header("content-type").unwrap_or_default().to_string();
    match &sent.answer {
        Ok(answer) => {
            format!("answered {} as `{}`: {}", answer.status(), kind(answer), answer.text())
        }
        Err(error) => format!("lost: {error}"),
    }
}
