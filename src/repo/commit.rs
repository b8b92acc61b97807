//! A commit, as git writes it.

use std::fmt;

use super::author::Author;
use crate::tree::{TreeId, object_id};

/// The id that git gives to a commit (SHA-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitId(pub [u8; 20]);

/// What a commit says beside its tree.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// Who made the change.
    pub author: &'a Author,
    /// Who made the commit.
    pub committer: &'a Author,
    /// Subject, blank line, body, trailers.
    pub message: &'a str,
}

impl Words<'_> {
    /// The text of a commit, which is also what a signature covers.
    pub(super) fn commit(&self, tree: TreeId, parent: Option<CommitId>) -> String {
        let Words { author, committer, .. } = self;
        let parent = parent.map(|it| format!("parent {it}\n")).unwrap_or_default();
        let message = self.message();
        format!("tree {tree}\n{parent}author {author}\ncommitter {committer}\n\n{message}\n")
    }

    /// The first line.
    pub(super) fn subject(&self) -> String {
        self.message().lines().next().unwrap_or_default().to_owned()
    }

    /// A commit can't hold NUL; git ends a message in one newline.
    pub(super) fn message(&self) -> String {
        self.message.replace('\0', "").trim().to_owned()
    }
}

/// Puts a signature where git looks for it: the last line of the header.
pub(super) fn signed(commit: &str, signature: &str) -> String {
    let (header, message) = commit.split_once("\n\n").unwrap_or((commit, ""));
    let signature = signature.trim_end().replace('\r', "").replace('\n', "\n ");
    format!("{header}\ngpgsig {signature}\n\n{message}")
}

impl CommitId {
    pub(super) fn of(commit: &str) -> Self {
        Self(object_id("commit", commit.as_bytes()))
    }

    /// Reads forty hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        TreeId::parse(text).map(|id| Self(id.0))
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}
