//! The door to the process: arguments, environment, clock, terminal and limits, read once.
//!
//! **Invariant:** nothing else asks the process for anything; everyone is handed a [`Host`].
#![expect(clippy::disallowed_methods, reason = "the door to the process")]

use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    io::{self, IsTerminal as _},
    num::NonZeroUsize,
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
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

/// Why the process can't be read.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The working folder is gone or may not be read.
    #[error("failed to find out the working folder")]
    Folder(#[source] io::Error),
}

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

    /// An environment variable, if it is set and not empty.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}
