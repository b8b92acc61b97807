//! The service that is judged: how it is started, what it is asked, what it has logged.

use std::{
    env, fs,
    fs::File,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use super::{
    http::{self, Message, Request},
    postgres::Postgres,
};
use crate::program::{self, Running};

/// How long a server may take until it is ready.
const START: Duration = Duration::from_secs(30);

/// How long it may take from SIGTERM to its end: Kubernetes' own default grace period.
pub(crate) const GRACE: Duration = Duration::from_secs(30);

/// The route that each service has, as a template.
pub(crate) const ROUTE: &str = "/v1/greetings";

/// A built service that can be started, more than once.
pub(crate) struct Subject<'a> {
    /// What it calls itself.
    pub(crate) name: String,
    /// Where it is started.
    pub(crate) folder: PathBuf,
    pub(crate) start: Vec<String>,
    /// Nothing where there are no migrations.
    pub(crate) migrate: Vec<String>,
    /// What else is in its environment.
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) ends_with: &'static [i32],
    /// Its database, if it needs one.
    pub(crate) database: Option<&'a Postgres>,
    /// Where logs are kept.
    pub(crate) scratch: PathBuf,
}

/// A started service that ends with this value.
pub(crate) struct Service {
    pub(crate) port: u16,
    pub(crate) metrics_port: u16,
    pub(crate) started_in: Duration,
    log: PathBuf,
    running: Running,
}

/// How a service ended.
pub(crate) struct End {
    pub(crate) code: Option<i32>,
    pub(crate) after: Duration,
}

impl Subject<'_> {
    /// Starts the service with these variables too, and waits until it is ready.
    pub(crate) fn start(&self, variables: &[(&str, &str)]) -> Result<Service> {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let (port, metrics_port) = (http::free_port()?, http::free_port()?);
        let log = self.scratch.join(format!("{}.log", STARTED.fetch_add(1, Ordering::Relaxed)));
        let mut command = self.command(&self.start)?;
        command.env("PORT", port.to_string()).env("METRICS_PORT", metrics_port.to_string());
        command.env("HOST", "127.0.0.1");
        if let Some(database) = self.database {
            command.env("DATABASE_URL", database.url());
        }
        command.envs(variables.iter().copied());
        let file = File::create(&log).with_context(|| format!("`{}`", log.display()))?;
        command.stdout(Stdio::from(file)).stderr(Stdio::from(File::create(error_log(&log))?));
        let begin = Instant::now();
        let running = Running::start(&mut command)?;
        let mut service = Service { port, metrics_port, started_in: START, log, running };
        service.wait_until_ready(begin)?;
        Ok(service)
    }

    /// Brings the database up to date.
    pub(crate) fn migrate(&self) -> Result<()> {
        let Some(database) = self.database else { return Ok(()) };
        if self.migrate.is_empty() {
            return Ok(());
        }
        let mut command = self.command(&self.migrate)?;
        program::must(command.env("DATABASE_URL", database.url()))?;
        Ok(())
    }

    /// A command in the service's folder that sees nothing of our environment.
    fn command(&self, words: &[String]) -> Result<Command> {
        let (program, arguments) = words.split_first().context("there is nothing to start")?;
        let mut command = Command::new(self.program(program));
        command.current_dir(&self.folder).args(arguments).env_clear();
        for name in ["PATH", "HOME", "LANG"] {
            command.envs(env::var_os(name).map(|value| (name, value)));
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        Ok(command)
    }

    /// A program as the service's own `PATH` has it; a command is looked up with ours.
    fn program(&self, name: &str) -> PathBuf {
        let path = self.environment.iter().find(|(it, _)| it == "PATH").map(|(_, value)| value);
        let mut folders = path.into_iter().flat_map(env::split_paths);
        let found = folders.find(|it| !name.contains('/') && it.join(name).is_file());
        found.map_or_else(|| PathBuf::from(name), |folder| folder.join(name))
    }
}

impl Service {
    fn wait_until_ready(&mut self, begin: Instant) -> Result<()> {
        let mut last = String::from("no connection");
        while begin.elapsed() < START {
            if let Some(status) = self.running.ended()? {
                bail!("the server ended before it was ready: {status}\n{}", self.last_words());
            }
            match Request::new("GET", "/readyz").send(self.port) {
                Ok(answer) if answer.status() == 200 => {
                    self.started_in = begin.elapsed();
                    return Ok(());
                }
                Ok(answer) => last = format!("status {}", answer.status()),
                Err(error) => last = error.to_string(),
            }
            thread::sleep(Duration::from_millis(20));
        }
        bail!("/readyz gave no 200 in {} s: {last}\n{}", START.as_secs(), self.last_words());
    }

    pub(crate) fn get(&self, path: &str) -> Result<Message> {
        let answer = Request::new("GET", path).send(self.port);
        answer.with_context(|| format!("GET {path}"))
    }

    /// What it has written to standard output.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// How many lines it has written, to either stream.
    pub(crate) fn lines(&self) -> usize {
        let errors = fs::read_to_string(error_log(&self.log)).unwrap_or_default();
        self.log().lines().count() + errors.lines().count()
    }

    fn last_words(&self) -> String {
        let errors = fs::read_to_string(error_log(&self.log)).unwrap_or_default();
        let said = format!("{}{errors}", self.log());
        let lines: Vec<&str> = said.lines().collect();
        lines[lines.len().saturating_sub(15)..].join("\n")
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.running.id()
    }

    pub(crate) fn terminate(&self) -> Result<()> {
        self.running.terminate()
    }

    /// Waits for its end after SIGTERM was sent at `asked`.
    pub(crate) fn end(&mut self, asked: Instant) -> Result<Option<End>> {
        let status = self.running.wait(GRACE.saturating_sub(asked.elapsed()))?;
        Ok(status.map(|status| End {
            // A shell counts a death by signal from 128.
            code: status.code().or(Some(128 + signal(status))),
            after: asked.elapsed(),
        }))
    }

    /// Ends it without asking what it thinks of that.
    pub(crate) fn stop(mut self) -> Result<()> {
        self.terminate()?;
        self.end(Instant::now())?;
        Ok(())
    }
}

fn signal(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status.signal().unwrap_or(0)
}

fn error_log(log: &Path) -> PathBuf {
    log.with_extension("err")
}

/// A greeting for `name`: what a caller of the service asks for.
pub(crate) fn greeting(name: &str) -> Request {
    Request::new("POST", ROUTE).json(&format!(r#"{{"name":"{name}"}}"#))
}
