//! An author's own catalog, edited at their word.
#![expect(clippy::disallowed_methods, reason = "the door to catalogs on disk")]

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use super::SourceError;
use crate::tree::RepoPath;

/// One change of a file in a catalog's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It gets a text; its mode stays.
    Write(RepoPath, String),
    /// It gets another name; the first is the old one.
    Rename(RepoPath, RepoPath),
    /// It goes.
    Remove(RepoPath),
}

/// Changes a file below `root`. Nothing is written through a link, and nothing renamed over a file.
///
/// # Errors
/// If the system refuses it, or a link stands in the way.
pub fn change(root: &Path, change: &Change) -> Result<(), SourceError> {
    let (path, done) = match change {
        Change::Write(path, text) => (path, write(root, path, text)),
        Change::Rename(from, to) => (from, rename(root, from, to)),
        Change::Remove(path) => (path, remove(root, path)),
    };
    done.map_err(|source| SourceError::Write { path: root.join(path.as_str()), source })
}

fn write(root: &Path, path: &RepoPath, text: &str) -> io::Result<()> {
    own(root, path)?;
    let file = root.join(path.as_str());
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    // Beside it first: a full disk leaves the old text.
    let name = format!("{path}.new");
    let beside = root.join(&name);
    let new = fs::OpenOptions::new().write(true).create_new(true).open(&beside);
    let new = new.map_err(|error| match error.kind() {
        // Somebody's own file, which stays.
        io::ErrorKind::AlreadyExists => io::Error::new(error.kind(), format!("`{name}` exists")),
        _ => error,
    })?;
    let written = put(new, &beside, &file, text);
    if written.is_err() {
        // What failed is told; what is left of it says nothing to anybody.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Writes a text into a new file beside another and lets it take that one's place, with its mode.
fn put(mut new: fs::File, beside: &Path, file: &Path, text: &str) -> io::Result<()> {
    new.write_all(text.as_bytes())?;
    if let Ok(old) = file.metadata() {
        new.set_permissions(old.permissions())?;
    }
    fs::rename(beside, file)
}

fn rename(root: &Path, from: &RepoPath, to: &RepoPath) -> io::Result<()> {
    own(root, from)?;
    own(root, to)?;
    let file = root.join(to.as_str());
    if file.symlink_metadata().is_ok() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("`{to}` exists")));
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::rename(root.join(from.as_str()), file)
}

fn remove(root: &Path, path: &RepoPath) -> io::Result<()> {
    path.folders().try_for_each(|folder| no_link(root, folder))?;
    fs::remove_file(root.join(path.as_str()))
}

/// Whether no part of the way to a file is a link.
fn own(root: &Path, path: &RepoPath) -> io::Result<()> {
    path.folders().chain([path.as_str()]).try_for_each(|part| no_link(root, part))
}

fn no_link(root: &Path, part: &str) -> io::Result<()> {
    match root.join(part).symlink_metadata().is_ok_and(|it| it.is_symlink()) {
        true => Err(io::Error::other(format!("`{part}` is a link"))),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RepoPath {
        RepoPath::parse(text).unwrap()
    }

    #[test]
    fn files_are_written_and_renamed_and_links_left_alone() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        change(root, &Change::Write(path("a/b"), "one".to_owned())).unwrap();
        change(root, &Change::Rename(path("a/b"), path("c/d"))).unwrap();
        assert_eq!(fs::read_to_string(root.join("c/d")).unwrap(), "one");
        std::os::unix::fs::symlink("c", root.join("link")).unwrap();
        assert!(change(root, &Change::Write(path("link/d"), "two".to_owned())).is_err());
        assert!(change(root, &Change::Rename(path("c/d"), path("link"))).is_err());
        // Another name of the file keeps its text.
        fs::hard_link(root.join("c/d"), root.join("other")).unwrap();
        change(root, &Change::Write(path("c/d"), "two".to_owned())).unwrap();
        assert_eq!(fs::read_to_string(root.join("c/d")).unwrap(), "two");
        assert_eq!(fs::read_to_string(root.join("other")).unwrap(), "one");
        assert_eq!(fs::read_dir(root.join("c")).unwrap().count(), 1);
        // What happens to be called as the new text is, for a moment, stays.
        fs::write(root.join("c/d.new"), "own").unwrap();
        assert!(change(root, &Change::Write(path("c/d"), "three".to_owned())).is_err());
        assert_eq!(fs::read_to_string(root.join("c/d.new")).unwrap(), "own");
        fs::remove_file(root.join("c/d.new")).unwrap();
        assert!(change(root, &Change::Remove(path("link/d"))).is_err());
        change(root, &Change::Remove(path("c/d"))).unwrap();
        assert!(!root.join("c/d").exists());
    }
}
