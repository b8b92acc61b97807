//! New objects for a repository, and the one pack that brings them there.
//!
//! **Invariant:** an object that the repository has is not written again; what is written has reached
//! the disk before anything names it.

use std::{
    collections::BTreeSet,
    fs::{self, Permissions},
    io::{self, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use super::{
    claim::twice,
    graft::{has, has_blob},
    store::{absent_is_fine, is_same, is_there},
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
    ///
    /// They are made in `home`, if there is one, and are known by that second name until both files
    /// are in their place: [`forget`] takes back what was cut off.
    pub(super) fn deliver(self, home: Option<&Path>) -> Result<(), UpdateError> {
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
            put(home, &folder.join(&pack.name).with_extension(PACK), &pack.bytes)?;
            put(home, &folder.join(&pack.name).with_extension(INDEX), &pack.index)?;
            fs::File::open(&folder)?.sync_all()
        };
        write().map_err(UpdateError::write(&folder))?;
        for ending in [PACK, INDEX] {
            // Whole as they are, they need no second name; what keeps one loses it with `home`.
            let own = home.map(|home| home.join(&pack.name).with_extension(ending));
            let remove = |path: &PathBuf| {
                absent_is_fine(fs::remove_file(path)).map_err(UpdateError::write(path))
            };
            let _ = own.map(|path| twice(|| remove(&path)));
        }
        self.odb.refresh().map_err(UpdateError::git("open the new objects"))
    }
}

/// The endings of a pack's two files. Without the second the first is nothing to git.
const PACK: &str = "pack";
const INDEX: &str = "idx";

/// Writes a file in one step. Its name is made of the bytes that it has: if it is there, it is right.
fn put(home: Option<&Path>, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let Some(own) = home.zip(path.file_name()).map(|(home, name)| home.join(name)) else {
        return put_beside(path, bytes);
    };
    let mut file = fs::File::create(&own)?;
    file.write_all(bytes)?;
    file.set_permissions(Permissions::from_mode(0o444))?;
    file.sync_all()?;
    match fs::hard_link(own, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => put_beside(path, bytes),
        result => result,
    }
}

/// Under a name that git's own housekeeping would remove, until it is whole.
fn put_beside(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    let mut file = tempfile::Builder::new().prefix("tmp_pack_").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().set_permissions(Permissions::from_mode(0o444))?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Takes the pack of a run that was cut off out of the repository, unless it has its index by now.
pub(super) fn forget(home: &Path, git: &git2::Repository) -> Result<(), UpdateError> {
    let folder = git.commondir().join("objects/pack");
    let entries = fs::read_dir(home).map_err(UpdateError::write(home))?;
    for entry in entries {
        let own = entry.map_err(UpdateError::write(home))?.path();
        let Some(name) = own.file_name().filter(|_| own.extension().is_some_and(|it| it == PACK))
        else {
            continue;
        };
        let pack = folder.join(name);
        if !is_there(&pack.with_extension(INDEX))? && is_same(&own, &pack)? {
            fs::remove_file(&pack).map_err(UpdateError::write(&pack))?;
        }
    }
    Ok(())
}
