//! The folder of a work tree, and the files in it.
//!
//! **Invariant:** every path is walked folder by folder from the open root, and no link is followed on
//! the way or at the end. So nothing outside of the work tree is read, written or moved, also if a
//! folder becomes a link while we work.

use std::{
    ffi::OsStr,
    io,
    os::{
        fd::{AsFd as _, BorrowedFd, OwnedFd},
        unix::ffi::OsStrExt as _,
    },
    path::Path,
};

use rustix::{
    fs::{AtFlags, Dir, FileType, OFlags, Stat as Status, fstat, openat, readlinkat, statat},
    io::Errno,
};

use crate::{
    repo::index::Stat,
    tree::{Entry, Mode},
};

/// An open work tree.
pub(super) struct WorkTree {
    root: OwnedFd,
    /// The folders that are open: each below the one before.
    way: Vec<(Vec<u8>, OwnedFd)>,
}

/// Something in a work tree.
#[derive(Clone, Copy)]
pub(super) struct Seen(Status);

/// What tells that a file is the same and unchanged, also after it was moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) inode: u64,
    pub(super) size: i64,
    pub(super) seconds: i64,
    pub(super) nanoseconds: i64,
}

const FOLDER: OFlags =
    OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
/// Without blocking, for a pipe may stand where a file was.
const FILE: OFlags =
    OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::NONBLOCK).union(OFlags::CLOEXEC);

impl WorkTree {
    pub(super) fn open(root: &Path) -> io::Result<Self> {
        Ok(Self { root: open_folder(root)?, way: Vec::new() })
    }

    /// What is at `path`; nothing, if a folder on the way is missing, a file or a link.
    pub(super) fn look(&mut self, path: &[u8]) -> io::Result<Option<Seen>> {
        let (folder, name) = match self.parent(path) {
            Err(error) if is_nothing(&error) => return Ok(None),
            other => other?,
        };
        match statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(status) => Ok(Some(Seen(status))),
            Err(Errno::NOENT | Errno::NOTDIR) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The file or link at `path` with its bytes; nothing if there is none, or something else.
    pub(super) fn read(&mut self, path: &[u8]) -> io::Result<Option<(Seen, Entry)>> {
        let Some(seen) = self.look(path)? else { return Ok(None) };
        let Some(mode) = seen.mode() else { return Ok(None) };
        let (folder, name) = self.parent(path)?;
        if mode == Mode::Link {
            let target = readlinkat(folder, name, Vec::new())?;
            return Ok(Some((seen, Entry { mode, bytes: target.as_bytes().into() })));
        }
        let file = openat(folder, name, FILE, rustix::fs::Mode::empty())?;
        let seen = Seen(fstat(&file)?);
        let Some(mode) = seen.mode() else { return Ok(None) };
        let mut bytes = Vec::with_capacity(usize::try_from(seen.0.st_size).unwrap_or_default() + 1);
        io::Read::read_to_end(&mut std::fs::File::from(file), &mut bytes)?;
        Ok(Some((seen, Entry { mode, bytes: bytes.into() })))
    }

    /// The open folder in which `path` stands, and the last part of its name.
    pub(super) fn parent<'a>(&mut self, path: &'a [u8]) -> io::Result<(BorrowedFd<'_>, &'a OsStr)> {
        match path.iter().rposition(|byte| *byte == b'/').and_then(|at| path.split_at_checked(at)) {
            Some((folder, name)) => {
                let name = OsStr::from_bytes(name.get(1..).unwrap_or_default());
                Ok((self.folder(folder)?, name))
            }
            None => Ok((self.root.as_fd(), OsStr::from_bytes(path))),
        }
    }

    /// The open folder at `path`; the top for nothing.
    pub(super) fn folder(&mut self, path: &[u8]) -> io::Result<BorrowedFd<'_>> {
        let holds = |folder: &[u8]| {
            path.strip_prefix(folder).is_some_and(|it| it.is_empty() || it.starts_with(b"/"))
        };
        while self.way.last().is_some_and(|(folder, _)| !holds(folder)) {
            self.way.pop();
        }
        let known = self.way.last().map_or(0, |(folder, _)| folder.len());
        let ends = path.iter().enumerate().skip(known + 1).filter(|(_, byte)| **byte == b'/');
        let ends: Vec<_> = ends.map(|(at, _)| at).chain([path.len()]).collect();
        for end in ends.into_iter().filter(|end| *end > known) {
            let start = self.way.last().map_or(0, |(folder, _)| folder.len() + 1);
            let name = OsStr::from_bytes(path.get(start..end).unwrap_or_default());
            let around = self.way.last().map_or(&self.root, |(_, folder)| folder);
            let folder = openat(around, name, FOLDER, rustix::fs::Mode::empty())?;
            self.way.push((path.get(..end).unwrap_or_default().to_vec(), folder));
        }
        Ok(self.way.last().map_or(&self.root, |(_, folder)| folder).as_fd())
    }

    /// The names in a folder.
    pub(super) fn names(&mut self, folder: &[u8]) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in Dir::read_from(self.folder(folder)?)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name != "." && name != ".." {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// Forgets the open folders: they are about to be moved or removed.
    pub(super) fn forget(&mut self) {
        self.way.clear();
    }
}

impl Seen {
    /// The kind of the file; `None` of a folder, a pipe and the like.
    pub(super) fn mode(&self) -> Option<Mode> {
        match FileType::from_raw_mode(self.0.st_mode) {
            FileType::RegularFile if self.0.st_mode & 0o100 != 0 => Some(Mode::Executable),
            FileType::RegularFile => Some(Mode::File),
            FileType::Symlink => Some(Mode::Link),
            _ => None,
        }
    }

    pub(super) fn is_folder(&self) -> bool {
        FileType::from_raw_mode(self.0.st_mode).is_dir()
    }

    /// What git's index keeps of it.
    pub(super) fn stat(&self) -> Stat {
        self.0.into()
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            inode: self.0.st_ino,
            size: self.0.st_size,
            seconds: self.0.st_mtime,
            nanoseconds: self.0.st_mtime_nsec as i64,
        }
    }

    /// Which file it is, by whatever name.
    pub(super) fn identity(&self) -> (u64, u64) {
        (self.0.st_dev, self.0.st_ino)
    }

    /// The permissions.
    pub(super) fn rights(&self) -> u32 {
        self.0.st_mode & 0o7777
    }
}

impl From<Status> for Seen {
    fn from(status: Status) -> Self {
        Self(status)
    }
}

/// Opens a folder that is no link.
pub(super) fn open_folder(path: &Path) -> io::Result<OwnedFd> {
    Ok(rustix::fs::open(path, FOLDER, rustix::fs::Mode::empty())?)
}

/// Whether the system says that nothing is at a path, or something that is no folder on the way.
pub(super) fn is_nothing(error: &io::Error) -> bool {
    let known = [Errno::NOENT, Errno::NOTDIR, Errno::LOOP, Errno::MLINK];
    error.raw_os_error().is_some_and(|it| known.iter().any(|known| known.raw_os_error() == it))
}
