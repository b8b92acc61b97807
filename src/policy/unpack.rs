//! An OPA bundle's archive, `.tar.gz`, as files in memory.
//!
//! **Invariant:** nothing is unpacked to a disk; what is no plain file inside of the archive, and what
//! is larger than people write, is refused.

use std::io::{self, Read as _};

use flate2::read::MultiGzDecoder;
use tar::EntryType;

use super::Files;
use crate::tree::RepoPath;

/// More bytes than this no bundle has, packed or not, and no more files.
const MAX_BYTES: u64 = 64 << 20;
const MAX_FILES: usize = 10_000;

/// The files of an archive, by their paths in it.
///
/// # Errors
/// If it can't be read, or holds links, files outside of it or of one name, or too much.
pub fn unpacked(packed: &[u8]) -> io::Result<Files> {
    let wrong = |words: String| io::Error::other(words);
    let unpacked = MultiGzDecoder::new(packed).take(MAX_BYTES);
    let mut archive = tar::Archive::new(unpacked);
    let mut files = Files::new();
    for (count, entry) in archive.entries()?.enumerate() {
        let mut entry = entry?;
        if count >= MAX_FILES {
            return Err(wrong(format!("it holds more than {MAX_FILES} files")));
        }
        let name = entry.path_bytes();
        let name = str::from_utf8(&name).map_err(io::Error::other)?.to_owned();
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
        entry.read_to_end(&mut bytes)?;
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
