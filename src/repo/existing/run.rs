//! The mark that one run holds while it changes a repository, and the end of what dead runs began.
//!
//! **Invariants:** one run at a time a work tree: the kernel gives the mark back when its holder dies.
//! Whoever gets it finds a repository as before or as after some run, never between.

use std::{
    fs::{self, File, TryLockError},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use rustix::fs::OFlags;

use super::{
    ReadError, Repository,
    record::{Aim, Record},
    reference,
    store::{PUT, absent_is_fine, is_there, read},
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

    /// Ends what a dead run has begun; nothing, if there is no trace of one.
    ///
    /// # Errors
    /// As [`Repository::begin`].
    pub fn recover(&self) -> Result<Option<Recovered>, UpdateError> {
        match is_there(&self.update_folder())? || is_there(&self.pending_folder())? {
            true => Ok(Some(self.begin()?.recovered().clone())),
            false => Ok(None),
        }
    }

    /// The update with conflicts that is under way.
    ///
    /// # Errors
    /// If that can't be told.
    pub fn pending(&self) -> Result<Option<Pending>, ReadError> {
        let home = self.pending_folder();
        let record = Record::read(&home).map_err(ReadError::file(&home))?;
        let Some(Aim::Conflict { theirs, parent }) = record.map(|it| it.aim) else {
            return Ok(None);
        };
        Ok((self.picked()? == Some(theirs)).then_some(Pending { theirs, parent }))
    }

    /// What `CHERRY_PICK_HEAD` names.
    pub(super) fn picked(&self) -> Result<Option<CommitId>, ReadError> {
        let text = read(&self.git_folder().join("CHERRY_PICK_HEAD"))?;
        Ok(text.and_then(|it| CommitId::parse(str::from_utf8(&it).ok()?.trim_end())))
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
        if is_there(&update)? {
            self.recovered = self.end_update(&update)?;
        }
        let pending = self.repository.pending_folder();
        if is_there(&pending)?
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
            recovered.ending = if is_there(&home.join(ABORTED))? {
                recovered.kept = self.restore(&record, home)?;
                Some(Ending::Undone)
            } else if self.is_continued(home)? {
                Some(Ending::Finished)
            } else if self.repository.picked()? != Some(theirs) {
                Some(Ending::EndedByGit)
            } else {
                self.unlock(home)?;
                self.forget_attempt(home)?;
                return Ok(None);
            };
            self.forget_pick(theirs, home)?;
        }
        self.close(home)?;
        Ok(Some(recovered))
    }

    /// Removes what an end that did not come about has left beside the record.
    fn forget_attempt(&self, home: &Path) -> Result<(), UpdateError> {
        for name in [PUT, reference::LOCK, reference::LOG] {
            let path = home.join(name);
            absent_is_fine(fs::remove_file(&path)).map_err(UpdateError::write(path))?;
        }
        Ok(())
    }

    /// Whether the commit that ends an update with conflicts has come about.
    fn is_continued(&self, home: &Path) -> Result<bool, UpdateError> {
        let path = home.join(CONTINUED);
        let Some(text) = read(&path)? else { return Ok(false) };
        if let Some(commit) =
            str::from_utf8(&text).ok().and_then(|it| CommitId::parse(it.trim_end()))
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
        let has_moved = self.repository.has_reached(name, commit)?;
        if has_moved {
            self.repository.log_move(home, name)?;
        }
        Ok(has_moved)
    }

    pub(super) fn record(&self, home: &Path) -> Result<Option<Record>, UpdateError> {
        Record::read(home).map_err(UpdateError::write(home))
    }
}
