//! Moves files between a work tree and the store beside it.
//!
//! **Invariant:** nothing is ever replaced: a file that is in the way makes a move fail.

use std::{
    ffi::OsStr,
    fs, io,
    os::fd::{AsFd as _, BorrowedFd, OwnedFd},
    path::{Path, PathBuf},
};

use rustix::{
    fs::{AtFlags, CWD, RenameFlags, chmodat, mkdirat, renameat, renameat_with, statat, unlinkat},
    io::Errno,
};

use super::{
    store::Store,
    update::UpdateError,
    worktree::{Seen, WorkTree, open_folder},
};
use crate::tree::RepoPath;

/// An open work tree, and the store of its files on their way.
pub(super) struct Transfer {
    root: PathBuf,
    tree: WorkTree,
    new: OwnedFd,
    old: OwnedFd,
}

impl Transfer {
    pub(super) fn open(root: &Path, store: &Store) -> Result<Self, UpdateError> {
        let open = |path: PathBuf| open_folder(&path).map_err(UpdateError::write(path));
        let tree = WorkTree::open(root).map_err(UpdateError::write(root))?;
        let (new, old) = (open(store.new_files())?, open(store.old_files())?);
        Ok(Self { root: root.to_owned(), tree, new, old })
    }

    /// What is at a path of the work tree.
    pub(super) fn look(&mut self, path: &RepoPath) -> Result<Option<Seen>, UpdateError> {
        let seen = self.tree.look(path.as_str().as_bytes());
        seen.map_err(UpdateError::write(self.root.join(path)))
    }

    /// What is at a folder's path.
    pub(super) fn look_at(&mut self, folder: &str) -> Result<Option<Seen>, UpdateError> {
        let seen = self.tree.look(folder.as_bytes());
        seen.map_err(UpdateError::write(self.root.join(folder)))
    }

    /// The new file of this number, if it still waits in the store.
    pub(super) fn waiting(&self, number: usize) -> Result<Option<Seen>, UpdateError> {
        self.stored(self.new.as_fd(), number)
    }

    /// The old file of this number, if it is in the store.
    pub(super) fn backup(&self, number: usize) -> Result<Option<Seen>, UpdateError> {
        self.stored(self.old.as_fd(), number)
    }

    fn stored(&self, folder: BorrowedFd<'_>, number: usize) -> Result<Option<Seen>, UpdateError> {
        match statat(folder, number.to_string(), AtFlags::SYMLINK_NOFOLLOW) {
            Ok(status) => Ok(Some(Seen::from(status))),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(UpdateError::write(&self.root)(error.into())),
        }
    }

    pub(super) fn has_new(&self, number: usize) -> Result<bool, UpdateError> {
        Ok(self.waiting(number)?.is_some())
    }

    pub(super) fn has_old(&self, number: usize) -> Result<bool, UpdateError> {
        Ok(self.backup(number)?.is_some())
    }

    /// Moves the file at `path` into the store.
    pub(super) fn take_old(&mut self, number: usize, path: &RepoPath) -> Result<(), UpdateError> {
        let (folder, name) = at(&mut self.tree, &self.root, path)?;
        let moved = move_new(folder, name, self.old.as_fd(), number.to_string().as_ref());
        moved.map_err(UpdateError::write(self.root.join(path)))
    }

    /// Moves the new file of this number to its place.
    pub(super) fn put_new(&mut self, number: usize, path: &RepoPath) -> Result<(), UpdateError> {
        let (folder, name) = at(&mut self.tree, &self.root, path)?;
        let moved = move_new(self.new.as_fd(), number.to_string().as_ref(), folder, name);
        moved.map_err(UpdateError::write(self.root.join(path)))
    }

    /// Moves the old file of this number back to its place.
    pub(super) fn put_old(&mut self, number: usize, path: &RepoPath) -> Result<(), UpdateError> {
        let (folder, name) = at(&mut self.tree, &self.root, path)?;
        let moved = move_new(self.old.as_fd(), number.to_string().as_ref(), folder, name);
        moved.map_err(UpdateError::write(self.root.join(path)))
    }

    /// Removes the file at `path`.
    pub(super) fn remove(&mut self, path: &RepoPath) -> Result<(), UpdateError> {
        let (folder, name) = at(&mut self.tree, &self.root, path)?;
        let removed = unlinkat(folder, name, AtFlags::empty()).map_err(io::Error::from);
        removed.map_err(UpdateError::write(self.root.join(path)))
    }

    /// Removes a folder, if it is empty. One that stays is worth a second try, but no failure of all.
    pub(super) fn remove_folder(&mut self, folder: &str) -> io::Result<()> {
        self.remove_folder_once(folder).or_else(|_| self.remove_folder_once(folder))
    }

    fn remove_folder_once(&mut self, folder: &str) -> io::Result<()> {
        let (around, name) = self.tree.parent(folder.as_bytes())?;
        let removed = unlinkat(around, name, AtFlags::REMOVEDIR);
        self.tree.forget();
        Ok(removed?)
    }

    /// Makes the folders on the way to `path` that are missing, some with rights that they had before.
    pub(super) fn make_folders(
        &mut self,
        path: &RepoPath,
        rights: &[(u32, RepoPath)],
    ) -> Result<(), UpdateError> {
        for folder in path.folders() {
            self.make_folder(folder, rights).map_err(UpdateError::write(self.root.join(folder)))?;
        }
        Ok(())
    }

    fn make_folder(&mut self, folder: &str, rights: &[(u32, RepoPath)]) -> io::Result<()> {
        let (around, name) = self.tree.parent(folder.as_bytes())?;
        match mkdirat(around, name, 0o777.into()) {
            Err(Errno::EXIST) => return Ok(()),
            result => result?,
        }
        if let Some((rights, _)) = rights.iter().find(|(_, it)| it.as_str() == folder) {
            chmodat(around, name, (*rights).into(), AtFlags::empty())?;
        }
        Ok(())
    }

    /// Moves whatever is at `path` into a folder elsewhere.
    pub(super) fn keep(&mut self, path: &RepoPath, place: &Path) -> Result<(), UpdateError> {
        let target = place.join(path.file_name());
        let (folder, name) = at(&mut self.tree, &self.root, path)?;
        let moved = match renameat(folder, name, CWD, &target) {
            Err(Errno::XDEV) => self.copy(path, &target),
            result => result.map_err(io::Error::from),
        };
        self.tree.forget();
        moved.map_err(UpdateError::write(target))
    }

    /// To another disk there is no rename.
    fn copy(&mut self, path: &RepoPath, target: &Path) -> io::Result<()> {
        let bytes = path.as_str().as_bytes();
        let Some((_, entry)) = self.tree.read(bytes)? else {
            return Err(io::Error::other("is no file, and on another disk"));
        };
        fs::write(target, &entry.bytes)?;
        let (folder, name) = self.tree.parent(bytes)?;
        Ok(unlinkat(folder, name, AtFlags::empty())?)
    }
}

fn at<'t, 'p>(
    tree: &'t mut WorkTree,
    root: &Path,
    path: &'p RepoPath,
) -> Result<(BorrowedFd<'t>, &'p OsStr), UpdateError> {
    tree.parent(path.as_str().as_bytes()).map_err(UpdateError::write(root.join(path)))
}

/// Renames without replacing anything; where the file system can't promise it, nobody else writes
/// there between a look and the rename.
fn move_new(
    from: BorrowedFd<'_>,
    name: &OsStr,
    to: BorrowedFd<'_>,
    target: &OsStr,
) -> io::Result<()> {
    match renameat_with(from, name, to, target, RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            if statat(to, target, AtFlags::SYMLINK_NOFOLLOW).is_ok() {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            Ok(renameat(from, name, to, target)?)
        }
        result => Ok(result?),
    }
}
