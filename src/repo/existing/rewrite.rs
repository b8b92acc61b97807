//! Writes files into a work tree, and nothing else: no commit, no index.
//!
//! **Invariant:** each file is written beside its place and renamed into it, so it is there whole, as
//! before or as after; no link is followed, and nothing but a file or a link is ever replaced.

use std::{
    ffi::OsStr,
    io::{self, Write as _},
    os::{
        fd::{AsFd as _, BorrowedFd},
        unix::ffi::OsStrExt as _,
    },
    path::PathBuf,
};

use rustix::{
    fs::{AtFlags, OFlags, mkdirat, openat, renameat, symlinkat, unlinkat},
    io::Errno,
};

use super::{Repository, attributes::Attributes, worktree::WorkTree};
use crate::tree::{Entry, Mode, RepoPath};

/// Why a file was not written; those before it were.
#[derive(Debug, thiserror::Error)]
pub enum RewriteError {
    /// A bare repository has no files.
    #[error("the repository is bare: it has no files")]
    Bare,
    /// A folder stands in its place, or a file or link in the place of a folder.
    #[error("`{0}` can't be written: something else is in its place")]
    InTheWay(RepoPath),
    /// The system says no.
    #[error("failed to write `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

const NEW: OFlags = OFlags::WRONLY
    .union(OFlags::CREATE)
    .union(OFlags::EXCL)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

impl Repository {
    /// Writes files with the line endings that `git checkout` would give them.
    ///
    /// # Errors
    /// At the first file that can't be written.
    pub fn rewrite(&self, files: &[(RepoPath, Entry)]) -> Result<(), RewriteError> {
        let root = self.root().ok_or(RewriteError::Bare)?;
        let failed = |path: PathBuf| move |source| RewriteError::Write { path, source };
        let mut tree = WorkTree::open(root).map_err(failed(root.to_owned()))?;
        let attributes = Attributes::present(&self.git);
        for (path, entry) in files {
            let written = match entry.mode {
                Mode::Link => write(&mut tree, path, entry.mode, &entry.bytes),
                Mode::File | Mode::Executable => {
                    let bytes = attributes.ending(path).to_work_tree(&entry.bytes);
                    write(&mut tree, path, entry.mode, &bytes)
                }
            };
            written.map_err(|source| match is_in_the_way(&source) {
                true => RewriteError::InTheWay(path.clone()),
                false => failed(root.join(path))(source),
            })?;
        }
        Ok(())
    }
}

fn write(tree: &mut WorkTree, path: &RepoPath, mode: Mode, bytes: &[u8]) -> io::Result<()> {
    for folder in path.folders() {
        let (around, name) = tree.parent(folder.as_bytes())?;
        match mkdirat(around, name, 0o777.into()) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let (folder, name) = tree.parent(path.as_str().as_bytes())?;
    let beside = format!(".flagstone-{}", std::process::id());
    let beside = OsStr::new(&beside);
    let made = make(folder, beside, mode, bytes);
    let written = made.and_then(|()| Ok(renameat(folder, beside, folder, name)?));
    if written.is_err() {
        // It may not even be there.
        let _ = unlinkat(folder, beside, AtFlags::empty());
    }
    written
}

fn make(folder: BorrowedFd<'_>, name: &OsStr, mode: Mode, bytes: &[u8]) -> io::Result<()> {
    let rights = match mode {
        Mode::Link => return Ok(symlinkat(OsStr::from_bytes(bytes), folder.as_fd(), name)?),
        Mode::File => 0o666,
        Mode::Executable => 0o777,
    };
    let file = openat(folder, name, NEW, rights.into())?;
    std::fs::File::from(file).write_all(bytes)
}

/// Whether the system says that something of another kind is at the path or on the way to it.
fn is_in_the_way(error: &io::Error) -> bool {
    let known = [Errno::ISDIR, Errno::NOTDIR, Errno::LOOP, Errno::MLINK, Errno::NOTEMPTY];
    error.raw_os_error().is_some_and(|it| known.iter().any(|known| known.raw_os_error() == it))
}
