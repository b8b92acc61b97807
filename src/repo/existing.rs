//! A repository that is there already: opened without obeying it.
//!
//! **Invariants:** nothing of the user's or the repository's configuration runs a program or changes
//! an object: no hooks, filters, file-system monitors or merge drivers. What can't be handled rightly
//! is refused by name. Objects are found where they are or not at all: nothing is fetched.

mod attributes;
mod claim;
mod committed;
mod ending;
mod graft;
mod landing;
mod lookup;
mod obstacle;
mod parcel;
mod pick;
mod preflight;
mod present;
mod record;
mod reference;
mod restore;
mod run;
mod staging;
mod store;
mod successor;
#[cfg(test)]
mod tests;
mod transfer;
mod unresolved;
mod update;
mod work;
mod worktree;

use std::path::{Path, PathBuf};

pub use committed::ReadError;
pub use obstacle::{InTheWay, Reason};
pub use pick::Pick;
pub use preflight::Footprint;
pub use present::Present;
pub use run::{Ending, Kept, Pending, Recovered, Run};
pub use unresolved::{Lack, Unresolved};
pub use update::{Change, Changes, Means, Sides, Update, UpdateError};
pub use work::IndexUse;

use super::{commit::CommitId, enclosing::enclosing};

/// A repository that is there already.
pub struct Repository {
    git: git2::Repository,
    root: Option<PathBuf>,
}

/// Where `HEAD` is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The commit; `None` before the first one.
    pub commit: Option<CommitId>,
    /// The branch; `None` if `HEAD` is detached.
    pub branch: Option<String>,
}

/// Why a repository can't be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is none.
    #[error("`{}` is in no git repository", .0.display())]
    NoRepository(PathBuf),
    /// It is of a kind that is not supported.
    #[error("the git repository `{}` {what}, which is not supported", root.display())]
    Unsupported {
        /// Where it is.
        root: PathBuf,
        /// What it has or is.
        what: Unsupported,
    },
    /// It belongs to another user, and git would refuse it too.
    #[error("the git repository `{}` belongs to another user", .0.display())]
    Owner(PathBuf),
    /// git's library can't open it.
    #[error("failed to open the git repository `{}`", root.display())]
    Open {
        /// Where it is.
        root: PathBuf,
        /// What it says.
        source: GitFailure,
    },
}

/// What a repository may have that is not supported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsupported {
    /// `extensions.objectFormat = sha256`
    #[error("has SHA-256 objects")]
    Sha256,
    /// `extensions.refStorage`
    #[error("keeps its branches in a `{0}`")]
    RefStorage(String),
    /// `extensions.partialClone`
    #[error("is a partial clone")]
    PartialClone,
    /// Any other extension.
    #[error("has the extension `{0}`")]
    Extension(String),
    /// `core.splitIndex`
    #[error("has a split index")]
    SplitIndex,
    /// `core.sparseCheckout`
    #[error("is a sparse checkout")]
    SparseCheckout,
    /// `core.worktree`
    #[error("has its work tree at `{}`", .0.display())]
    WorkTree(PathBuf),
}

/// What git's library says.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct GitFailure(String);

impl Repository {
    /// Opens the repository whose work tree (or bare folder) is `folder` or around it.
    ///
    /// # Errors
    /// If there is none, or it is one that can't be handled rightly.
    pub fn open(folder: &Path) -> Result<Self, OpenError> {
        let none = || OpenError::NoRepository(folder.to_owned());
        let root = enclosing(folder).ok_or_else(none)?;
        let unsupported = |what| OpenError::Unsupported { root: root.clone(), what };
        if let Some(what) = extension(&root) {
            return Err(unsupported(what));
        }
        let git = git2::Repository::open(&root).map_err(|error| match error.code() {
            git2::ErrorCode::Owner => OpenError::Owner(root.clone()),
            git2::ErrorCode::NotFound => none(),
            _ => OpenError::Open { root: root.clone(), source: error.into() },
        })?;
        let is_on = |key| git.config().and_then(|it| it.get_bool(key)).unwrap_or(false);
        if is_on("core.sparsecheckout") {
            return Err(unsupported(Unsupported::SparseCheckout));
        }
        if is_on("core.splitindex") || has_shared_index(git.path()) {
            return Err(unsupported(Unsupported::SplitIndex));
        }
        let tree = git.workdir().map(|it| std::fs::canonicalize(it).unwrap_or(it.to_owned()));
        match tree {
            Some(tree) if tree != root && root.join(".git").exists() => {
                Err(unsupported(Unsupported::WorkTree(tree)))
            }
            tree => Ok(Self { git, root: tree }),
        }
    }

    /// The folder of the work tree; `None` if the repository is bare.
    pub fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// git's own folder for this work tree.
    pub fn git_folder(&self) -> &Path {
        self.git.path()
    }

    pub(super) fn index_file(&self) -> PathBuf {
        self.git_folder().join("index")
    }

    /// Where `HEAD` is.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn head(&self) -> Result<Head, ReadError> {
        let head = self.git.find_reference("HEAD").map_err(ReadError::head)?;
        let target = head.symbolic_target_bytes().map(String::from_utf8_lossy);
        let branch = target.map(|it| it.strip_prefix("refs/heads/").unwrap_or(&it).to_owned());
        let commit = match head.resolve() {
            Ok(it) => it.target().map(CommitId::from),
            Err(error) if error.code() == git2::ErrorCode::NotFound => None,
            Err(error) => return Err(ReadError::head(error)),
        };
        Ok(Head { commit, branch })
    }
}

/// What git's library would refuse without saying it in words.
fn extension(root: &Path) -> Option<Unsupported> {
    let config = git2::Config::open(&common_folder(root).join("config")).ok()?;
    let mut found = None;
    let entries = config.entries(Some("^extensions\\.")).ok()?;
    let look = |entry: &git2::ConfigEntry<'_>| {
        let name = String::from_utf8_lossy(entry.name_bytes()).into_owned();
        let value = String::from_utf8_lossy(entry.value_bytes()).to_lowercase();
        let what = match name.strip_prefix("extensions.").unwrap_or(&name) {
            "objectformat" if value == "sha1" => return,
            "objectformat" => Unsupported::Sha256,
            "refstorage" if value == "files" => return,
            "refstorage" => Unsupported::RefStorage(value),
            "partialclone" => Unsupported::PartialClone,
            "noop" | "worktreeconfig" | "preciousobjects" | "relativeworktrees" => return,
            other => Unsupported::Extension(other.to_owned()),
        };
        found = Some(what);
    };
    entries.for_each(look).ok()?;
    found
}

/// The folder with the configuration that all work trees share.
fn common_folder(root: &Path) -> PathBuf {
    let git = root.join(".git");
    let line = |file: &Path, prefix: &str| {
        let text = std::fs::read_to_string(file).ok()?;
        Some(PathBuf::from(text.strip_prefix(prefix)?.trim_end_matches(['\n', '\r'])))
    };
    let own = match line(&git, "gitdir: ") {
        Some(folder) => root.join(folder),
        None if git.is_dir() => git,
        None => root.to_owned(),
    };
    match line(&own.join("commondir"), "") {
        Some(common) => own.join(common),
        None => own,
    }
}

fn has_shared_index(git: &Path) -> bool {
    let is_shared =
        |it: std::fs::DirEntry| it.file_name().to_string_lossy().starts_with("sharedindex.");
    std::fs::read_dir(git).is_ok_and(|mut entries| entries.any(|it| it.is_ok_and(is_shared)))
}

impl From<git2::Error> for GitFailure {
    fn from(error: git2::Error) -> Self {
        Self(error.message().to_owned())
    }
}

impl From<git2::Oid> for CommitId {
    fn from(id: git2::Oid) -> Self {
        Self(raw(id))
    }
}

/// The bytes of an id, which the library keeps as a slice.
fn raw(id: git2::Oid) -> [u8; 20] {
    id.as_bytes().try_into().unwrap_or_default()
}

fn oid(id: [u8; 20]) -> git2::Oid {
    git2::Oid::from_bytes(&id).unwrap_or(git2::Oid::ZERO_SHA1)
}
