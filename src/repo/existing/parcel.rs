//! New objects for a repository, and the one pack that brings them there.
//!
//! **Invariant:** an object that the repository has is not written again; what is written has reached
//! the disk before anything names it.

use std::{
    collections::BTreeSet,
    fs::{self, Permissions},
    io::{self, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::Path,
};

use super::{
    graft::{has, has_blob},
    update::UpdateError,
};
use crate::{
    repo::pack::{Kind, PackBuilder, PackError, Packed, Packer},
    tree::{BlobId, Listing, TreeId, object_id},
};

/// New objects on their way.
pub(super) struct Parcel<'a> {
    git: &'a git2::Repository,
    odb: git2::Odb<'a>,
    packer: Packer,
    packed: Packed,
    new: BTreeSet<[u8; 20]>,
    failure: Option<PackError>,
}

impl<'a> Parcel<'a> {
    pub(super) fn new(git: &'a git2::Repository) -> Result<Self, UpdateError> {
        let odb = git.odb().map_err(UpdateError::git("open the objects"))?;
        odb.refresh().map_err(UpdateError::git("open the objects"))?;
        let (packer, packed) = (Packer::new(), Packed::default());
        Ok(Self { git, odb, packer, packed, new: BTreeSet::new(), failure: None })
    }

    /// Adds an object, and tells its id.
    pub(super) fn add(&mut self, kind: Kind, bytes: &[u8]) -> [u8; 20] {
        let name = match kind {
            Kind::Commit => "commit",
            Kind::Tree => "tree",
            Kind::Blob => "blob",
        };
        let id = object_id(name, bytes);
        if self.failure.is_none() && !has(&self.odb, id) && self.new.insert(id) {
            self.failure = self.packer.pack(kind, id, bytes, &mut self.packed).err();
        }
        id
    }

    /// Adds the trees of a listing, all of whose files must be there or in the parcel.
    pub(super) fn add_listing(&mut self, listing: &Listing) -> Result<TreeId, UpdateError> {
        for (path, blob) in &listing.files {
            if !self.holds(blob.id) {
                return Err(UpdateError::Gone { path: path.clone(), id: blob.id });
            }
        }
        let files = listing.files.iter().map(|(path, blob)| (path, blob.mode, blob.id));
        let mut trees = Vec::new();
        let id = TreeId::with_objects(files, &mut |bytes, _| trees.push(bytes.to_vec()));
        for tree in trees {
            self.add(Kind::Tree, &tree);
        }
        Ok(id)
    }

    /// Whether a blob is in the repository or the parcel.
    pub(super) fn holds(&self, id: BlobId) -> bool {
        self.new.contains(&id.0) || has_blob(&self.odb, id.0)
    }

    /// Brings the objects into the repository.
    pub(super) fn deliver(self) -> Result<(), UpdateError> {
        if let Some(failure) = self.failure {
            return Err(failure.into());
        }
        if self.new.is_empty() {
            return Ok(());
        }
        let mut pack = PackBuilder::new();
        pack.append(self.packed)?;
        let pack = pack.finish();
        let folder = self.git.commondir().join("objects/pack");
        let write = || {
            fs::create_dir_all(&folder)?;
            put(&folder, &format!("{}.pack", pack.name), &pack.bytes)?;
            put(&folder, &format!("{}.idx", pack.name), &pack.index)?;
            fs::File::open(&folder)?.sync_all()
        };
        write().map_err(UpdateError::write(&folder))?;
        self.odb.refresh().map_err(UpdateError::git("open the new objects"))
    }
}

/// Under a name that git's own housekeeping would remove, until it is whole.
fn put(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut file = tempfile::Builder::new().prefix("tmp_pack_").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().set_permissions(Permissions::from_mode(0o444))?;
    file.as_file().sync_all()?;
    file.persist(folder.join(name)).map_err(|error| error.error)?;
    Ok(())
}
