//! What a landing in place has moved, so that the next run can undo one that was cut off.
//!
//! **Invariant:** only the very files and folders that we made are taken back, and only if nothing in them
//! is newer than the journal: what the user changed since is never touched.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use rustix::fs::{AtFlags, CWD, FileType, Stat};

use super::stage::INSIDE;
use crate::tree::RepoPath;

pub(super) const NAME: &str = "journal";

/// Writes down which entries of the folder `root` are about to be moved to the target.
pub(super) fn write(path: &Path, root: &Path, names: &[&str]) -> io::Result<()> {
    let mut lines = String::new();
    for name in names {
        lines += &format!("{} {name}\n", stat(&root.join(name))?.st_ino);
    }
    let mut file = File::create_new(path)?;
    file.write_all(lines.as_bytes())?;
    file.sync_all()
}

/// Takes back what a dead run moved out of its `stage` into the folder around it. A run that got as
/// far as moving `.git`, the last of all, is complete: it stays.
pub(super) fn undo(stage: &Path) -> io::Result<()> {
    let root = stage.join("new").join(ROOT);
    let journal = stage.join(NAME);
    let Some(target) = stage.parent().filter(|_| stage.ends_with(INSIDE)) else { return Ok(()) };
    if !is_there(&journal)? || !is_there(&root.join(".git"))? {
        return Ok(());
    }
    let written = stat(&journal)?;
    let lines = fs::read_to_string(&journal)?;
    let moved = lines.split_inclusive('\n').map(|line| moved(line, target));
    let moved: Vec<_> = moved.filter_map(Result::transpose).collect::<io::Result<_>>()?;
    if moved.iter().any(|path| is_newer(path, &written)) {
        return Err(io::Error::other("files were changed by hand"));
    }
    if !is_folder(&stage.join("new"))? || !is_folder(&root)? {
        return Err(io::Error::other("the stage is none of ours"));
    }
    // Each goes back as a whole: a folder that is half removed would look changed by hand to the run
    // that takes up an undoing that was cut off too.
    moved.iter().try_for_each(|path| match path.file_name() {
        Some(name) => fs::rename(path, root.join(name)),
        None => Ok(()),
    })
}

/// What a line of the journal names, if it stands in the target. It must be the very file or folder
/// that we made: a journal may also have come out of an archive, to make us remove something else.
fn moved(line: &str, target: &Path) -> io::Result<Option<PathBuf>> {
    let Some((inode, path)) = parsed(line, target) else { return Ok(None) };
    let is_ours = stat_if_there(&path)?.is_some_and(|stat| stat.st_ino.to_string() == inode);
    Ok(is_ours.then_some(path))
}

fn parsed<'a>(line: &'a str, target: &Path) -> Option<(&'a str, PathBuf)> {
    let (inode, name) = line.strip_suffix('\n')?.split_once(' ')?;
    let name = RepoPath::parse(name).ok().filter(|name| name.parent().is_none())?;
    Some((inode, target.join(name)))
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

fn is_folder(path: &Path) -> io::Result<bool> {
    Ok(FileType::from_raw_mode(stat(path)?.st_mode).is_dir())
}

fn is_there(path: &Path) -> io::Result<bool> {
    Ok(stat_if_there(path)?.is_some())
}

fn stat_if_there(path: &Path) -> io::Result<Option<Stat>> {
    match stat(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        other => other.map(Some),
    }
}

fn stat(path: &Path) -> io::Result<Stat> {
    Ok(rustix::fs::statat(CWD, path, AtFlags::SYMLINK_NOFOLLOW)?)
}
