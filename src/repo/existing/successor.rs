//! The commit that follows another: its objects, written, which nothing names yet.
//!
//! **Invariant:** it is made of what its parent holds, and only for an update that was worked out for
//! that.

use std::path::Path;

use super::{
    Repository,
    graft::graft,
    oid,
    parcel::Parcel,
    reference::Move,
    update::{Change, Changes, Means, Update, UpdateError, check_interrupt},
};
use crate::{
    program::ProgramError,
    repo::{
        commit::{CommitId, Words, signed},
        pack::Kind,
        sign::SignError,
    },
    tree::{Entry, Listing, RepoPath, TreeId},
};

impl Repository {
    /// Makes a commit on a new branch. Nothing else changes: neither `HEAD`, index nor files.
    ///
    /// # Errors
    /// If there is such a branch, or the commit can't be made.
    pub fn branch(
        &self,
        name: &str,
        update: &Update<'_>,
        means: &Means<'_>,
    ) -> Result<CommitId, UpdateError> {
        self.check_branch(name)?;
        let (commit, _) = self.write_commit(update, None, means)?;
        let (who, reference) = (update.words.committer, format!("refs/heads/{name}"));
        let message = format!("branch: Created from {}", update.parent);
        self.make_branch(name, &Move { name: &reference, old: None, new: commit, who, message })?;
        Ok(commit)
    }

    /// Writes the objects of an update: its blobs, its trees and its commit, which nothing names yet.
    /// In `home`, if there is one, the next run finds what a killed one leaves of them.
    pub(super) fn write_commit(
        &self,
        update: &Update<'_>,
        home: Option<&Path>,
        means: &Means<'_>,
    ) -> Result<(CommitId, Listing), UpdateError> {
        let committed = self.committed(update.parent)?;
        check_before(update.changes, &committed)?;
        let mut parcel = Parcel::new(&self.git)?;
        add_blobs(&mut parcel, update.changes);
        let parent = self.git.find_commit(oid(update.parent.0));
        let parent = parent.map_err(UpdateError::git("read the commit"))?;
        let changes = update.changes.iter();
        let changes = changes.map(|(path, it)| (path, it.after.as_ref().map(Entry::blob)));
        let tree =
            graft(&self.git, parent.tree_id(), changes, &mut |bytes| parcel.add(Kind::Tree, bytes));
        let tree = tree
            .map_err(|source| UpdateError::Git { doing: "make the tree of the commit", source })?;
        let text = sign(&update.words, tree, update.parent, means)?;
        let commit = CommitId(parcel.add(Kind::Commit, text.as_bytes()));
        check_interrupt(means)?;
        parcel.deliver(home)?;
        Ok((commit, committed))
    }
}

/// Checks that the update was worked out for what is there.
pub(super) fn check_before(changes: &Changes, there: &Listing) -> Result<(), UpdateError> {
    let is_other = |(path, it): &(&RepoPath, &Change)| there.files.get(*path) != it.before.as_ref();
    match changes.iter().find(is_other) {
        Some((path, _)) => Err(UpdateError::Changed(path.clone())),
        None => Ok(()),
    }
}

/// Adds the blobs of all files that are not in conflict.
pub(super) fn add_blobs(parcel: &mut Parcel<'_>, changes: &Changes) {
    for change in changes.values().filter(|it| it.sides.is_none() && it.moves()) {
        if let Some(entry) = &change.after {
            parcel.add(Kind::Blob, &entry.bytes);
        }
    }
}

/// The text of a commit, signed if it shall be.
pub(super) fn sign(
    words: &Words<'_>,
    tree: TreeId,
    parent: CommitId,
    means: &Means<'_>,
) -> Result<String, UpdateError> {
    let text = words.commit(tree, Some(parent));
    let Some(signer) = means.signer else { return Ok(text) };
    match signer.sign(&text, words.committer, means.interrupted) {
        Ok(signature) => Ok(signed(&text, &signature)),
        Err(SignError::Program(ProgramError::Interrupted)) => Err(UpdateError::Interrupted),
        Err(error) => Err(UpdateError::Sign(error)),
    }
}
