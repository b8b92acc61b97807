//! Brings changes into a work tree and its index, and then to a commit.
//!
//! **Invariants:** all or nothing: an error undoes what was done, and what a killed run leaves is
//! undone or finished by the next one.

use std::path::Path;

use super::{
    parcel::Parcel,
    preflight::Footprint,
    record::{Aim, Moved, Record},
    reference::Move,
    run::Run,
    successor::{add_blobs, check_before},
    update::{Change, Changes, Means, Update, UpdateError},
    work::{IndexUse, Work},
    worktree::WorkTree,
};
use crate::{repo::commit::CommitId, tree::RepoPath};

impl Run<'_> {
    /// Makes a commit on the branch that `HEAD` is on, with its files in the work tree.
    ///
    /// # Errors
    /// Whatever is in the way; then nothing has changed.
    pub fn commit(&self, update: &Update<'_>, means: &Means<'_>) -> Result<CommitId, UpdateError> {
        let home = self.claim()?;
        let landed = self.commit_inside(&home, update, means);
        self.settle(&home, landed)
    }

    fn commit_inside(
        &self,
        home: &Path,
        update: &Update<'_>,
        means: &Means<'_>,
    ) -> Result<CommitId, UpdateError> {
        let reference = self.repository.reference_at(update.parent)?;
        let moved = self.marked(update.changes)?;
        self.repository.preflight_inside(&Footprint::of(update.changes))?;
        let (commit, committed) = self.repository.write_commit(update, Some(home), means)?;
        let aim = Aim::Commit { reference: reference.clone(), commit };
        let record = Record { moved, ..Record::new(aim) };
        let work = Work { run: self, home, changes: update.changes, committed: &committed };
        work.carry_out(record, IndexUse::Staged, means)?;
        let message = format!("commit: {}", update.words.subject());
        let (old, who) = (Some(update.parent), update.words.committer);
        let step = Move { name: &reference, old, new: commit, who, message };
        self.repository.move_reference(home, &step)?;
        Ok(commit)
    }

    /// Writes files into the work tree, whatever git knows of them.
    ///
    /// # Errors
    /// If a file is not as `before` says, or whatever is in the way; then nothing has changed.
    pub fn write_files(
        &self,
        changes: &Changes,
        index: IndexUse,
        means: &Means<'_>,
    ) -> Result<(), UpdateError> {
        let home = self.claim()?;
        let written = self.write_files_inside(&home, changes, index, means);
        self.settle(&home, written)
    }

    fn write_files_inside(
        &self,
        home: &Path,
        changes: &Changes,
        index: IndexUse,
        means: &Means<'_>,
    ) -> Result<(), UpdateError> {
        let moved = self.marked(changes)?;
        self.repository.look_at_ways(&Footprint::of(changes))?;
        let paths: Vec<_> = changes.keys().collect();
        let present = self.repository.present(&paths)?.listing;
        check_before(changes, &present)?;
        if index == IndexUse::Staged {
            let mut parcel = Parcel::new(&self.repository.git)?;
            add_blobs(&mut parcel, changes);
            parcel.deliver(Some(home))?;
        }
        let record = Record { moved, ..Record::new(Aim::Files) };
        let work = Work { run: self, home, changes, committed: &present };
        work.carry_out(record, index, means)?;
        Record::close(home).map_err(UpdateError::write(home))
    }

    /// The files that move, with what tells later whether somebody else has touched them.
    pub(super) fn marked(&self, changes: &Changes) -> Result<Vec<Moved>, UpdateError> {
        let mut tree = WorkTree::open(&self.root).map_err(UpdateError::write(&self.root))?;
        let moving = changes.iter().filter(|(_, change)| change.moves());
        let mark = |(path, change): (&RepoPath, &Change)| {
            let seen = tree.look(path.as_str().as_bytes());
            let seen = seen.map_err(UpdateError::write(self.root.join(path)))?;
            let old = seen.filter(|it| change.before.is_some() && it.mode().is_some());
            if old.is_none() && change.before.is_some() {
                return Err(UpdateError::Changed(path.clone()));
            }
            let old = old.map(|it| it.mark());
            Ok(Moved { path: path.clone(), old, new: None })
        };
        moving.map(mark).collect()
    }
}
