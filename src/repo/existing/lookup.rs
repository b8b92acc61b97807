//! What a commit says and holds, by its id.

use std::path::Path;

use super::{ReadError, Repository, UpdateError, oid, raw};
use crate::{repo::commit::CommitId, tree::TreeId};

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

    /// What the commit of the upgrade that waits for people shall say.
    ///
    /// # Errors
    /// If no upgrade with conflicts is under way, or its commit is gone.
    pub fn pending_message(&self) -> Result<String, UpdateError> {
        let pending = self.pending().ok_or(UpdateError::NothingPending)?;
        let found = self.git.find_commit(oid(pending.theirs.0));
        let found = found.map_err(UpdateError::git("read the commit"))?;
        Ok(String::from_utf8_lossy(found.message_bytes()).into_owned())
    }
}
