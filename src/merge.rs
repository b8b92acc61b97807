//! A service, the version that it was made from and the version that it goes to -> what becomes of
//! each file.
//!
//! **Invariants:** pure; ids are compared first, and only a file that all three sides changed is ever
//! read; no byte of ours is lost without a row that says so.

mod content;
mod dress;
mod keys;
mod lines;
mod managed;

pub use content::{Outcome, Texts, Trouble, merge_content};

use std::sync::Arc;

use crate::{
    lock::LockedFile,
    manifest::Step,
    tree::{Blob, BlobId, Listing, Ownership, RepoPath},
};

/// What is to be merged.
pub struct Request<'a> {
    /// The pristine files of the version that the service has, from its lock.
    pub base: &'a [LockedFile],
    /// The service as its team has it, without spec and lock.
    pub ours: &'a Listing,
    /// The pristine files of the version that it goes to.
    pub theirs: &'a [LockedFile],
    /// The steps of every migration between them, in order; only those over paths matter here.
    pub steps: &'a [&'a Step],
    /// The bytes behind the ids.
    pub contents: &'a dyn Contents,
    /// What the markers of a conflict call the three sides.
    pub labels: &'a Labels,
    /// Whether a file that the team moved is looked for.
    pub follow_renames: bool,
}

/// The bytes behind ids.
pub trait Contents {
    /// The bytes of a blob; `None` if nobody holds them.
    fn bytes(&self, id: BlobId) -> Option<Arc<[u8]>>;
}

/// What the markers of a conflict call the three sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// `base: python-service 1.2.0`
    pub base: String,
    /// `ours: orders-api`
    pub ours: String,
    /// `theirs: python-service 2.0.0`
    pub theirs: String,
}

/// What becomes of each file of which something is to be said, in the order of the paths.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Merge {
    /// The rows; a file that stays as it is, and should, has none.
    pub rows: Vec<Row>,
}

/// What becomes of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where the file is afterwards, or was if it goes.
    pub path: RepoPath,
    /// Where our side has it now, if elsewhere.
    pub from: Option<RepoPath>,
    /// What happens, in a word.
    pub kind: Kind,
    /// Why.
    pub reason: Reason,
    /// Whose it is.
    pub ownership: Ownership,
    /// What our side has now, at `from` or else at `path`.
    pub ours: Option<Blob>,
    /// What is there afterwards; `None` if no file is.
    pub result: Option<Merged>,
    /// Of a conflict: the three sides, as git's index keeps them.
    pub stages: Option<Stages>,
}

/// What happens to a file, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// It is new.
    Added,
    /// It has what the golden path changed, and what the team changed.
    Changed,
    /// It is elsewhere, changed or not.
    Moved,
    /// It goes.
    Removed,
    /// The golden path changed it, and ours stays.
    Kept,
    /// An edit of the team gives way to the golden path: it stays in git's history.
    Replaced,
    /// A person must decide.
    Conflict,
}

/// A file as the merge leaves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// Its mode and the id of its bytes.
    pub blob: Blob,
    /// Its bytes, where they are new: those of a merge. Else one of the three sides holds them.
    pub bytes: Option<Arc<[u8]>>,
}

/// Why something becomes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The golden path alone changed it.
    GoldenPath,
}

/// The three sides of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stages {
    /// Stage 1.
    pub base: Option<Blob>,
    /// Stage 2.
    pub ours: Option<Blob>,
    /// Stage 3.
    pub theirs: Option<Blob>,
}
