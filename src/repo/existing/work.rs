//! Files and an index on their way into a work tree.
//!
//! **Invariants:** all new files are written, and what is about to happen is written down, before the
//! first file of the user's moves. Then files come and go by renames alone, and the index last.

use std::{borrow::Cow, collections::BTreeSet, fs, path::Path};

use super::{
    attributes::Attributes,
    record::{Moved, Record},
    restore::OLD_INDEX,
    run::Run,
    staging::Staging,
    store::Store,
    transfer::Transfer,
    update::{Changes, Means, UpdateError, check_interrupt},
    worktree::Mark,
};
use crate::{
    repo::{
        files::{Folder, two_seconds_ago},
        objects::BATCH,
        parallel::in_parallel,
    },
    tree::{BlobId, Entry, Listing, Mode, RepoPath},
};

/// What becomes of the index when files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexUse {
    /// It keeps what it has: git shows the files as changed, or no longer so.
    AsItIs,
    /// It has the files as they are written.
    Staged,
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
