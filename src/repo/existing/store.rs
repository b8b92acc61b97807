//! Where the files that move are kept on their way: the new ones before, the old ones after.
//!
//! **Invariant:** it is on the disk of the work tree, so that a file comes and goes by one rename,
//! which keeps its bytes, mode and time.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use super::ReadError;

/// A folder for files on their way.
#[derive(Debug, Clone)]
pub(super) struct Store(PathBuf);

/// The store in a work tree, where git's own folder is on another disk; beside the record, a file of
/// this name tells so.
const BESIDE: &str = ".flagstone-upgrade";

impl Store {
    /// The store that belongs to the record in `home`.
    pub(super) fn of(home: &Path, root: &Path) -> Result<Self, ReadError> {
        Ok(match is_there(&home.join(BESIDE))? {
            true => Self(root.join(BESIDE)),
            false => Self(home.to_owned()),
        })
    }

    /// Makes a store for the record that will be in `home`.
    pub(super) fn make(home: &Path, root: &Path) -> io::Result<Self> {
        let disk = |path| fs::metadata(path).map(|it| it.dev());
        let is_beside = disk(home)? != disk(root)?;
        if is_beside {
            fs::write(home.join(BESIDE), "")?;
            let store = root.join(BESIDE);
            remove(&store)?;
            fs::create_dir(&store)?;
            fs::write(store.join(".gitignore"), "*\n")?;
        }
        let store = Self(if is_beside { root.join(BESIDE) } else { home.to_owned() });
        fs::create_dir(store.new_files())?;
        fs::create_dir(store.old_files())?;
        Ok(store)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.0
    }

    pub(super) fn new_files(&self) -> PathBuf {
        self.0.join("new")
    }

    pub(super) fn old_files(&self) -> PathBuf {
        self.0.join("old")
    }

    /// Removes the store with all that is in it.
    pub(super) fn remove(&self) -> io::Result<()> {
        if self.0.ends_with(BESIDE) {
            return remove(&self.0);
        }
        remove(&self.new_files())?;
        remove(&self.old_files())
    }
}

/// Whether something is at a path: what can't be told is an error, never a no.
pub(super) fn is_there(path: &Path) -> Result<bool, ReadError> {
    Ok(identity(path)?.is_some())
}

/// Whether both paths are names of one file that is there.
pub(super) fn is_same(one: &Path, other: &Path) -> Result<bool, ReadError> {
    let one = identity(one)?;
    Ok(one.is_some() && one == identity(other)?)
}

fn identity(path: &Path) -> Result<Option<(u64, u64)>, ReadError> {
    match fs::symlink_metadata(path) {
        Ok(it) => Ok(Some((it.dev(), it.ino()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ReadError::file(path)(error)),
    }
}

/// The bytes of a file, if there is one.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, ReadError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ReadError::file(path)(error)),
    }
}

/// Removes a folder of ours with all that is in it.
pub(super) fn remove(folder: &Path) -> io::Result<()> {
    absent_is_fine(fs::remove_dir_all(folder))
}

/// Where a small file of git's is made.
pub(super) const PUT: &str = "put";

/// Writes a small file of git's in one step; until then it is in `home`, which goes as a whole.
pub(super) fn put(home: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = home.join(PUT);
    let mut file = File::create(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(new, path)
}

pub(super) fn absent_is_fine(result: io::Result<()>) -> io::Result<()> {
    result.or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })
}
