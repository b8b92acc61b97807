//! A file whose conflict is not resolved, and what it lacks.

use std::fmt;

/// A file whose conflict is not resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unresolved {
    /// The file.
    pub path: String,
    /// What it lacks.
    pub lack: Lack,
}

/// What a file lacks to be resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// It holds no marker, and is not staged.
    Staging,
    /// This line marks a conflict.
    Mending(usize),
    /// What is staged holds a marker; the file itself none any more.
    StagingAgain,
}

impl fmt::Display for Unresolved {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match self.lack {
            Lack::Staging => write!(formatter, "`{path}` is not staged"),
            Lack::Mending(line) => write!(formatter, "`{path}:{line}` holds a marker"),
            Lack::StagingAgain => write!(formatter, "`{path}` was staged with a marker in it"),
        }
    }
}
