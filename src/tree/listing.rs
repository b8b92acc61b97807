//! A directory by ids alone: what git knows of it without reading a file.

use std::collections::{BTreeMap, BTreeSet};

use super::{BlobId, Entry, Mode, RepoPath, Tree};

/// A file by its mode and the id of its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Blob {
    /// The kind of the file.
    pub mode: Mode,
    /// The id of its bytes.
    pub id: BlobId,
}

/// A directory by ids: what a commit, an index or a work tree holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// Every file whose path is one that we could write ourselves.
    pub files: BTreeMap<RepoPath, Blob>,
    /// The places of other repositories in it: submodules and nested repositories.
    pub repositories: BTreeSet<RepoPath>,
}

impl Entry {
    /// The file as git's ids name it.
    pub fn blob(&self) -> Blob {
        Blob { mode: self.mode, id: self.blob_id() }
    }
}

impl From<&Tree> for Listing {
    fn from(tree: &Tree) -> Self {
        let files = tree.iter().map(|(path, entry)| (path.clone(), entry.blob())).collect();
        Self { files, repositories: BTreeSet::new() }
    }
}
