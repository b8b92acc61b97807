//! The door to golden paths: their files from the binary or from a folder, as trees; and when those
//! change.
//!
//! **Invariant:** nothing outside of the catalog's folder is read, and no link is followed.

mod author;
mod directory;
mod embedded;
mod watch;

pub use watch::{Stamps, Watched};

pub use author::{Change, change};

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
};

use crate::{
    text::Document,
    tree::{Entry, RepoPath, RepoPathError, Tree},
    version::Version,
};

/// A catalog's files, read as they are asked for.
#[derive(Debug)]
pub struct Source {
    label: String,
    place: Place,
    shelf: BTreeMap<String, Vec<Version>>,
}

#[derive(Debug)]
enum Place {
    Memory(Tree),
    Folder(PathBuf),
}

/// Why a catalog's files can't be had.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// There is no such folder, or it may not be read.
    #[error("failed to read the catalog `{}`", shown(path))]
    Catalog {
        /// The catalog's folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file or folder of the catalog can't be read.
    #[error("failed to read `{}`", shown(path))]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file of the catalog can't be changed.
    #[error("failed to write `{}`", shown(path))]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file's name can't be one of a repository.
    #[error("`{}` can't be a file of a golden path", shown(path))]
    Name {
        /// The file.
        path: PathBuf,
        /// The rule that it breaks.
        source: RepoPathError,
    },
    /// A file's name is no Unicode.
    #[error("the name of `{}` is not UTF-8", shown(path))]
    Unicode {
        /// The file.
        path: PathBuf,
    },
    /// A device, a pipe, a socket.
    #[error("`{}` is neither a file, a folder nor a link", shown(path))]
    Special {
        /// The file.
        path: PathBuf,
    },
    /// More files or bytes than a golden path may have.
    #[error("`{}` holds more than {limit}", shown(path))]
    TooLarge {
        /// The golden path's folder.
        path: PathBuf,
        /// The limit, in words.
        limit: String,
    },
    /// The archive in the binary is damaged.
    #[error("failed to read the embedded catalog")]
    Archive(#[source] io::Error),
}

/// A path on one line: a file's name may hold line breaks.
fn shown(path: &Path) -> String {
    path.display().to_string().replace(char::is_control, "\u{fffd}")
}

impl SourceError {
    /// The file that is there and can't be one of a golden path.
    pub fn wrong_file(&self) -> Option<&Path> {
        match self {
            Self::Name { path, .. } | Self::Unicode { path } | Self::Special { path } => Some(path),
            Self::Catalog { .. }
            | Self::Read { .. }
            | Self::Write { .. }
            | Self::TooLarge { .. }
            | Self::Archive(_) => None,
        }
    }
}

/// Reads every file of a service in a folder, as the base of an upgrade.
///
/// # Errors
/// If the folder can't be read, or holds what no golden path makes.
pub fn read_folder(folder: &Path) -> Result<Tree, SourceError> {
    directory::read_service(folder)
}

/// Every file of Rego in a folder.
///
/// # Errors
/// If the folder can't be read, or holds names that no repository can have.
pub fn read_policies(folder: &Path) -> Result<Tree, SourceError> {
    directory::read_policies(folder)
}

/// The bytes of one file that is named by the user.
///
/// # Errors
/// If it can't be read, is no plain file, or has more than a golden path may have.
pub fn read_bytes(file: &Path) -> Result<Vec<u8>, SourceError> {
    directory::read_bytes(file)
}

impl Source {
    /// What people and locks call the catalog: `embedded`, or its folder.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The names of golden paths and layers, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.shelf.keys().map(String::as_str)
    }

    /// The versions of a golden path or layer, oldest first; none if there is no such name.
    pub fn versions(&self, name: &str) -> &[Version] {
        self.shelf.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The charter, if the catalog has one.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn charter(&self) -> Result<Option<Document>, SourceError> {
        let file = crate::charter::FILE;
        let bytes = match &self.place {
            Place::Memory(files) => files.file(file).map(|entry| entry.bytes.to_vec()),
            Place::Folder(root) => directory::read_if_there(&root.join(file))?,
        };
        Ok(bytes.map(|bytes| Document::new(self.file_label(file), text(&bytes))))
    }

    /// What all golden paths of the catalog share: its folder `data/`, with that name.
    ///
    /// # Errors
    /// If one of its files can't be read.
    pub fn data(&self) -> Result<Tree, SourceError> {
        let files = self.folder("data")?;
        let inside = |(path, entry)| Some((RepoPath::parse(&format!("data/{path}")).ok()?, entry));
        Ok(files.into_iter().filter_map(inside).collect())
    }

    /// The files of the catalog at these paths and below them, for instance its policies.
    ///
    /// # Errors
    /// If one of them can't be read.
    pub fn beside<'a>(
        &self,
        paths: impl Iterator<Item = &'a RepoPath>,
    ) -> Result<Tree, SourceError> {
        let paths: Vec<_> = paths.collect();
        let tops: BTreeSet<_> = paths.iter().filter_map(|it| it.components().next()).collect();
        let mut found = Tree::new();
        for top in tops {
            let is_named =
                |path: &RepoPath| paths.iter().any(|it| *it == path || path.is_below(it.as_str()));
            for (path, entry) in self.top(top)? {
                if is_named(&path) {
                    found.insert(path, entry);
                }
            }
        }
        Ok(found)
    }

    /// The file or folder of a name at the top of the catalog.
    fn top(&self, name: &str) -> Result<Vec<(RepoPath, Entry)>, SourceError> {
        let file = match &self.place {
            Place::Memory(files) => files.file(name).cloned(),
            Place::Folder(root) => directory::file_if_there(&root.join(name))?,
        };
        let below = |path: &RepoPath| RepoPath::parse(&format!("{name}/{path}")).ok();
        match (file, RepoPath::parse(name)) {
            (Some(file), Ok(path)) => Ok(vec![(path, file)]),
            _ => {
                let files = self.folder(name)?;
                Ok(files.into_iter().filter_map(|(path, it)| Some((below(&path)?, it))).collect())
            }
        }
    }

    /// The files of one version.
    ///
    /// # Errors
    /// If one of them can't be read.
    pub fn release(&self, name: &str, version: &Version) -> Result<Tree, SourceError> {
        self.folder(&format!("{name}/{version}"))
    }

    /// The manifest of one version alone, for listing; `None` if there is none.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn manifest(&self, name: &str, version: &Version) -> Result<Option<Document>, SourceError> {
        let file = format!("{name}/{version}/{}", crate::manifest::FILE);
        let bytes = match &self.place {
            Place::Memory(files) => files.file(&file).map(|entry| entry.bytes.to_vec()),
            Place::Folder(root) => directory::read_if_there(&root.join(&file))?,
        };
        Ok(bytes.map(|bytes| Document::new(self.file_label(&file), text(&bytes))))
    }

    /// What people call a file of the catalog.
    pub fn file_label(&self, file: &str) -> String {
        match &self.place {
            Place::Memory(_) => format!("{}:{file}", self.label),
            Place::Folder(_) => format!("{}/{file}", self.label.trim_end_matches('/')),
        }
    }

    fn folder(&self, folder: &str) -> Result<Tree, SourceError> {
        match &self.place {
            Place::Memory(files) => embedded::folder(files, folder),
            Place::Folder(root) => directory::read_tree(&root.join(folder)),
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Puts versions on the shelf: `name/version/golden-path.yaml` for each.
fn shelve<'a>(
    manifests: impl Iterator<Item = (&'a str, &'a str)>,
) -> BTreeMap<String, Vec<Version>> {
    let mut shelf: BTreeMap<String, Vec<Version>> = BTreeMap::new();
    for (name, version) in manifests {
        let Ok(version) = version.parse() else { continue };
        shelf.entry(name.to_owned()).or_default().push(version);
    }
    shelf.values_mut().for_each(|versions| versions.sort());
    shelf
}

fn repo_path(path: PathBuf, relative: &std::path::Path) -> Result<RepoPath, SourceError> {
    let Some(text) = relative.to_str() else { return Err(SourceError::Unicode { path }) };
    RepoPath::parse(text).map_err(|source| SourceError::Name { path, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_break_in_a_name_begins_no_line() {
        let error = SourceError::Unicode { path: PathBuf::from("a\n::error::b") };
        assert_eq!(error.to_string(), "the name of `a\u{fffd}::error::b` is not UTF-8");
    }
}
