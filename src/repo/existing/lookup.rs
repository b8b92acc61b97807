//! What a commit says and holds, by its id.

use std::path::Path;

use super::{Changes, ReadError, Repository, UpdateError, graft::graft, oid, raw};
use crate::{
    repo::commit::CommitId,
    tree::{Entry, TreeId, object_id},
};

impl Repository {
    /// The folder that all work trees of the repository share; that of the only one else.
    pub fn common_folder(&self) -> &Path {
        self.git.commondir()
    }

    /// The id of a commit's tree.
    ///
    /// # Errors
    /// If there is no such commit.
    pub fn tree_of(&self, commit: CommitId) -> Result<TreeId, ReadError> {
        let found = self.git.find_commit(oid(commit.0));
        let found = found.map_err(|source| ReadError::Commit { commit, source: source.into() })?;
        Ok(TreeId(raw(found.tree_id())))
    }

    /// The id of the tree that a commit would have with these changes; nothing is written.
    ///
    /// # Errors
    /// If the commit, or one of its folders, can't be read.
    pub fn tree_with(&self, commit: CommitId, changes: &Changes) -> Result<TreeId, ReadError> {
        let failed = |source| ReadError::Commit { commit, source };
        let found = self.git.find_commit(oid(commit.0)).map_err(|error| failed(error.into()))?;
        let changes = changes.iter();
        let changes = changes.map(|(path, it)| (path, it.after.as_ref().map(Entry::blob)));
        let mut id = |bytes: &[u8]| object_id("tree", bytes);
        graft(&self.git, found.tree_id(), changes, &mut id).map_err(failed)
    }

    /// What the commit of the upgrade that waits for people shall say.
    ///
    /// # Errors
    /// If no upgrade with conflicts is under way, or its commit is gone.
    pub fn pending_message(&self) -> Result<String, UpdateError> {
        let pending = self.pending()?.ok_or(UpdateError::NothingPending)?;
        let found = self.git.find_commit(oid(pending.theirs.0));
        let found = found.map_err(UpdateError::git("read the commit"))?;
        Ok(String::from_utf8_lossy(found.message_bytes()).into_owned())
    }
}
