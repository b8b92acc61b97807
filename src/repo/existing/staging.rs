//! git's index of a repository that is there already.
//!
//! **Invariant:** entries that are not ours stay as they are, with their stages and flags.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs, io,
    os::unix::{ffi::OsStrExt as _, fs::MetadataExt as _},
    path::Path,
};

use git2::{Index, IndexEntry, IndexEntryExtendedFlag, IndexTime};

use super::{
    Repository,
    committed::{Item, REPOSITORY},
    oid,
    present::Desk,
    raw,
    store::absent_is_fine,
};
use crate::{
    repo::index::Stat,
    tree::{Blob, RepoPath},
};

/// git's index, as its file has it.
pub(super) struct Staging {
    pub(super) index: Index,
    /// When the file was written, in seconds.
    pub(super) written: i64,
}

/// The stage of an entry: 0, or the side of a conflict.
pub(super) fn stage(entry: &IndexEntry) -> u16 {
    (entry.flags >> 12) & 3
}

/// What an entry names.
pub(super) fn item(entry: &IndexEntry) -> Item {
    Item { mode: entry.mode, id: raw(entry.id) }
}

/// Whether the entry only says that a file will be added.
pub(super) fn is_intent(entry: &IndexEntry) -> bool {
    let flags = IndexEntryExtendedFlag::from_bits_truncate(entry.flags_extended);
    flags.is_intent_to_add()
}

/// Whether a file that looks like this is surely the one of the entry, in an index written when
/// `written` says. A file as young as the index may have changed after it.
pub(super) fn is_current(entry: &IndexEntry, stat: &Stat, written: i64) -> bool {
    let same_time = entry.mtime.seconds() as u32 == stat.modified.0
        && (entry.mtime.nanoseconds() == 0 || entry.mtime.nanoseconds() == stat.modified.1)
        && entry.ctime.seconds() as u32 == stat.changed.0;
    let is_young = i64::from(stat.modified.0) >= written;
    same_time && !is_young && entry.ino == stat.inode && entry.file_size == stat.size
}

impl Staging {
    /// Reads the index in git's folder; one that is not there yet is empty.
    pub(super) fn read(path: &Path) -> Result<Self, git2::Error> {
        let written = match fs::metadata(path) {
            Ok(it) => it.mtime(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(git2::Error::from_str(&error.to_string())),
        };
        Ok(Self { index: Index::open(path)?, written })
    }

    /// What is staged at a path.
    pub(super) fn blob(&self, path: &[u8]) -> Option<Blob> {
        item(&self.index.get_path(Path::new(OsStr::from_bytes(path)), 0)?).blob()
    }

    /// Copies the index at `from` to the file `to`, to be changed there.
    pub(super) fn copy(from: &Path, to: &Path) -> Result<Self, git2::Error> {
        let failed = |error: io::Error| git2::Error::from_str(&error.to_string());
        absent_is_fine(fs::remove_file(to)).map_err(failed)?;
        absent_is_fine(fs::copy(from, to).map(drop)).map_err(failed)?;
        let written = Self::read(from)?.written;
        Ok(Self { index: Index::open(to)?, written })
    }

    /// What is staged at all other paths.
    pub(super) fn others(&self, paths: &BTreeSet<&[u8]>) -> Vec<(Vec<u8>, u16, Item, u16)> {
        let others = self.index.iter().filter(|it| !paths.contains(it.path.as_slice()));
        let others = others.map(|it| (stage(&it), item(&it), it.flags_extended, it.path));
        others.map(|(stage, item, flags, path)| (path, stage, item, flags)).collect()
    }

    /// Takes the entries at `paths` from another state of the index, and writes the file.
    pub(super) fn take_over(
        &mut self,
        other: &Self,
        paths: &BTreeSet<&[u8]>,
        repository: &Repository,
    ) -> Result<(), git2::Error> {
        for path in paths {
            self.remove(path)?;
        }
        for entry in other.index.iter().filter(|it| paths.contains(it.path.as_slice())) {
            self.index.add(&entry)?;
        }
        self.written = self.written.min(other.written);
        self.write(&BTreeSet::new(), repository)
    }

    /// Takes a path out, with all its stages.
    pub(super) fn remove(&mut self, path: &[u8]) -> Result<(), git2::Error> {
        let path = Path::new(OsStr::from_bytes(path));
        for stage in 0..4 {
            match self.index.remove(path, stage) {
                Err(error) if error.code() != git2::ErrorCode::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// Puts a file in, as it is in the work tree, or as one side of a conflict.
    pub(super) fn add(
        &mut self,
        path: &RepoPath,
        stage: u16,
        blob: Blob,
        stat: Option<Stat>,
    ) -> Result<(), git2::Error> {
        let Stat { changed, modified, device, inode, user, group, size, .. } =
            stat.unwrap_or_default();
        let time = |(seconds, nanoseconds)| IndexTime::new(seconds as i32, nanoseconds);
        self.index.add(&IndexEntry {
            ctime: time(changed),
            mtime: time(modified),
            dev: device,
            ino: inode,
            mode: blob.mode.bits(),
            uid: user,
            gid: group,
            file_size: size,
            id: oid(blob.id.0),
            flags: stage << 12,
            flags_extended: 0,
            path: path.as_str().into(),
        })
    }

    /// Writes the file. An entry as young as the index before it, and none of `fresh`, loses its size
    /// if its file is another by now: with the new index's time git would no longer look.
    pub(super) fn write(
        &mut self,
        fresh: &BTreeSet<&[u8]>,
        repository: &Repository,
    ) -> Result<(), git2::Error> {
        let is_young = |it: &IndexEntry| {
            i64::from(it.mtime.seconds() as u32) >= self.written && it.file_size != 0
        };
        let young = self.index.iter().filter(|it| {
            is_young(it) && it.mode != REPOSITORY && !fresh.contains(it.path.as_slice())
        });
        let young: Vec<_> = young.collect();
        if !young.is_empty() {
            let mut desk = Desk::open(repository).ok().flatten();
            for entry in young {
                if !desk.as_mut().is_some_and(|desk| desk.matches(&entry)) {
                    self.index.add(&IndexEntry { file_size: 0, ..entry })?;
                }
            }
        }
        self.index.write()
    }
}
