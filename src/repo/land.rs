//! Lands a tree as a new git repository, in one step.
//!
//! **Invariant:** all or nothing. Until the last rename nothing is at the target; an error or an
//! interrupt before it leaves everything as it was, a crash at most a hidden folder that the next run
//! removes. What lands is `tree`, byte for byte, whatever the user's git configuration says.

use std::{
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use super::{
    build::Build,
    commit::{CommitId, Words, signed},
    files::Pace,
    objects::Objects,
    pack::PackError,
    publish,
    sign::{SignError, Signer},
    skeleton::Skeleton,
    spot,
};
use crate::{
    program::ProgramError,
    tree::{Tree, TreeId},
};

/// What shall land where.
#[derive(Clone, Copy)]
pub struct Landing<'a> {
    /// The repository's folder: it must not exist yet or be empty.
    pub target: &'a Path,
    /// Every file, checked by [`Tree::check`].
    pub tree: &'a Tree,
    /// What the first commit says.
    pub words: Words<'a>,
    /// The branch that the first commit is on.
    pub branch: &'a str,
    /// Who signs the commit.
    pub signer: Option<&'a Signer>,
    /// How many threads may work at once.
    pub threads: usize,
    /// Set from outside when the run shall end.
    pub interrupted: &'a AtomicBool,
    /// Told how many more files are written.
    pub progress: &'a (dyn Fn(usize) + Sync),
}

/// What has landed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Landed {
    /// The first commit.
    pub commit: CommitId,
    /// Its tree.
    pub tree: TreeId,
}

/// Why nothing has landed.
#[derive(Debug, thiserror::Error)]
pub enum LandError {
    /// git takes no such branch name.
    #[error("`{}` is not a name for a branch", .0.escape_debug())]
    Branch(String),
    /// The target is a file.
    #[error("`{}` is a file", .0.display())]
    File(PathBuf),
    /// The target is a symbolic link.
    #[error("`{}` is a symbolic link; name the folder that it shall point to", .0.display())]
    Link(PathBuf),
    /// Something is in the target already.
    #[error("`{}` is not empty: it holds `{entry}`", target.display())]
    NotEmpty {
        /// The target.
        target: PathBuf,
        /// One of the things in it.
        entry: String,
    },
    /// Another run lands at the same place.
    #[error("another run of flagstone is writing to `{}`", .0.display())]
    Busy(PathBuf),
    /// Something else was made at the target while we wrote.
    #[error("`{}` was made by someone else in the meantime", .0.display())]
    Taken(PathBuf),
    /// A run that was cut off left files, and they were changed since.
    #[error("`{}` is left of a run that was cut off, and can't be removed", .0.display())]
    LeftOver(PathBuf),
    /// A folder on the way to the target is something else.
    #[error("`{}` is not a folder", .0.display())]
    NoFolder(PathBuf),
    /// The path ends in something that can't be made, such as `..`.
    #[error("`{}` names no folder that could be made", .0.display())]
    NoName(PathBuf),
    /// The target can't be looked at.
    #[error("failed to look at `{}`", path.display())]
    Reach {
        /// The target or a folder on the way to it.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// No hidden folder can be made beside or in the target.
    #[error("failed to make a folder in `{}`", folder.display())]
    Stage {
        /// Where.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file of the tree or of the repository can't be written.
    #[error("failed to write `{path}`")]
    Write {
        /// The path in the repository.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// The finished folder can't be moved to its place.
    #[error("failed to move the finished repository to `{}`", target.display())]
    Publish {
        /// The target.
        target: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The objects can't be packed.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The commit can't be signed.
    #[error("failed to sign the commit")]
    Sign(#[source] SignError),
    /// The user pressed Ctrl-C, or the system asked us to end.
    #[error("interrupted")]
    Interrupted,
}

/// Lands a new repository.
///
/// # Errors
/// Whatever stands in the way; then nothing is at the target that was not there before.
pub fn land(landing: &Landing<'_>) -> Result<Landed, LandError> {
    check_branch(landing.branch)?;
    let spot = spot::find(landing.target)?;
    let objects = Objects::of(landing.tree, landing.threads, landing.interrupted)?;
    let tree = objects.tree;
    let text = landing.commit(tree)?;
    let commit = CommitId::of(&text);
    let (files, pack) = objects.finish(&text, commit.0)?;
    let Landing { branch, words, threads, interrupted, progress, .. } = *landing;
    let (committer, subject) = (words.committer, words.subject());
    let skeleton = Skeleton { branch, commit, committer, subject };
    let pace = Pace { threads, interrupted, progress };
    publish::publish(&Build { files, pack, skeleton, pace }, spot)?;
    Ok(Landed { commit, tree })
}

impl Landing<'_> {
    /// The commit's text, signed if it shall be: before anything is on the disk, for that may fail.
    fn commit(&self, tree: TreeId) -> Result<String, LandError> {
        let text = self.words.commit(tree, None);
        let Some(signer) = self.signer else { return Ok(text) };
        match signer.sign(&text, self.words.committer, self.interrupted) {
            Ok(signature) => Ok(signed(&text, &signature)),
            Err(SignError::Program(ProgramError::Interrupted)) => Err(LandError::Interrupted),
            Err(error) => Err(LandError::Sign(error)),
        }
    }
}

impl Pace<'_> {
    /// Ends the work if the user wishes so.
    pub(super) fn check(&self) -> Result<(), LandError> {
        if self.interrupted.load(Ordering::Relaxed) {
            return Err(LandError::Interrupted);
        }
        Ok(())
    }
}

fn check_branch(name: &str) -> Result<(), LandError> {
    match git2::Branch::name_is_valid(name) {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => Err(LandError::Branch(name.to_owned())),
    }
}
