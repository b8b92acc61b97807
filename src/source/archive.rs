//! An archive of policies, `.tar.gz`, as files in memory.
//!
//! **Invariant:** nothing is unpacked to a disk; what is no plain file inside of the archive, and what
//! is larger than people write, is refused.

#![expect(clippy::disallowed_methods, reason = "the door to archives on disk")]

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read as _},
    path::Path,
};

use flate2::read::MultiGzDecoder;
use tar::EntryType;

use super::SourceError;
use crate::tree::RepoPath;

/// More bytes than this no bundle has, packed or not, and no more files.
const MAX_BYTES: u64 = 64 << 20;
const MAX_FILES: usize = 10_000;

/// The files of the archive at `path`, by their paths in it.
///
/// # Errors
/// If it can't be read, or holds links, files outside of it or of one name, or too much.
pub fn read_archive(path: &Path) -> Result<BTreeMap<String, Vec<u8>>, SourceError> {
    let failed = |source: io::Error| SourceError::Read { path: path.to_owned(), source };
    let wrong = |words: String| failed(io::Error::other(words));
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(wrong("it is no plain file".to_owned()));
    }
    let file = File::open(path).map_err(failed)?;
    let unpacked = MultiGzDecoder::new(file.take(MAX_BYTES)).take(MAX_BYTES);
    let mut archive = tar::Archive::new(unpacked);
    let mut files = BTreeMap::new();
    for (count, entry) in archive.entries().map_err(failed)?.enumerate() {
        let mut entry = entry.map_err(failed)?;
        if count >= MAX_FILES {
            return Err(wrong(format!("it holds more than {MAX_FILES} files")));
        }
        let name = entry.path_bytes();
        let name = str::from_utf8(&name).map_err(io::Error::other).map_err(failed)?.to_owned();
        match entry.header().entry_type() {
            EntryType::Directory | EntryType::XGlobalHeader => continue,
            EntryType::Regular | EntryType::Continuous => {}
            _ => return Err(wrong(format!("it holds `{name}`, which is no plain file"))),
        }
        let inner = name.trim_start_matches("./").trim_start_matches('/');
        let inner = RepoPath::parse(inner)
            .map_err(|error| wrong(format!("it holds `{name}`: {error}")))?
            .as_str()
            .to_owned();
        // A header may claim any size: what is there counts.
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).map_err(failed)?;
        if files.insert(inner, bytes).is_some() {
            return Err(wrong(format!("it holds `{name}` twice")));
        }
    }
    match archive.into_inner().limit() {
        0 => Err(wrong(format!("it holds more than {} MiB", MAX_BYTES >> 20))),
        _ => Ok(files),
    }
}

#[cfg(test)]
mod tests;
