//! Starts a rendered service as an orchestrator would: probes it, ends it, and looks how it ended.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use super::catalog::{Case, GoldenPath};
use crate::program::{self, Running};

/// How long a server may take until its first good answer.
const START: Duration = Duration::from_secs(30);

/// How long it may take from SIGTERM to its end: Kubernetes' own default grace period.
const END: Duration = Duration::from_secs(30);

/// What starts the built server of a golden path: its program and arguments, with `{name}` for the
/// service's name, `{cargo}` for the folder of Rust builds and `{repository}` for the service's own.
/// One line a path; it must be the server itself and not a program that starts it, so that the signal
/// arrives.
const SERVERS: &[(&str, &[&str])] = &[
    ("python-service", &["{repository}/.venv/bin/serve"]),
    ("rust-service", &["{cargo}/debug/{name}"]),
];

/// The parameters that make a server need a database, in one version or another.
const DATABASES: &[&str] = &["database", "db"];

/// The command that starts the server of this case, or why there is none.
pub(crate) fn command(
    path: &GoldenPath,
    case: &Case,
    cargo: &Path,
    repository: &Path,
) -> Result<Command, &'static str> {
    if DATABASES.iter().any(|it| case.answer(it).is_some_and(|answer| answer != "none")) {
        return Err("its server needs a database");
    }
    let unknown = "no way is known to start its server";
    let (_, words) = SERVERS.iter().find(|(name, _)| *name == path.name).ok_or(unknown)?;
    let name = case.answer("name").ok_or("the case has no name")?;
    let mut words = words.iter().map(|word| {
        let word = word.replace("{name}", name);
        let word = word.replace("{cargo}", &cargo.to_string_lossy());
        word.replace("{repository}", &repository.to_string_lossy())
    });
    let mut command = Command::new(words.next().ok_or(unknown)?);
    command.args(words);
    Ok(command)
}

/// Starts the server, asks its probes, ends it.
pub(crate) fn verify(command: &mut Command) -> Result<()> {
    let (port, metrics_port) = free_ports()?;
    command.env("PORT", port.to_string()).env("METRICS_PORT", metrics_port.to_string());
    command.env("HOST", "127.0.0.1");
    println!("$ PORT={port} METRICS_PORT={metrics_port} {}", program::shown(command));
    let start = Instant::now();
    let mut server = Running::start(command)?;
    for (port, path) in [(port, "/livez"), (port, "/readyz"), (metrics_port, "/metrics")] {
        wait_for(&mut server, port, path, start)?;
    }
    server.terminate()?;
    let asked = Instant::now();
    match server.wait(END)? {
        None => bail!("the server still runs {} s after SIGTERM", END.as_secs()),
        Some(status) if status.code() == Some(0) => {
            println!("  ended with 0, {:.1} s after SIGTERM", asked.elapsed().as_secs_f64());
            Ok(())
        }
        Some(status) => bail!("after SIGTERM the server ended with {status}, not with 0"),
    }
}

/// Asks until the answer is 200, the server ends, or its time is over.
fn wait_for(server: &mut Running, port: u16, path: &str, start: Instant) -> Result<()> {
    let mut last = String::from("no connection");
    while start.elapsed() < START {
        if let Some(status) = server.ended()? {
            bail!("the server ended before it answered {path}: {status}");
        }
        match get(port, path) {
            Ok(200) => {
                println!("  {path} 200, {:.2} s after the start", start.elapsed().as_secs_f64());
                return Ok(());
            }
            Ok(status) => last = format!("status {status}"),
            Err(error) => last = format!("{error:#}"),
        }
        thread::sleep(Duration::from_millis(20));
    }
    bail!("{path} on port {port} gave no 200 within {} s: {last}", START.as_secs())
}

/// The status of one GET.
fn get(port: u16, path: &str) -> Result<u16> {
    let limit = Duration::from_secs(2);
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, limit)?;
    stream.set_read_timeout(Some(limit))?;
    stream.set_write_timeout(Some(limit))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    match stream.take(1 << 20).read_to_end(&mut answer) {
        Ok(_) => {}
        // The head is enough where a server keeps the connection open.
        Err(error) if !answer.is_empty() && error.kind() != ErrorKind::InvalidInput => {}
        Err(error) => return Err(error.into()),
    }
    let head = String::from_utf8_lossy(&answer);
    let status = head.strip_prefix("HTTP/1.").and_then(|rest| rest.split(' ').nth(1));
    status.and_then(|it| it.parse().ok()).context("the answer is not HTTP")
}

/// Two ports that nothing listens on now.
fn free_ports() -> Result<(u16, u16)> {
    let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let second = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok((first.local_addr()?.port(), second.local_addr()?.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small real server: it answers every path, and SIGTERM ends it as `$1` says.
    const SERVER: &str = r#"
import http.server, os, signal, sys, threading
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path != sys.argv[2] else 503)
        self.end_headers()
    def log_message(self, *args): pass
signal.signal(signal.SIGTERM, lambda *_: os._exit(int(sys.argv[1])))
for name in ("PORT", "METRICS_PORT"):
    server = http.server.HTTPServer(("127.0.0.1", int(os.environ[name])), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
threading.Event().wait()
"#;

    fn python(arguments: &[&str]) -> Option<Command> {
        let mut command = Command::new(program::find("python3")?);
        command.arg("-c").arg(SERVER).args(arguments);
        Some(command)
    }

    #[test]
    fn a_server_that_answers_and_ends_with_zero_is_good() {
        if let Some(mut server) = python(&["0", "/none"]) {
            verify(&mut server).expect("it is a good server");
        }
    }

    #[test]
    fn a_server_that_ends_badly_is_found() {
        if let Some(mut server) = python(&["7", "/none"]) {
            let error = verify(&mut server).expect_err("it ends with 7");
            assert!(error.to_string().contains("not with 0"), "{error}");
        }
    }

    #[test]
    fn a_server_that_does_not_start_is_found() {
        let error = verify(Command::new("sh").args(["-c", "exit 3"])).expect_err("it ends at once");
        assert!(error.to_string().contains("ended before it answered /livez"), "{error}");
    }

    #[test]
    fn a_case_with_a_database_is_not_started() {
        let path = GoldenPath {
            name: "rust-service".to_string(),
            version: "1.0.0".to_string(),
            is_newest: true,
            tags: vec!["http".to_string()],
            verify: Vec::new(),
            cases: Vec::new(),
        };
        let start = |parameter: &str, database: &str| {
            let parameters = vec![
                ("name".to_string(), "orders-api".into()),
                (parameter.to_string(), database.into()),
            ];
            let case = Case { name: "defaults".to_string(), parameters };
            command(&path, &case, Path::new("/cargo"), Path::new("/repository"))
        };
        let started = start("database", "none").expect("it has a server");
        assert_eq!(program::shown(&started), "/cargo/debug/orders-api");
        for parameter in DATABASES {
            let reason = start(parameter, "postgres").expect_err("there is no database");
            assert_eq!(reason, "its server needs a database");
        }
    }
}
