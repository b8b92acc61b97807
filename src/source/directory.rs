//! A catalog in a folder.
#![expect(clippy::disallowed_methods, reason = "the door to catalogs on disk")]

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use super::{Place, Source, SourceError, repo_path, shelve};
use crate::tree::{Entry, Mode, RepoPath, Tree};

/// The most files of one golden path; ten times the largest seen in the wild.
const MAX_FILES: usize = 50_000;

/// The most bytes of one golden path.
const MAX_BYTES: u64 = 512 << 20;

/// The most bytes of a manifest or a charter.
const MAX_TEXT: u64 = 16 << 20;

impl Source {
    /// The catalog in `folder`: `catalog.yaml`, and `<name>/<version>/` for each version.
    ///
    /// # Errors
    /// If the folder can't be read.
    pub fn directory(folder: &Path) -> Result<Self, SourceError> {
        let catalog = |source| SourceError::Catalog { path: folder.to_owned(), source };
        let root = folder.canonicalize().map_err(catalog)?;
        let manifests = manifests(&root).map_err(catalog)?;
        let shelf =
            shelve(manifests.iter().map(|(name, version)| (name.as_str(), version.as_str())));
        Ok(Self { label: folder.display().to_string(), place: Place::Folder(root), shelf })
    }
}

/// The folders that hold a manifest, as name and version. Links are not looked into.
fn manifests(root: &Path) -> io::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for name in folders(root)? {
        for version in folders(&root.join(&name))? {
            let manifest = root.join(&name).join(&version).join(crate::manifest::FILE);
            if kind(&manifest)?.is_some_and(|it| it.is_file()) {
                found.push((name.clone(), version));
            }
        }
    }
    Ok(found)
}

/// What is at `path` itself, if anything is.
fn kind(path: &Path) -> io::Result<Option<fs::FileType>> {
    match path.symlink_metadata() {
        Ok(it) => Ok(Some(it.file_type())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn folders(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.extend(entry.file_name().into_string());
        }
    }
    Ok(names)
}

/// The file's bytes, or `None` if there is no such file.
pub(super) fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, SourceError> {
    match read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(SourceError::Read { path: path.to_owned(), source }),
    }
}

/// The file at `path`, if there is one; nothing for a folder.
pub(super) fn file_if_there(path: &Path) -> Result<Option<Entry>, SourceError> {
    let failed = |source| SourceError::Read { path: path.to_owned(), source };
    match kind(path).map_err(failed)? {
        Some(kind) if kind.is_file() => Ok(read_if_there(path)?.map(Entry::file)),
        Some(_) | None => Ok(None),
    }
}

/// Every file below `root`; empty if there is no such folder.
pub(super) fn read_tree(root: &Path) -> Result<Tree, SourceError> {
    let failed = |source| SourceError::Read { path: root.to_owned(), source };
    match kind(root).map_err(failed)? {
        None => return Ok(Tree::new()),
        // A link in place of the folder would lead the walk out of the catalog.
        Some(kind) if !kind.is_dir() => return Err(SourceError::Special { path: root.to_owned() }),
        Some(_) => {}
    }
    read_files(root, &files(root, |_| true)?)
}

/// Every file of a service in `root`, without git's own folder.
pub(super) fn read_service(root: &Path) -> Result<Tree, SourceError> {
    read_files(root, &files(root, is_no_git_folder)?)
}

/// Every file of Rego below `root`, and every link: none is followed, and none is passed over.
pub(super) fn read_policies(root: &Path) -> Result<Tree, SourceError> {
    let is_wanted = |entry: &DirEntry| {
        let is_policy = entry.path().extension().is_some_and(|it| it == "rego");
        let is_way = entry.file_type().is_dir() || entry.file_type().is_symlink();
        is_no_git_folder(entry) && (is_way || is_policy)
    };
    read_files(root, &files(root, is_wanted)?)
}

fn is_no_git_folder(entry: &DirEntry) -> bool {
    entry.depth() != 1 || entry.file_name() != ".git"
}

fn read_files(root: &Path, found: &[DirEntry]) -> Result<Tree, SourceError> {
    let bytes = AtomicU64::new(0);
    let entries: Vec<_> = found.par_iter().map(|entry| read_entry(root, entry, &bytes)).collect();
    // Of several failures the first in the order of the walk is told, whoever was faster.
    entries.into_iter().collect()
}

/// Every file and link below `root`, without what is not `wanted`.
fn files(root: &Path, wanted: fn(&DirEntry) -> bool) -> Result<Vec<DirEntry>, SourceError> {
    let mut files = Vec::new();
    let walk = WalkDir::new(root).min_depth(1).follow_links(false).sort_by_file_name();
    for entry in walk.into_iter().filter_entry(wanted) {
        let entry = entry.map_err(|error| walk_error(root, error))?;
        if !entry.file_type().is_dir() {
            files.push(entry);
        }
        if files.len() > MAX_FILES {
            return Err(too_large(root, format!("{MAX_FILES} files")));
        }
    }
    Ok(files)
}

fn too_large(root: &Path, limit: String) -> SourceError {
    SourceError::TooLarge { path: root.to_owned(), limit }
}

/// Reads one file; `read` counts the bytes of all.
fn read_entry(
    root: &Path,
    entry: &DirEntry,
    read: &AtomicU64,
) -> Result<(RepoPath, Entry), SourceError> {
    let path = entry.path();
    let kind = entry.file_type();
    let relative = path.strip_prefix(root).unwrap_or(path);
    let name = repo_path(path.to_owned(), relative)?;
    let failed = |source| SourceError::Read { path: path.to_owned(), source };
    if kind.is_symlink() {
        let target = fs::read_link(path).map_err(failed)?;
        let bytes = target.as_os_str().as_encoded_bytes().into();
        return Ok((name, Entry { mode: Mode::Link, bytes }));
    }
    if !kind.is_file() {
        return Err(SourceError::Special { path: path.to_owned() });
    }
    let file = open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if read.fetch_add(metadata.len(), Ordering::Relaxed) + metadata.len() > MAX_BYTES {
        return Err(too_large(root, format!("{} MiB", MAX_BYTES >> 20)));
    }
    let bytes = limited(file, metadata.len(), MAX_BYTES).map_err(failed)?;
    let is_file = metadata.permissions().mode() & 0o100 == 0;
    let mode = if is_file { Mode::File } else { Mode::Executable };
    Ok((name, Entry { mode, bytes: bytes.into() }))
}

/// One file that the user names; a link is followed, as theirs.
pub(super) fn read_bytes(path: &Path) -> Result<Vec<u8>, SourceError> {
    let failed = |source| SourceError::Read { path: path.to_owned(), source };
    let metadata = fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        return Err(SourceError::Special { path: path.to_owned() });
    }
    let file = File::open(path).map_err(failed)?;
    limited(file, metadata.len(), MAX_BYTES).map_err(failed)
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let file = open(path)?;
    let length = file.metadata()?.len();
    limited(file, length, MAX_TEXT)
}

/// The bytes of a file that is as large as it says (`length`), or grows while it is read.
fn limited(file: File, length: u64, most: u64) -> io::Result<Vec<u8>> {
    let too_large = || io::Error::other(format!("larger than {} MiB", most >> 20));
    if length > most {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 1);
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(too_large()) } else { Ok(bytes) }
}

/// A file that turned into a link since it was listed is not followed, one that turned into a pipe
/// does not block.
fn open(path: &Path) -> io::Result<File> {
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).unwrap_or_default();
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

fn walk_error(root: &Path, error: walkdir::Error) -> SourceError {
    let path = error.path().map_or_else(|| root.to_owned(), PathBuf::from);
    SourceError::Read { path, source: error.into() }
}
