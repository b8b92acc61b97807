//! Everything that a new repository's object store holds, computed without the disk.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{
    land::LandError,
    pack::{Kind, Pack, PackBuilder, PackError, Packed, Packer},
    parallel::in_parallel,
};
use crate::tree::{BlobId, Entry, RepoPath, Tree, TreeId};

/// The blobs and trees of a directory, packed; the commit is still missing.
pub(super) struct Objects<'a> {
    /// Every file with its id, in the order of the paths.
    pub(super) files: Vec<File<'a>>,
    pub(super) tree: TreeId,
    pack: PackBuilder,
}

/// One file of the tree.
#[derive(Clone, Copy)]
pub(super) struct File<'a> {
    pub(super) path: &'a RepoPath,
    pub(super) entry: &'a Entry,
    pub(super) id: BlobId,
}

/// How many files a thread takes at once: enough that taking is not felt, few enough for an even share.
pub(super) const BATCH: usize = 16;

impl<'a> Objects<'a> {
    pub(super) fn of(
        tree: &'a Tree,
        threads: usize,
        interrupted: &AtomicBool,
    ) -> Result<Self, LandError> {
        let entries: Vec<_> = tree.iter().collect();
        let batches: Vec<_> = entries.chunks(BATCH).collect();
        let work = |packer: &mut Packer, batch: &&[_]| {
            if interrupted.load(Ordering::Relaxed) {
                return Err(LandError::Interrupted);
            }
            Ok(pack_batch(packer, batch)?)
        };
        let mut pack = PackBuilder::new();
        let mut files = Vec::with_capacity(entries.len());
        for (batch, packed) in in_parallel(threads, &batches, Packer::new, work)? {
            files.extend(batch);
            pack.append(packed)?;
        }
        let tree = pack_trees(&files, &mut pack)?;
        Ok(Self { files, tree, pack })
    }

    /// Adds the commit, which completes the pack.
    pub(super) fn finish(
        mut self,
        commit: &str,
        id: [u8; 20],
    ) -> Result<(Vec<File<'a>>, Pack), PackError> {
        let mut packed = Packed::default();
        Packer::new().pack(Kind::Commit, id, commit.as_bytes(), &mut packed)?;
        self.pack.append(packed)?;
        Ok((self.files, self.pack.finish()))
    }
}

fn pack_batch<'a>(
    packer: &mut Packer,
    batch: &[(&'a RepoPath, &'a Entry)],
) -> Result<(Vec<File<'a>>, Packed), PackError> {
    let mut packed = Packed::default();
    let mut files = Vec::with_capacity(batch.len());
    for (path, entry) in batch {
        let id = entry.blob_id();
        packer.pack(Kind::Blob, id.0, &entry.bytes, &mut packed)?;
        files.push(File { path, entry, id });
    }
    Ok((files, packed))
}

fn pack_trees(files: &[File<'_>], pack: &mut PackBuilder) -> Result<TreeId, PackError> {
    let mut packer = Packer::new();
    let mut packed = Packed::default();
    let mut result = Ok(());
    let items = files.iter().map(|file| (file.path, file.entry.mode, file.id));
    let tree = TreeId::with_objects(items, &mut |bytes, id| {
        if result.is_ok() {
            result = packer.pack(Kind::Tree, id.0, bytes, &mut packed);
        }
    });
    result?;
    pack.append(packed)?;
    Ok(tree)
}
