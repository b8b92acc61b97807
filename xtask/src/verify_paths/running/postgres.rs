//! A PostgreSQL of our own: Debian's program, a scratch folder, a port that nobody else has.

use std::{
    cell::RefCell,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use super::{
    http,
    proxy::{Mode, Proxy},
};
use crate::{
    program::{self, Running},
    workspace::Scratch,
};

/// How long it may take until it answers.
const START: Duration = Duration::from_secs(30);

/// Where Debian puts its programs, one folder a version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// A database server behind a proxy that can fail; both end with this value.
pub(crate) struct Postgres {
    pub(crate) proxy: Proxy,
    programs: PathBuf,
    port: u16,
    // Ends before its folder goes.
    running: RefCell<Option<Running>>,
    folder: Scratch,
}

impl Postgres {
    /// Starts a server with one empty database, or says why there is none.
    pub(crate) fn start() -> Result<Result<Self, String>> {
        let Some(programs) = programs() else {
            return Ok(Err("there is no PostgreSQL here (Debian: `postgresql`)".to_string()));
        };
        let folder = Scratch::new("postgres")?;
        if is_root()? {
            program::must(Command::new("chown").arg(UNPRIVILEGED).arg(folder.path()))?;
        }
        let port = http::free_port()?;
        let proxy = Proxy::start(port)?;
        let server = Self { proxy, programs, port, running: RefCell::new(None), folder };
        program::must(server.command("initdb")?.args([
            "--username=app",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        ]))?;
        server.run()?;
        program::must(server.command("createdb")?.args(["--username=app", "app"]))?;
        Ok(Ok(server))
    }

    /// Where a service finds the database: through the proxy.
    pub(crate) fn url(&self) -> String {
        format!("postgresql://app@127.0.0.1:{}/app", self.proxy.port)
    }

    /// Stops the server; connections end at once.
    pub(crate) fn stop(&self) -> Result<()> {
        let mut stop = self.command("pg_ctl")?;
        program::must(stop.args(["stop", "--mode=fast", "--wait"]))?;
        self.running.replace(None);
        Ok(())
    }

    /// Starts the server (again).
    pub(crate) fn run(&self) -> Result<()> {
        let log = fs::OpenOptions::new().create(true).append(true).open(self.log())?;
        let mut start = self.command("postgres")?;
        start.args(["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]);
        start.arg("-c").arg(format!("unix_socket_directories={}", self.folder.path().display()));
        start.stdout(Stdio::from(log.try_clone()?)).stderr(Stdio::from(log));
        self.running.replace(Some(Running::start(&mut start)?));
        let begin = Instant::now();
        while begin.elapsed() < START {
            if program::output(&mut self.command("pg_isready")?)?.status.success() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!("PostgreSQL does not start:\n{}", fs::read_to_string(self.log()).unwrap_or_default())
    }

    /// One value of the database.
    pub(crate) fn ask(&self, query: &str) -> Result<String> {
        let mut ask = self.command("psql")?;
        ask.args(["--username=app", "--dbname=app", "--no-psqlrc", "--tuples-only"]);
        let output = program::must(ask.args(["--no-align", "--command", query]))?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_string())
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("postgres.log")
    }

    /// One of its programs, as the user that owns the folder; PostgreSQL refuses to run as root.
    fn command(&self, name: &str) -> Result<Command> {
        let program = self.programs.join(name);
        let mut command = Command::new("setpriv");
        if is_root()? {
            let user = format!("--reuid={UNPRIVILEGED}");
            let group = format!("--regid={}", group()?);
            command.args([&user, &group]).arg("--clear-groups").arg(program);
        } else {
            command = Command::new(program);
        }
        command.current_dir(self.folder.path()).env("PGDATA", self.folder.path().join("data"));
        command.env("PGHOST", self.folder.path()).env("PGPORT", self.port.to_string());
        Ok(command)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.proxy.set(Mode::Refuse);
        // It has ended already where this fails; what still runs is killed with its value.
        let _ = self.stop();
    }
}

/// Who runs it where we are root.
const UNPRIVILEGED: &str = "nobody";

fn is_root() -> Result<bool> {
    let id = program::must(Command::new("id").arg("-u"))?;
    Ok(id.stdout.trim_ascii() == b"0")
}

fn group() -> Result<String> {
    let id = program::must(Command::new("id").args(["-g", UNPRIVILEGED]))?;
    Ok(String::from_utf8_lossy(&id.stdout).trim().to_string())
}

/// The folder of its programs: the newest of Debian's, or where the path has them.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(DEBIAN)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|it| Some((it.file_name().to_str()?.parse().ok()?, it.path().join("bin"))))
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .collect();
    versions.sort();
    let on_path =
        || program::find("initdb").as_deref().and_then(Path::parent).map(Path::to_path_buf);
    versions.pop().map(|(_, folder)| folder).or_else(on_path)
}
