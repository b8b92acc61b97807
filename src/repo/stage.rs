//! The hidden folder in which a landing is built, and the removal of those that dead runs left.
//!
//! **Invariant:** a stage's maker holds the lock on its `lock` file for as long as it lives; only who
//! holds that lock removes the stage. The lock file goes after all that is built, so that an
//! interrupted removal can be taken up by the next run.

use std::{
    ffi::OsStr,
    fs::{self, DirBuilder, File, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use super::journal;

/// A hidden folder of ours; dropping it removes it with all that is in it.
pub(super) struct Stage {
    folder: PathBuf,
    _lock: File,
}

/// What became of a folder that looked like a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sweep {
    /// It is gone.
    Gone,
    /// Its maker is at work.
    Living,
    /// It is not ours, or files in it or beside it were changed by hand: it stays.
    Kept,
}

/// Keeps git from seeing a stage inside of a repository.
const IGNORE: &str = ".gitignore";

/// The name of a stage inside of its target, where no sibling can be made.
pub(super) const INSIDE: &str = ".flagstone-landing";

const MARK: &str = ".flagstone-";
const RANDOM: usize = 8;
/// No one else may look into a stage before it is complete.
const PRIVATE: u32 = 0o700;

impl Stage {
    /// Makes a stage in `parent` for a target called `name`.
    pub(super) fn beside(parent: &Path, name: &OsStr) -> io::Result<Self> {
        sweep(parent);
        // A file name has at most 255 bytes.
        let name: String = name.to_string_lossy().chars().take(50).collect();
        let mut builder = tempfile::Builder::new();
        let prefix = format!(".{name}{MARK}");
        builder.prefix(&prefix).rand_bytes(RANDOM);
        loop {
            let make = |path: &Path| DirBuilder::new().mode(PRIVATE).create(path);
            let folder = builder.make_in(parent, make)?.into_temp_path();
            let folder = folder.keep().map_err(|error| error.error)?;
            if let Some(stage) = Self::claim(folder)? {
                return Ok(stage);
            }
        }
    }

    /// Makes the one stage that may stand in an empty target.
    pub(super) fn inside(target: &Path) -> io::Result<Option<Self>> {
        let folder = target.join(INSIDE);
        DirBuilder::new().mode(PRIVATE).create(&folder)?;
        let Some(stage) = Self::claim(folder)? else { return Ok(None) };
        // If we are killed once the repository stands around it, git shall not see the stage.
        fs::write(stage.folder.join(IGNORE), "*\n")?;
        Ok(Some(stage))
    }

    /// Where the new files are built.
    pub(super) fn new_files(&self) -> PathBuf {
        self.folder.join("new")
    }

    /// Where a landing in place writes down what it moves.
    pub(super) fn journal(&self) -> PathBuf {
        self.folder.join(journal::NAME)
    }

    /// `None` if another run took the folder for a dead one's before our lock was in it.
    fn claim(folder: PathBuf) -> io::Result<Option<Self>> {
        let path = folder.join("lock");
        let lock = match File::options().write(true).create_new(true).open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                // No one else removes a folder that a living run can't use.
                let _ = fs::remove_dir(folder);
                return Err(error);
            }
            Ok(lock) => lock,
        };
        // Where there are no locks no one can sweep either.
        if matches!(lock.try_lock(), Err(TryLockError::WouldBlock)) {
            return Ok(None);
        }
        let is_ours = is_same_file(&lock, &path);
        if matches!(is_ours, Ok(false)) {
            return Ok(None);
        }
        // From here on a failure removes the folder.
        let stage = Self { folder, _lock: lock };
        is_ours?;
        fs::create_dir(stage.new_files())?;
        Ok(Some(stage))
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // What can't be removed now is swept by the next run.
        let _ = remove(&self.folder);
    }
}

/// Removes the stages that dead runs left in `parent`.
fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten().filter(|entry| is_stage(&entry.file_name())) {
        sweep_one(&entry.path());
    }
}

/// Removes a stage if its maker is dead; one that stands in its target is undone first.
pub(super) fn sweep_one(folder: &Path) -> Sweep {
    let user = rustix::process::geteuid().as_raw();
    let is_ours = |it: fs::Metadata| it.is_dir() && it.uid() == user;
    if !fs::symlink_metadata(folder).is_ok_and(is_ours) {
        return Sweep::Kept;
    }
    // A pipe or a link in its place comes from elsewhere, an archive perhaps.
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).unwrap_or_default();
    let Ok(lock) = File::options().write(true).custom_flags(flags).open(folder.join("lock")) else {
        // Its maker died, or is just about to make the lock and will then look for another name.
        // Of one inside of a repository, its `.gitignore` goes last of all.
        if folder.ends_with(INSIDE) {
            let _ = fs::remove_file(folder.join(IGNORE));
        }
        return if fs::remove_dir(folder).is_ok() { Sweep::Gone } else { Sweep::Kept };
    };
    if lock.try_lock().is_err() {
        return Sweep::Living;
    }
    let is_known = |entry: fs::DirEntry| {
        ["lock", "new", journal::NAME, IGNORE].iter().any(|name| entry.file_name() == *name)
    };
    let known =
        fs::read_dir(folder).is_ok_and(|mut entries| entries.all(|it| it.is_ok_and(is_known)));
    if known && journal::undo(folder).is_ok() && remove(folder).is_ok() {
        return Sweep::Gone;
    }
    Sweep::Kept
}

fn remove(folder: &Path) -> io::Result<()> {
    absent_is_fine(fs::remove_dir_all(folder.join("new")))?;
    absent_is_fine(fs::remove_file(folder.join(journal::NAME)))?;
    absent_is_fine(fs::remove_file(folder.join("lock")))?;
    if folder.ends_with(INSIDE) {
        absent_is_fine(fs::remove_file(folder.join(IGNORE)))?;
    }
    fs::remove_dir(folder)
}

/// Whether the file that we have open is the one at `path`.
fn is_same_file(open: &File, path: &Path) -> io::Result<bool> {
    let open = open.metadata()?.ino();
    match fs::symlink_metadata(path) {
        Ok(there) => Ok(there.ino() == open),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn absent_is_fine(result: io::Result<()>) -> io::Result<()> {
    result.or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })
}

fn is_stage(name: &OsStr) -> bool {
    let Some((before, random)) = name.to_str().and_then(|name| name.rsplit_once(MARK)) else {
        return false;
    };
    let is_random = random.len() == RANDOM && random.bytes().all(|it| it.is_ascii_alphanumeric());
    before.len() > 1 && before.starts_with('.') && is_random
}
