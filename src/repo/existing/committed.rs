//! What a commit holds, and the bytes behind ids.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{GitFailure, Repository, oid, raw};
use crate::{
    repo::commit::CommitId,
    tree::{Blob, BlobId, Entry, Listing, Mode, RepoPath},
};

/// Why something of a repository can't be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// `HEAD` makes no sense.
    #[error("failed to read `HEAD`")]
    Head(#[source] GitFailure),
    /// A commit is not there, or one of its folders: a shallow or damaged repository.
    #[error("failed to read the commit {commit}")]
    Commit {
        /// The commit.
        commit: CommitId,
        /// What git's library says.
        source: GitFailure,
    },
    /// An object is damaged.
    #[error("failed to read the object {id}")]
    Object {
        /// The object.
        id: String,
        /// What git's library says.
        source: GitFailure,
    },
    /// The index is damaged.
    #[error("failed to read git's index")]
    Index(#[source] GitFailure),
    /// A file of the work tree.
    #[error("failed to read `{}`", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl ReadError {
    pub(super) fn head(error: git2::Error) -> Self {
        Self::Head(error.into())
    }

    pub(super) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }

    pub(super) fn index(error: git2::Error) -> Self {
        Self::Index(error.into())
    }
}

/// One entry of a commit or the index, whatever its path and kind: git's mode and the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) mode: u32,
    pub(super) id: [u8; 20],
}

/// git's mode for another repository.
pub(super) const REPOSITORY: u32 = 0o160_000;
const FOLDER: u32 = 0o040_000;

impl Item {
    /// The file, if it is one.
    pub(super) fn blob(self) -> Option<Blob> {
        let mode = match self.mode & 0o170_000 {
            0o100_000 if self.mode & 0o100 != 0 => Mode::Executable,
            0o100_000 => Mode::File,
            0o120_000 => Mode::Link,
            _ => return None,
        };
        Some(Blob { mode, id: BlobId(self.id) })
    }
}

impl Repository {
    /// What a commit holds, as far as we could write it ourselves; anything else can't be ours.
    ///
    /// # Errors
    /// If the commit or one of its folders can't be read.
    pub fn committed(&self, commit: CommitId) -> Result<Listing, ReadError> {
        let mut listing = Listing::default();
        self.items(commit, &mut |path, item| put(&mut listing, path, item))?;
        Ok(listing)
    }

    /// The files of a commit whose names no path of ours can have.
    ///
    /// # Errors
    /// If the commit or one of them can't be read.
    pub fn unnamed_in(&self, commit: CommitId) -> Result<Vec<(String, Entry)>, ReadError> {
        let mut found = Vec::new();
        self.items(commit, &mut |path, item| {
            let blob = item.blob().filter(|_| named(path).is_none());
            found.extend(blob.map(|it| (String::from_utf8_lossy(path).into_owned(), it)));
        })?;
        let mut files = Vec::new();
        for (name, blob) in found {
            let bytes = self.bytes(blob.id)?.unwrap_or_default();
            files.push((name, Entry { mode: blob.mode, bytes }));
        }
        Ok(files)
    }

    /// The bytes of a blob; `None` if this repository does not have it.
    ///
    /// # Errors
    /// If it is there and damaged.
    pub fn bytes(&self, id: BlobId) -> Result<Option<Arc<[u8]>>, ReadError> {
        let failed = |source: git2::Error| {
            let id = id.to_string();
            ReadError::Object { id, source: source.into() }
        };
        let odb = self.git.odb().map_err(failed)?;
        match odb.read(oid(id.0)) {
            Ok(object) if object.kind() == git2::ObjectType::Blob => Ok(Some(object.data().into())),
            Ok(_) => Ok(None),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// Tells `each` every file and repository in a commit, whatever its path.
    pub(super) fn items(
        &self,
        commit: CommitId,
        each: &mut dyn FnMut(&[u8], Item),
    ) -> Result<(), ReadError> {
        let tree = self.git.find_commit(oid(commit.0)).and_then(|it| it.tree());
        tree.and_then(|tree| self.walk(&tree, &mut Vec::new(), each))
            .map_err(|source| ReadError::Commit { commit, source: source.into() })
    }

    fn walk(
        &self,
        tree: &git2::Tree<'_>,
        path: &mut Vec<u8>,
        each: &mut dyn FnMut(&[u8], Item),
    ) -> Result<(), git2::Error> {
        let length = path.len();
        for entry in tree {
            path.extend(entry.name_bytes());
            let item = Item { mode: entry.filemode_raw() as u32, id: raw(entry.id()) };
            if item.mode & 0o170_000 == FOLDER {
                path.push(b'/');
                self.walk(&self.git.find_tree(entry.id())?, path, each)?;
            } else {
                each(path, item);
            }
            path.truncate(length);
        }
        Ok(())
    }
}

/// Puts an entry into a listing, if it has a path that we could write.
pub(super) fn put(listing: &mut Listing, path: &[u8], item: Item) {
    let Some(path) = named(path) else { return };
    if item.mode == REPOSITORY {
        listing.repositories.insert(path);
    } else if let Some(blob) = item.blob() {
        listing.files.insert(path, blob);
    }
}

/// The path, if it is one that we could write.
pub(super) fn named(path: &[u8]) -> Option<RepoPath> {
    RepoPath::parse(std::str::from_utf8(path).ok()?).ok()
}
