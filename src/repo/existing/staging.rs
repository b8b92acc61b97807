//! git's index of a repository that is there already.
//!
//! **Invariant:** entries that are not ours stay as they are, with their stages and flags.

use std::{fs, io, os::unix::fs::MetadataExt as _, path::Path};

use git2::{Index, IndexEntry, IndexEntryExtendedFlag};

use super::{committed::Item, raw};
use crate::repo::index::Stat;

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
}
