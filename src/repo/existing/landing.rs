//! Brings changes into a work tree and its index, and then to a commit.
//!
//! **Invariants:** all or nothing: an error undoes what was done, and what a killed run leaves is
//! undone or finished by the next one. While files move, git's own lock on the index is held, so no
//! git command can commit what is half done.

use std::{borrow::Cow, collections::BTreeSet, fs, path::Path, sync::atomic::Ordering};

use super::{
    Repository,
    attributes::Attributes,
    graft::graft,
    oid,
    parcel::Parcel,
    preflight::Footprint,
    record::{Aim, Moved, Record},
    reference::Move,
    restore::OLD_INDEX,
    run::Run,
    staging::Staging,
    store::Store,
    transfer::Transfer,
    update::{Change, Changes, Means, Update, UpdateError},
    worktree::Mark,
};
use crate::{
    program::ProgramError,
    repo::{
        commit::{CommitId, Words, signed},
        files::{Folder, two_seconds_ago},
        objects::BATCH,
        pack::Kind,
        parallel::in_parallel,
        sign::SignError,
    },
    tree::{BlobId, Entry, Listing, Mode, RepoPath, TreeId},
};

/// What becomes of the index when files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexUse {
    /// It keeps what it has: git shows the files as changed, or no longer so.
    AsItIs,
    /// It has the files as they are written.
    Staged,
}

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
        if !git2::Branch::name_is_valid(name).unwrap_or(false) {
            return Err(UpdateError::Branch(name.to_owned()));
        }
        self.check_free(name)?;
        let (commit, _) = self.write_commit(update, means)?;
        let (who, reference) = (update.words.committer, format!("refs/heads/{name}"));
        let message = format!("branch: Created from {}", update.parent);
        self.make_branch(name, &Move { name: &reference, old: None, new: commit, who, message })?;
        Ok(commit)
    }

    /// Writes the objects of an update: its blobs, its trees and its commit, which nothing names yet.
    pub(super) fn write_commit(
        &self,
        update: &Update<'_>,
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
        parcel.deliver()?;
        Ok((commit, committed))
    }
}

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
        let (commit, committed) = self.repository.write_commit(update, means)?;
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
            parcel.deliver()?;
        }
        let record = Record { moved, ..Record::new(Aim::Files) };
        let work = Work { run: self, home, changes, committed: &present };
        work.carry_out(record, index, means)
    }

    /// Makes the folder for what is about to be done, and takes git's lock on the index.
    pub(super) fn claim(&self) -> Result<std::path::PathBuf, UpdateError> {
        let home = self.repository.update_folder();
        fs::create_dir(&home).map_err(UpdateError::write(&home))?;
        match self.lock(&home) {
            Ok(()) => Ok(home),
            Err(error) => {
                // The next run removes what is left.
                let _ = self.close(&home);
                Err(error)
            }
        }
    }

    /// Ends what was done in `home`: a failure is undone.
    pub(super) fn settle<T>(
        &self,
        home: &Path,
        result: Result<T, UpdateError>,
    ) -> Result<T, UpdateError> {
        match result {
            Ok(value) => {
                // It is done; what can't be removed now is swept by the next run.
                let _ = self.close(home);
                Ok(value)
            }
            Err(error) => match self.end_update(home) {
                Ok(_) => Err(error),
                Err(undoing) => {
                    let (undoing, source) = (Box::new(undoing), Box::new(error));
                    Err(UpdateError::HalfWay { undoing, source })
                }
            },
        }
    }

    /// The files that move, with what tells later whether somebody else has touched them.
    pub(super) fn marked(&self, changes: &Changes) -> Result<Vec<Moved>, UpdateError> {
        let mut tree =
            super::worktree::WorkTree::open(&self.root).map_err(UpdateError::write(&self.root))?;
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

/// Files on their way into a work tree.
pub(super) struct Work<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) home: &'a Path,
    pub(super) changes: &'a Changes,
    /// What is there before.
    pub(super) committed: &'a Listing,
}

impl Work<'_> {
    /// Writes the new files, writes down what is about to happen, and lets it happen.
    pub(super) fn carry_out(
        &self,
        mut record: Record,
        index: IndexUse,
        means: &Means<'_>,
    ) -> Result<(), UpdateError> {
        let root = &self.run.root;
        let store = Store::make(self.home, root).map_err(UpdateError::write(self.home))?;
        self.write_new(&store, &record.moved, means)?;
        let mut transfer = Transfer::open(root, &store)?;
        self.complete(&mut record, &mut transfer)?;
        self.keep_index()?;
        check_interrupt(means)?;
        record.write(self.home).map_err(UpdateError::write(self.home))?;
        move_files(&record, &mut transfer)?;
        self.write_index(index, &mut transfer)
    }

    /// Writes every new file into the store, as `git checkout` would write it.
    fn write_new(
        &self,
        store: &Store,
        moved: &[Moved],
        means: &Means<'_>,
    ) -> Result<(), UpdateError> {
        let attributes = self.attributes()?;
        let mut files = Vec::new();
        for (number, Moved { path, .. }) in moved.iter().enumerate() {
            let Some(entry) = self.changes.get(path).and_then(|it| it.after.as_ref()) else {
                continue;
            };
            let bytes = match entry.mode {
                Mode::Link => Cow::Borrowed(&*entry.bytes),
                Mode::File | Mode::Executable => attributes.ending(path).to_work_tree(&entry.bytes),
            };
            files.push((number.to_string(), path, entry.mode, bytes));
        }
        let path = store.new_files();
        let folder = Folder::open(&path).map_err(UpdateError::write(path))?;
        let (past, root) = (two_seconds_ago(), &self.run.root);
        let batches: Vec<_> = files.chunks(BATCH).collect();
        let write = |(): &mut (), batch: &&[(String, &RepoPath, Mode, Cow<'_, [u8]>)]| {
            check_interrupt(means)?;
            batch.iter().try_for_each(|(name, path, mode, bytes)| {
                let written = folder.write_file(name, *mode, bytes, &past);
                written.map(drop).map_err(UpdateError::write(root.join(path)))
            })
        };
        in_parallel(means.threads, &batches, || (), write)?;
        Ok(())
    }

    /// The attributes that will hold afterwards.
    fn attributes(&self) -> Result<Attributes<'_>, UpdateError> {
        let is_ours = |path: &RepoPath| path.file_name() == ".gitattributes";
        let mut files: std::collections::BTreeMap<_, BlobId> = self
            .committed
            .files
            .iter()
            .filter(|(path, _)| is_ours(path))
            .map(|(path, blob)| (path, blob.id))
            .collect();
        for (path, change) in self.changes.iter().filter(|(path, _)| is_ours(path)) {
            match (&change.sides, &change.after) {
                (Some(_), _) => {}
                (None, Some(entry)) => drop(files.insert(path, entry.blob_id())),
                (None, None) => drop(files.remove(path)),
            }
        }
        let files: Vec<_> = files.into_iter().collect();
        Attributes::future(&self.run.repository.git, &files)
            .map_err(UpdateError::git("read `.gitattributes`"))
    }

    /// Adds what the new files and the folders on the way look like.
    fn complete(&self, record: &mut Record, transfer: &mut Transfer) -> Result<(), UpdateError> {
        let mut kept = BTreeSet::new();
        let mut left = BTreeSet::new();
        for (number, moved) in record.moved.iter_mut().enumerate() {
            moved.new = transfer.waiting(number)?.map(|it| it.mark());
            let folders = if moved.new.is_some() { &mut kept } else { &mut left };
            folders.extend(moved.path.folders().map(str::to_owned));
        }
        let parsed = |folder: &String| RepoPath::parse(folder).ok();
        for folder in &kept {
            if !transfer.look_at(folder)?.is_some_and(|it| it.is_folder()) {
                record.made.extend(parsed(folder));
            }
        }
        for folder in left.difference(&kept) {
            let seen = transfer.look_at(folder)?.filter(|it| it.is_folder());
            let rights = seen.map(|it| it.rights());
            record.emptied.extend(rights.zip(parsed(folder)));
        }
        let moving: BTreeSet<_> = record.moved.iter().map(|it| &it.path).collect();
        let still = self.changes.keys().filter(|path| !moving.contains(path));
        record.staged = still.cloned().collect();
        Ok(())
    }

    /// Gives the index a second name: git replaces the file, never its bytes.
    fn keep_index(&self) -> Result<(), UpdateError> {
        let (now, old) = (self.run.repository.index_file(), self.home.join(OLD_INDEX));
        super::store::absent_is_fine(fs::hard_link(now, &old)).map_err(UpdateError::write(old))
    }

    fn write_index(&self, index: IndexUse, transfer: &mut Transfer) -> Result<(), UpdateError> {
        let (now, new) = (self.run.repository.index_file(), self.home.join("index.new"));
        let failed = || UpdateError::git("write git's index");
        let mut staging = Staging::copy(&now, &new).map_err(failed())?;
        let mut fresh = BTreeSet::new();
        for (path, change) in self.changes {
            let bytes = path.as_str().as_bytes();
            let after = change.after.as_ref().map(Entry::blob);
            if index == IndexUse::AsItIs && (after.is_none() || staging.blob(bytes) != after) {
                continue;
            }
            staging.remove(bytes).map_err(failed())?;
            if let Some(sides) = change.sides {
                for (stage, blob) in sides.stages() {
                    staging.add(path, stage, blob, None).map_err(failed())?;
                }
            } else if let Some(blob) = after {
                let stat = transfer.look(path)?.map(|it| it.stat());
                staging.add(path, 0, blob, stat).map_err(failed())?;
                fresh.insert(bytes);
            }
        }
        staging.write(&fresh, self.run.repository).map_err(failed())?;
        fs::rename(new, &now).map_err(UpdateError::write(now))
    }
}

/// Old files out, empty folders away, new files in.
fn move_files(record: &Record, transfer: &mut Transfer) -> Result<(), UpdateError> {
    for (number, moved) in record.moved.iter().enumerate() {
        let Some(old) = moved.old else { continue };
        transfer.take_old(number, &moved.path)?;
        let now: Option<Mark> = transfer.backup(number)?.map(|it| it.mark());
        if now != Some(old) {
            return Err(UpdateError::Changed(moved.path.clone()));
        }
    }
    for (_, folder) in record.emptied.iter().rev() {
        // One that holds something else stays.
        let _ = transfer.remove_folder(folder.as_str());
    }
    for (number, moved) in record.moved.iter().enumerate() {
        if moved.new.is_some() {
            transfer.make_folders(&moved.path, &[])?;
            transfer.put_new(number, &moved.path)?;
        }
    }
    Ok(())
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

fn check_interrupt(means: &Means<'_>) -> Result<(), UpdateError> {
    match means.interrupted.load(Ordering::Relaxed) {
        true => Err(UpdateError::Interrupted),
        false => Ok(()),
    }
}
