//! The index of a fresh repository: version 2, written with the files' real stat data.

use sha1::{Digest as _, Sha1};

use crate::tree::{BlobId, Mode, RepoPath};

/// What the file system says of a file, cut to 32 bits as git does.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Stat {
    pub(super) changed: (u32, u32),
    pub(super) modified: (u32, u32),
    pub(super) device: u32,
    pub(super) inode: u32,
    pub(super) user: u32,
    pub(super) group: u32,
    pub(super) size: u32,
    /// Whether the owner may execute it.
    pub(super) executable: bool,
}

/// One file of the index.
pub(super) struct Item<'a> {
    pub(super) path: &'a RepoPath,
    pub(super) mode: Mode,
    pub(super) id: BlobId,
    pub(super) stat: Stat,
}

impl From<rustix::fs::Stat> for Stat {
    fn from(stat: rustix::fs::Stat) -> Self {
        Self {
            changed: (stat.st_ctime as u32, stat.st_ctime_nsec as u32),
            modified: (stat.st_mtime as u32, stat.st_mtime_nsec as u32),
            device: stat.st_dev as u32,
            inode: stat.st_ino as u32,
            user: stat.st_uid,
            group: stat.st_gid,
            size: stat.st_size as u32,
            executable: stat.st_mode & 0o100 != 0,
        }
    }
}

/// The bytes of an index over `items`, which come in the order of their paths.
pub(super) fn index(items: &[Item<'_>]) -> Vec<u8> {
    let mut bytes = b"DIRC\0\0\0\x02".to_vec();
    bytes.extend((items.len() as u32).to_be_bytes());
    for item in items {
        write_item(item, &mut bytes);
    }
    let checksum: [u8; 20] = Sha1::digest(&bytes).into();
    bytes.extend(checksum);
    bytes
}

fn write_item(item: &Item<'_>, bytes: &mut Vec<u8>) {
    let start = bytes.len();
    let Stat { changed, modified, device, inode, user, group, size, .. } = item.stat;
    let mode = item.mode.bits();
    for number in
        [changed.0, changed.1, modified.0, modified.1, device, inode, mode, user, group, size]
    {
        bytes.extend(number.to_be_bytes());
    }
    bytes.extend(item.id.0);
    let path = item.path.as_str().as_bytes();
    bytes.extend((path.len().min(0xfff) as u16).to_be_bytes());
    bytes.extend(path);
    // One to eight NULs, up to a multiple of eight.
    let padding = 8 - (bytes.len() - start) % 8;
    bytes.extend(std::iter::repeat_n(0, padding));
}
