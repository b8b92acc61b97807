//! The tool's own small files in a work tree: read and written whole.

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

/// Why a file of ours can't be read or written.
#[derive(Debug, thiserror::Error)]
#[error("failed to {} `{}`", if *.is_write { "write" } else { "read" }, path.display())]
pub struct TextError {
    path: PathBuf,
    is_write: bool,
    source: io::Error,
}

impl TextError {
    /// Whether there is no such file.
    pub fn is_missing(&self) -> bool {
        self.source.kind() == io::ErrorKind::NotFound
    }
}

/// As large as a lock of the largest service that we make.
const MOST: u64 = 64 << 20;

/// Reads a text.
///
/// # Errors
/// If there is no such file, or it is a link, or no UTF-8, or larger than any of ours.
pub fn read_text(path: &Path) -> Result<String, TextError> {
    let failed = |source| TextError { path: path.to_owned(), is_write: false, source };
    let kind = fs::symlink_metadata(path).map_err(failed)?;
    if !kind.is_file() || kind.len() > MOST {
        let what = if kind.is_file() { "it is too large" } else { "it is no ordinary file" };
        return Err(failed(io::Error::other(what)));
    }
    let mut text = String::new();
    let file = File::open(path).map_err(failed)?;
    file.take(MOST).read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

/// Puts a text in a file's place, in one step.
///
/// # Errors
/// If the folder can't be written to; then the file is as it was.
pub fn write_text(path: &Path, text: &str) -> Result<(), TextError> {
    let failed = |source| TextError { path: path.to_owned(), is_write: true, source };
    let folder = path.parent().unwrap_or(path);
    let mut file = tempfile::Builder::new()
        .prefix(".flagstone-")
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666))
        .tempfile_in(folder)
        .map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map(drop).map_err(|error| failed(error.error))
}

/// Makes a folder of ours, and those above it that are missing.
///
/// # Errors
/// If it can't be made.
pub fn make_all(folder: &Path) -> Result<(), TextError> {
    let failed = |source| TextError { path: folder.to_owned(), is_write: true, source };
    fs::create_dir_all(folder).map_err(failed)
}
