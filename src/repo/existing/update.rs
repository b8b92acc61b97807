//! What is to become of a repository, as plain values, and why it does not.

use std::{
    collections::BTreeMap,
    io,
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
};

use super::{GitFailure, ReadError, obstacle::InTheWay, unresolved::Unresolved};
use crate::{
    repo::{
        commit::{CommitId, Words},
        pack::PackError,
        sign::{SignError, Signer},
    },
    tree::{Blob, BlobId, Entry, RepoPath},
};

/// The paths that an update touches, each with what becomes of it.
pub type Changes = BTreeMap<RepoPath, Change>;

/// What becomes of one path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// What stands there now.
    pub before: Option<Blob>,
    /// What shall stand there; of a conflict: what a person finds in the work tree.
    pub after: Option<Entry>,
    /// Of a conflict: what git's index keeps of the three sides.
    pub sides: Option<Sides>,
    /// What the work tree has there, where the update takes an edit along that is not committed.
    pub taken: Option<Blob>,
}

/// The three sides of a conflict: stages 1 to 3 of git's index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sides {
    /// Stage 1.
    pub base: Option<Blob>,
    /// Stage 2.
    pub ours: Option<Blob>,
    /// Stage 3.
    pub theirs: Option<Blob>,
}

/// A change of a whole repository.
#[derive(Clone, Copy)]
pub struct Update<'a> {
    /// What its commit says.
    pub words: Words<'a>,
    /// The commit that it follows: where `HEAD` is.
    pub parent: CommitId,
    /// What becomes of which path.
    pub changes: &'a Changes,
}

/// How it is done.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// Who signs the commit.
    pub signer: Option<&'a Signer>,
    /// How many threads may work at once.
    pub threads: usize,
    /// Set from outside when the run shall end.
    pub interrupted: &'a AtomicBool,
}

/// Why an update has not landed. Then everything is as it was, unless the variant says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// Something that would be lost, or another operation.
    #[error("{} in the way", match .0.len() { 1 => "something is".to_owned(), count => format!("{count} things are") })]
    InTheWay(Vec<InTheWay>),
    /// A bare repository has no files.
    #[error("the repository is bare: it has no files to change")]
    Bare,
    /// Another run is at work in this repository.
    #[error("another run of flagstone is at work in this repository")]
    Busy,
    /// git holds its lock on the index.
    #[error("`{}` exists: another git command is at work, or one was cut off", .0.display())]
    Locked(PathBuf),
    /// `HEAD` is not where the update begins.
    #[error("`HEAD` has moved from {expected} in the meantime")]
    Moved {
        /// Where the update begins.
        expected: CommitId,
    },
    /// A file is not what the update was worked out for.
    #[error("`{0}` was changed in the meantime")]
    Changed(RepoPath),
    /// git takes no such branch name.
    #[error("`{}` is not a name for a branch", .0.escape_debug())]
    Branch(String),
    /// There is such a branch already.
    #[error("there is a branch `{0}` already")]
    Exists(String),
    /// An object that the repository must have is nowhere.
    #[error("the content of `{path}` ({id}) is nowhere")]
    Gone {
        /// The file.
        path: RepoPath,
        /// The id of its bytes.
        id: BlobId,
    },
    /// No update with conflicts is under way.
    #[error("no upgrade with conflicts is under way in this repository")]
    NothingPending,
    /// Files still have conflicts, or hold the lines that mark them.
    #[error("{} not resolved", match .0.as_slice() { [one] => format!("`{}` is", one.path), many => format!("{} files are", many.len()) })]
    Unresolved(Vec<Unresolved>),
    /// Something of the repository can't be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A file can't be written.
    #[error("failed to write `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// git's library can't do its part.
    #[error("failed to {doing}")]
    Git {
        /// Its part.
        doing: &'static str,
        /// What it says.
        source: GitFailure,
    },
    /// The objects can't be packed.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The commit can't be signed.
    #[error("failed to sign the commit")]
    Sign(#[source] SignError),
    /// It failed, and it could not be undone: the next run will try again. Nothing is lost.
    #[error("failed half-way, and could not undo it: {undoing}")]
    HalfWay {
        /// Why it could not be undone.
        undoing: Box<Self>,
        /// Why it failed.
        source: Box<Self>,
    },
    /// It could not be undone to the end: the next run goes on with that. Nothing is lost.
    #[error("could not undo it to the end")]
    StillUndoing(#[source] Box<Self>),
    /// The user pressed Ctrl-C, or the system asked us to end.
    #[error("interrupted")]
    Interrupted,
}

impl UpdateError {
    pub(super) fn git(doing: &'static str) -> impl FnOnce(git2::Error) -> Self {
        move |error| Self::Git { doing, source: error.into() }
    }

    pub(super) fn write(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Write { path, source }
    }
}

/// Whether the user wants it to end.
pub(super) fn check_interrupt(means: &Means<'_>) -> Result<(), UpdateError> {
    match means.interrupted.load(Ordering::Relaxed) {
        true => Err(UpdateError::Interrupted),
        false => Ok(()),
    }
}

impl Change {
    /// Whether the file in the work tree becomes another.
    pub(super) fn moves(&self) -> bool {
        self.before != self.after.as_ref().map(Entry::blob)
    }
}

impl Sides {
    /// The sides with the numbers of their stages.
    pub(super) fn stages(&self) -> impl Iterator<Item = (u16, Blob)> {
        let sides = [(1, self.base), (2, self.ours), (3, self.theirs)];
        sides.into_iter().filter_map(|(stage, blob)| Some((stage, blob?)))
    }
}
