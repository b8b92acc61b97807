//! What stands in the way of an update.

use std::fmt;

/// One thing that stands in the way of an update.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct InTheWay {
    /// Where; `None` if it is the repository as a whole.
    pub path: Option<String>,
    /// What it is.
    pub reason: Reason,
}

/// Why an update would lose something, or can't be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A merge, a rebase or the like has begun and not ended; its name with its article.
    Operation(&'static str),
    /// An update with conflicts has begun and not ended.
    Pending,
    /// Another run is at work.
    Busy,
    /// git holds its lock on the index.
    Locked,
    /// A conflict that nobody has resolved.
    Unmerged,
    /// A change is staged.
    Staged,
    /// A change is neither staged nor committed.
    Edited,
    /// The file is gone, but not from git.
    Missing,
    /// git does not know the file.
    Untracked,
    /// git does not know the file, and shall not.
    Ignored,
    /// It is in another repository: a submodule, or one that stands inside.
    Repository,
    /// A file stands where a folder must be.
    File,
    /// A folder stands where a file must be.
    Folder,
    /// A symbolic link stands where a folder must be.
    Link,
}

impl InTheWay {
    pub(super) fn whole(reason: Reason) -> Self {
        Self { path: None, reason }
    }

    pub(super) fn at(path: impl Into<String>, reason: Reason) -> Self {
        Self { path: Some(path.into()), reason }
    }
}

impl Reason {
    /// A word for programs, which never changes.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Operation(_) => "operation",
            Self::Pending => "pending",
            Self::Busy => "busy",
            Self::Locked => "locked",
            Self::Unmerged => "unmerged",
            Self::Staged => "staged",
            Self::Edited => "edited",
            Self::Missing => "missing",
            Self::Untracked => "untracked",
            Self::Ignored => "ignored",
            Self::Repository => "repository",
            Self::File => "file",
            Self::Folder => "folder",
            Self::Link => "link",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Operation(name) => return write!(formatter, "{name} is under way"),
            Self::Pending => "an upgrade with conflicts is under way",
            Self::Busy => "another run of flagstone is at work",
            Self::Locked => "another git command is at work, or one was cut off",
            Self::Unmerged => "has a conflict that is not resolved",
            Self::Staged => "has staged changes",
            Self::Edited => "has changes that are not committed",
            Self::Missing => "was removed, which is not committed",
            Self::Untracked => "is not known to git",
            Self::Ignored => "is ignored by git",
            Self::Repository => "is another repository",
            Self::File => "is a file where a folder must be",
            Self::Folder => "is a folder where a file must be",
            Self::Link => "is a symbolic link where a folder must be",
        };
        formatter.write_str(text)
    }
}

impl fmt::Display for InTheWay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(formatter, "`{path}` {}", self.reason),
            None => write!(formatter, "{}", self.reason),
        }
    }
}
