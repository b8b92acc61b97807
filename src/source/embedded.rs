//! The catalog in the binary, made when the binary was built: an archive that holds manifests as they
//! are, and one deflated archive for each version, unpacked when it is asked for.

use std::{
    io::{self, Read as _},
    path::Path,
    sync::LazyLock,
};

use flate2::read::ZlibDecoder;

use super::{Place, Source, SourceError, repo_path, shelve};
use crate::tree::{Entry, Mode, RepoPath, Tree};

static ARCHIVE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/golden-paths.tar"));

static FILES: LazyLock<Result<Tree, String>> =
    LazyLock::new(|| unpack(ARCHIVE).map_err(|error| error.to_string()));

impl Source {
    /// The catalog in the binary.
    ///
    /// # Errors
    /// If the archive is damaged.
    pub fn embedded() -> Result<Self, SourceError> {
        let damaged = |words: &String| SourceError::Archive(io::Error::other(words.clone()));
        let files = FILES.as_ref().map_err(damaged)?;
        let shelf = shelve(files.paths().filter_map(|path| {
            let (folder, file) = path.as_str().rsplit_once('/')?;
            (file == crate::manifest::FILE).then(|| folder.split_once('/')).flatten()
        }));
        Ok(Self { label: "embedded".to_owned(), place: Place::Memory(files.clone()), shelf })
    }
}

/// The files of a folder that was packed as one: a version, or the shared data. None if there is none.
pub(super) fn folder(files: &Tree, folder: &str) -> Result<Tree, SourceError> {
    match files.file(&format!("{folder}.tar.zlib")) {
        Some(packed) => unpack(ZlibDecoder::new(&*packed.bytes)),
        None => Ok(Tree::default()),
    }
}

fn unpack(archive: impl io::Read) -> Result<Tree, SourceError> {
    let mut archive = tar::Archive::new(archive);
    let entries = archive.entries().map_err(SourceError::Archive)?;
    entries.map(|entry| read(entry.map_err(SourceError::Archive)?)).collect()
}

fn read(mut entry: tar::Entry<'_, impl io::Read>) -> Result<(RepoPath, Entry), SourceError> {
    let path = entry.path().map_err(SourceError::Archive)?.into_owned();
    let path = repo_path(path.clone(), &path)?;
    if let Some(target) = entry.link_name().map_err(SourceError::Archive)? {
        return Ok((path, Entry { mode: Mode::Link, bytes: target_bytes(&target) }));
    }
    let mode = entry.header().mode().map_err(SourceError::Archive)?;
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes).map_err(SourceError::Archive)?;
    let mode = if mode & 0o100 == 0 { Mode::File } else { Mode::Executable };
    Ok((path, Entry { mode, bytes: bytes.into() }))
}

fn target_bytes(target: &Path) -> std::sync::Arc<[u8]> {
    target.as_os_str().as_encoded_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binary_holds_every_file_of_the_catalog() {
        let source = Source::embedded().unwrap();
        let folder = Source::directory(Path::new("golden-paths")).unwrap();
        assert_eq!(source.names().collect::<Vec<_>>(), folder.names().collect::<Vec<_>>());
        for name in source.names() {
            for version in source.versions(name) {
                let embedded = source.release(name, version).unwrap();
                assert_eq!(embedded, folder.release(name, version).unwrap(), "{name} {version}");
                let manifest = source.manifest(name, version).unwrap().expect("it is on the shelf");
                let there = folder.manifest(name, version).unwrap().expect("it is on the shelf");
                assert_eq!(manifest.text(), there.text(), "{name} {version}");
            }
        }
        assert_eq!(source.data().unwrap(), folder.data().unwrap());
        let policies = [RepoPath::parse("policies").unwrap()];
        let embedded = source.beside(policies.iter()).unwrap();
        assert_eq!(embedded, folder.beside(policies.iter()).unwrap());
        assert!(embedded.file("policies/service.rego").is_some());
        assert!(source.charter().unwrap().is_some());
    }
}
