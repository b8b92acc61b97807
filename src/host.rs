//! The door to the process: arguments, environment, clock, terminal and limits, read once.
//!
//! **Invariant:** nothing else asks the process for anything; everyone is handed a [`Host`].
#![expect(clippy::disallowed_methods, reason = "the door to the process")]

mod allocator;

use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    fs::File,
    io::{self, IsTerminal as _, Read as _},
    num::NonZeroUsize,
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// What the process was given.
#[derive(Debug, Clone)]
pub struct Host {
    /// The command line, the program's name first.
    pub arguments: Vec<OsString>,
    /// The environment; variables that are not Unicode are left out.
    pub environment: BTreeMap<String, String>,
    /// The folder that relative paths start from.
    pub folder: PathBuf,
    /// Seconds since 1970, UTC.
    pub now: i64,
    /// Which of the standard streams are a terminal.
    pub terminal: Terminal,
    /// How many threads may work at once.
    pub threads: usize,
}

/// Which of the standard streams are a terminal.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terminal {
    /// Standard input.
    pub input: bool,
    /// Standard output.
    pub output: bool,
    /// Standard error.
    pub error: bool,
}

/// A watch that is started once and looked at.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts it.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// How long ago it was started.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Why the process can't be read.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The working folder is gone or may not be read.
    #[error("failed to find out the working folder")]
    Folder(#[source] io::Error),
}

/// Why a file that the command line names can't be read.
#[derive(Debug, thiserror::Error)]
#[error("failed to read `{}`", path.display())]
pub struct ReadError {
    path: PathBuf,
    source: io::Error,
}

/// As much stack as most systems give to the first thread, in bytes.
const ROOM: u64 = 8 << 20;

/// Ten times what the largest service that we have seen takes, in bytes of address space.
const MAX_MEMORY: u64 = 8 << 30;

/// The largest file that is read for its text, in bytes.
const MAX_TEXT: u64 = 16 << 20;

impl Host {
    /// Reads the process once.
    ///
    /// # Errors
    /// If the working folder is gone.
    pub fn read() -> Result<Self, HostError> {
        let unicode = |(name, value): (OsString, OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(Self {
            arguments: env::args_os().collect(),
            environment: env::vars_os().filter_map(unicode).collect(),
            folder: env::current_dir().map_err(HostError::Folder)?,
            now: i64::try_from(now.as_secs()).unwrap_or(i64::MAX),
            terminal: Terminal {
                input: io::stdin().is_terminal(),
                output: io::stdout().is_terminal(),
                error: io::stderr().is_terminal(),
            },
            threads: std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
        })
    }

    /// A host of which nothing is known, for telling why.
    pub fn nowhere() -> Self {
        Self {
            arguments: Vec::new(),
            environment: BTreeMap::new(),
            folder: PathBuf::new(),
            now: 0,
            terminal: Terminal::default(),
            threads: 1,
        }
    }

    /// The text of a file that the command line names; `-` is standard input.
    ///
    /// # Errors
    /// If it can't be read, is no UTF-8 or larger than any spec.
    pub fn read_text(&self, path: &Path) -> Result<String, ReadError> {
        let failed = |source| ReadError { path: path.to_owned(), source };
        let (mut text, mut limited): (_, Box<dyn io::Read>) = match path.to_str() {
            Some("-") => (String::new(), Box::new(io::stdin().take(MAX_TEXT + 1))),
            _ => {
                let file = File::open(self.folder.join(path)).map_err(failed)?;
                (String::new(), Box::new(file.take(MAX_TEXT + 1)))
            }
        };
        limited.read_to_string(&mut text).map_err(failed)?;
        if text.len() as u64 > MAX_TEXT {
            return Err(failed(io::Error::other(format!("larger than {} MiB", MAX_TEXT >> 20))));
        }
        Ok(text)
    }

    /// Whether `path` is a folder, or a link to one.
    pub fn is_folder(&self, path: &Path) -> bool {
        self.folder.join(path).is_dir()
    }

    /// Where our own program is, to start it once more.
    ///
    /// # Errors
    /// If the system does not say.
    pub fn program() -> io::Result<PathBuf> {
        env::current_exe()
    }

    /// Whether `path` is a file, or a link to one.
    pub fn is_file(&self, path: &Path) -> bool {
        self.folder.join(path).is_file()
    }

    /// The nearest folder at `start` or above it that holds a file `name`, without links on the way.
    pub fn nearest(&self, start: &Path, name: &str) -> Option<PathBuf> {
        let start = std::fs::canonicalize(self.folder.join(start)).ok()?;
        start.ancestors().find(|folder| folder.join(name).is_file()).map(Path::to_owned)
    }

    /// Ends the process, before anything is written, if a template makes it take more memory than
    /// any service needs. Templates have limits of their own; this one holds for what slips through.
    pub fn limit_memory(&self) {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let now = getrlimit(Resource::As);
        let current = Some(now.current.unwrap_or(u64::MAX).min(MAX_MEMORY));
        // Where the system has no such limit, the run goes on without one.
        let _unlimited = setrlimit(Resource::As, rustix::process::Rlimit { current, ..now });
    }

    /// Whether the thread that we began in has little room, by the system's limit.
    pub fn is_narrow(&self) -> bool {
        use rustix::process::{Resource, getrlimit};
        let room = getrlimit(Resource::Stack).current;
        room.is_some_and(|it| it < ROOM)
    }

    /// Whether nobody reads the standard output any more.
    pub fn is_unread(&self) -> bool {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let output = io::stdout();
        let mut looked = [PollFd::new(&output, PollFlags::empty())];
        let is_seen = poll(&mut looked, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).is_ok();
        let gone = PollFlags::ERR | PollFlags::HUP;
        is_seen && looked.iter().any(|it| it.revents().intersects(gone))
    }

    /// An environment variable, if it is set and not empty.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The locale of messages, as the environment names it; nothing where it says none.
    pub fn locale(&self) -> &str {
        let variables = ["LC_ALL", "LC_MESSAGES", "LANG"];
        variables.into_iter().find_map(|name| self.variable(name)).unwrap_or_default()
    }
}
