//! The mark that one run holds while it changes a repository, and the end of what dead runs began.
//!
//! **Invariants:** one run at a time a work tree: the kernel gives the mark back when its holder dies.
//! Whoever gets it finds a repository as before or as after some run, never between.

use std::{
    fs::{self, File, TryLockError},
    io,
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use rustix::fs::OFlags;

use super::{
    Repository,
    record::{Aim, Record},
    store::{Store, remove},
    update::UpdateError,
};
use crate::{repo::commit::CommitId, tree::RepoPath};

/// A run that may change the repository.
pub struct Run<'a> {
    pub(super) repository: &'a Repository,
    pub(super) root: PathBuf,
    recovered: Recovered,
    mark: File,
}

/// What a run found of the one before it, and did about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recovered {
    /// What was begun, and whether it now is as before or as after.
    pub ending: Option<Ending>,
    /// Files that were changed by hand in between, and where they are kept.
    pub kept: Vec<Kept>,
}

/// How something that was cut off has ended now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Everything is as it was before.
    Undone,
    /// Everything is as it was to be.
    Finished,
    /// The user has ended it with git's own commands.
    EndedByGit,
}

/// A file that was in the way of undoing something: nothing is thrown away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Where it was.
    pub path: RepoPath,
    /// Where it is now.
    pub at: PathBuf,
}

/// An update that left conflicts, and waits for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// The commit that `CHERRY_PICK_HEAD` names.
    pub theirs: CommitId,
    /// The commit that it changes.
    pub parent: CommitId,
}

impl Repository {
    /// Takes the mark, and ends what a dead run has begun.
    ///
    /// # Errors
    /// If another run holds the mark, or what a dead run has begun can't be ended.
    pub fn begin(&self) -> Result<Run<'_>, UpdateError> {
        let root = self.root().ok_or(UpdateError::Bare)?.to_owned();
        let folder = self.own_folder();
        fs::create_dir_all(&folder).map_err(UpdateError::write(&folder))?;
        // What a link leads to is not ours, and would be swept.
        for folder in [&folder, &self.update_folder(), &self.pending_folder()] {
            if folder.is_symlink() {
                let source = io::Error::other("it is a link");
                return Err(UpdateError::Write { path: folder.clone(), source });
            }
        }
        let path = folder.join(MARK);
        let mark = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
            .open(&path);
        let mark = mark.map_err(UpdateError::write(&path))?;
        match mark.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(UpdateError::Busy),
            Err(TryLockError::Error(source)) => return Err(UpdateError::Write { path, source }),
        }
        let recovered = Recovered::default();
        let mut run = Run { repository: self, root, recovered, mark };
        run.recover()?;
        Ok(run)
    }

    /// The update with conflicts that is under way.
    pub fn pending(&self) -> Option<Pending> {
        let record = Record::read(&self.pending_folder()).ok()??;
        let Aim::Conflict { theirs, parent } = record.aim else { return None };
        (self.picked() == Some(theirs)).then_some(Pending { theirs, parent })
    }

    /// What `CHERRY_PICK_HEAD` names.
    pub(super) fn picked(&self) -> Option<CommitId> {
        let text = fs::read_to_string(self.git_folder().join("CHERRY_PICK_HEAD")).ok()?;
        CommitId::parse(text.trim_end())
    }

    /// Our own folder in git's.
    pub(super) fn own_folder(&self) -> PathBuf {
        self.git_folder().join("flagstone")
    }

    /// Where a run keeps what it is doing.
    pub(super) fn update_folder(&self) -> PathBuf {
        self.own_folder().join("update")
    }

    /// Where it is kept while conflicts wait for people.
    pub(super) fn pending_folder(&self) -> PathBuf {
        self.own_folder().join("pending")
    }

    pub(super) fn lock_file(&self) -> PathBuf {
        self.git_folder().join("index.lock")
    }
}

const MARK: &str = "lock";
/// The commit that is about to end an update with conflicts.
pub(super) const CONTINUED: &str = "continued";
/// Says that an update with conflicts is being undone.
pub(super) const ABORTED: &str = "aborted";
/// The file that is git's lock on the index while we work, by a second name.
const LOCK: &str = "index.lock";

/// Whether some run is at work.
pub(super) fn is_held(repository: &Repository) -> bool {
    let Ok(mark) = File::options().write(true).open(repository.own_folder().join(MARK)) else {
        return false;
    };
    let is_held = matches!(mark.try_lock_shared(), Err(TryLockError::WouldBlock));
    // Closing would not do while a program that was just started still has the file.
    let _ = mark.unlock();
    is_held
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        let _ = self.mark.unlock();
    }
}

impl Run<'_> {
    /// What was found of the run before, and done about it.
    pub fn recovered(&self) -> &Recovered {
        &self.recovered
    }

    fn recover(&mut self) -> Result<(), UpdateError> {
        let update = self.repository.update_folder();
        if update.exists() {
            self.recovered = self.end_update(&update)?;
        }
        let pending = self.repository.pending_folder();
        if pending.exists()
            && let Some(recovered) = self.end_pending(&pending)?
        {
            self.recovered = recovered;
        }
        Ok(())
    }

    /// Finishes an update whose commit is there, and undoes any other.
    pub(super) fn end_update(&self, home: &Path) -> Result<Recovered, UpdateError> {
        let mut recovered = Recovered::default();
        if let Some(record) = self.record(home)? {
            let is_done = match &record.aim {
                Aim::Commit { reference, commit } => self.has_moved(home, reference, *commit)?,
                Aim::Conflict { .. } | Aim::Files => false,
            };
            recovered.ending = Some(if is_done { Ending::Finished } else { Ending::Undone });
            if !is_done {
                recovered.kept = self.restore(&record, home)?;
            }
            if let Aim::Conflict { theirs, .. } = record.aim {
                self.forget_pick(theirs, home)?;
            }
        }
        self.close(home)?;
        Ok(recovered)
    }

    /// Ends an update with conflicts that was being continued or undone, or that the user has ended
    /// with git's own commands; nothing, if it still waits for people.
    pub(super) fn end_pending(&self, home: &Path) -> Result<Option<Recovered>, UpdateError> {
        let mut recovered = Recovered::default();
        if let Some(record) = self.record(home)?
            && let Aim::Conflict { theirs, .. } = record.aim
        {
            recovered.ending = if home.join(ABORTED).exists() {
                recovered.kept = self.restore(&record, home)?;
                Some(Ending::Undone)
            } else if self.is_continued(home)? {
                Some(Ending::Finished)
            } else if self.repository.picked() != Some(theirs) {
                Some(Ending::EndedByGit)
            } else {
                self.unlock(home)?;
                return Ok(None);
            };
            self.forget_pick(theirs, home)?;
        }
        self.close(home)?;
        Ok(Some(recovered))
    }

    /// Whether the commit that ends an update with conflicts has come about.
    fn is_continued(&self, home: &Path) -> Result<bool, UpdateError> {
        let path = home.join(CONTINUED);
        let Ok(text) = fs::read_to_string(&path) else { return Ok(false) };
        if let Some(commit) = CommitId::parse(text.trim_end())
            && self.has_moved(home, &self.repository.head_reference()?, commit)?
        {
            return Ok(true);
        }
        fs::remove_file(&path).map_err(UpdateError::write(path))?;
        Ok(false)
    }

    /// Whether a reference names a commit that a run has made; then its log says so too.
    fn has_moved(&self, home: &Path, name: &str, commit: CommitId) -> Result<bool, UpdateError> {
        self.repository.unlock_reference(home, name)?;
        let has_moved = self.repository.has_reached(name, commit);
        if has_moved {
            self.repository.log_move(home, name)?;
        }
        Ok(has_moved)
    }

    pub(super) fn record(&self, home: &Path) -> Result<Option<Record>, UpdateError> {
        Record::read(home).map_err(UpdateError::write(home))
    }

    /// Takes git's lock on the index: no git command changes the index or commits while it is held.
    /// It has a second name in `home`, by which the next run knows that it is ours.
    pub(super) fn lock(&self, home: &Path) -> Result<(), UpdateError> {
        let (own, lock) = (home.join(LOCK), self.repository.lock_file());
        fs::write(&own, "").map_err(UpdateError::write(&own))?;
        match fs::hard_link(&own, &lock) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(UpdateError::Locked(lock))
            }
            result => result.map_err(UpdateError::write(lock)),
        }
    }

    /// Gives git's lock back, if it is ours.
    pub(super) fn unlock(&self, home: &Path) -> Result<(), UpdateError> {
        let lock = self.repository.lock_file();
        let inode = |path: &Path| fs::symlink_metadata(path).map(|it| (it.dev(), it.ino())).ok();
        let own = inode(&home.join(LOCK));
        if own.is_some() && own == inode(&lock) {
            fs::remove_file(&lock).map_err(UpdateError::write(&lock))?;
        }
        Ok(())
    }

    /// Ends what `home` is for: first the record goes, then git's lock, then all the rest.
    pub(super) fn close(&self, home: &Path) -> Result<(), UpdateError> {
        Record::close(home).map_err(UpdateError::write(home))?;
        self.unlock(home)?;
        let store = Store::of(home, &self.root);
        store.remove().map_err(UpdateError::write(store.folder()))?;
        remove(home).map_err(UpdateError::write(home))
    }
}
