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

/// A folder for files on their way.
#[derive(Debug, Clone)]
pub(super) struct Store(PathBuf);

/// The store in a work tree, where git's own folder is on another disk; beside the record, a file of
/// this name tells so.
const BESIDE: &str = ".flagstone-upgrade";

impl Store {
    /// The store that belongs to the record in `home`.
    pub(super) fn of(home: &Path, root: &Path) -> Self {
        match home.join(BESIDE).exists() {
            true => Self(root.join(BESIDE)),
            false => Self(home.to_owned()),
        }
    }

    /// Makes a store for the record that will be in `home`.
    pub(super) fn make(home: &Path, root: &Path) -> io::Result<Self> {
        let disk = |path| fs::metadata(path).map(|it| it.dev());
        if disk(home)? != disk(root)? {
            fs::write(home.join(BESIDE), "")?;
            let store = root.join(BESIDE);
            remove(&store)?;
            fs::create_dir(&store)?;
            fs::write(store.join(".gitignore"), "*\n")?;
        }
        let store = Self::of(home, root);
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

/// Removes a folder of ours with all that is in it.
pub(super) fn remove(folder: &Path) -> io::Result<()> {
    absent_is_fine(fs::remove_dir_all(folder))
}

/// Writes a small file of git's in one step; until then it is in `home`, which goes as a whole.
pub(super) fn put(home: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = home.join("put");
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
