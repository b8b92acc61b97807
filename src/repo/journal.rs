//! What a landing in place has moved, so that the next run can undo one that was cut off.
//!
//! **Invariant:** only what the journal names is removed, and only if nothing in it is newer than the
//! journal: what the user changed since is never touched.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::Path,
};

use rustix::fs::{AtFlags, CWD, FileType, Stat};

pub(super) const NAME: &str = "journal";

/// Writes down which entries of the new folder are about to be moved to the target.
pub(super) fn write(path: &Path, names: &[&str]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    let lines: String = names.iter().map(|name| format!("{name}\n")).collect();
    file.write_all(lines.as_bytes())?;
    file.sync_all()
}

/// Takes back what a dead run moved out of its `stage` into the folder around it. A run that got as
/// far as moving `.git`, the last of all, is complete: it stays.
pub(super) fn undo(stage: &Path) -> io::Result<()> {
    let new = stage.join("new").join(ROOT);
    let journal = stage.join(NAME);
    if !is_there(&journal) || !is_there(&new.join(".git")) {
        return Ok(());
    }
    let Some(target) = stage.parent() else { return Ok(()) };
    let written = stat(&journal)?;
    let lines = fs::read_to_string(&journal)?;
    // A line without its end was cut off while it was written, before anything was moved.
    let lines = lines.rsplit_once('\n').map_or("", |(whole, _)| whole);
    let moved: Vec<_> = lines.lines().filter(|name| !is_there(&new.join(name))).collect();
    let moved: Vec<_> =
        moved.iter().map(|name| target.join(name)).filter(|path| is_there(path)).collect();
    if moved.iter().any(|path| is_newer(path, &written)) {
        return Err(io::Error::other("files were changed by hand"));
    }
    moved.iter().try_for_each(|path| remove(path))
}

/// The folder in the stage that becomes the repository.
pub(super) const ROOT: &str = "root";

/// Whether a file or anything below a folder was changed after the journal was written. Our own files
/// are two seconds older than it.
fn is_newer(path: &Path, journal: &Stat) -> bool {
    let Ok(own) = stat(path) else { return true };
    let time = |stat: &Stat| (stat.st_mtime, stat.st_mtime_nsec);
    if time(&own) > time(journal) {
        return true;
    }
    FileType::from_raw_mode(own.st_mode).is_dir()
        && fs::read_dir(path).map_or(true, |mut it| {
            it.any(|entry| entry.map_or(true, |it| is_newer(&it.path(), journal)))
        })
}

fn remove(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}

fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

fn stat(path: &Path) -> io::Result<Stat> {
    Ok(rustix::fs::statat(CWD, path, AtFlags::SYMLINK_NOFOLLOW)?)
}
