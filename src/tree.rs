//! A directory in memory: paths that are safe to write, entries as git knows them, ids, ownership.
//!
//! **Invariant:** a [`Tree`] is a value. Nothing here reads or writes anything outside of memory.

mod difference;
mod id;
mod listing;
mod ownership;
mod path;

pub use difference::{Change, difference};
pub use id::{BlobId, Digest, TreeId, object_id};
pub use listing::{Blob, Listing};
pub use ownership::{Ownership, SourceId};
pub use path::{RepoPath, RepoPathError};

use std::{collections::BTreeMap, sync::Arc};

/// The kind of a file, with git's modes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// `100644`.
    File,
    /// `100755`.
    Executable,
    /// `120000`: the bytes are the link's target.
    Link,
}

/// One file: its mode and its bytes (of a link: its target).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The kind of the file.
    pub mode: Mode,
    /// The content; shared, so that clones are cheap.
    pub bytes: Arc<[u8]>,
}

/// A directory: every file by its path, in the order of the paths' bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    entries: BTreeMap<RepoPath, Entry>,
}

/// Why a path cannot enter a tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// The path is there already.
    #[error("`{0}` is written twice")]
    Twice(RepoPath),
    /// Two paths that some file systems take for one.
    #[error("`{0}` and `{1}` are one file on file systems that fold case or Unicode forms")]
    Twins(RepoPath, RepoPath),
    /// A file stands where a folder must be.
    #[error("`{file}` is a file, but `{below}` needs it to be a folder")]
    FileAsFolder {
        /// The file that stands in the way.
        file: RepoPath,
        /// The path below it.
        below: RepoPath,
    },
}

impl Mode {
    /// The mode as git writes it in trees: six octal digits.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "100644",
            Self::Executable => "100755",
            Self::Link => "120000",
        }
    }

    /// The mode as git's number.
    pub const fn bits(self) -> u32 {
        match self {
            Self::File => 0o100_644,
            Self::Executable => 0o100_755,
            Self::Link => 0o120_000,
        }
    }

    /// Reads what [`Mode::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::File, Self::Executable, Self::Link].into_iter().find(|mode| mode.as_str() == text)
    }
}

impl Entry {
    /// An ordinary file.
    pub fn file(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { mode: Mode::File, bytes: bytes.into() }
    }

    /// The bytes as text, if they are UTF-8 without NUL.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok().filter(|text| !text.contains('\0'))
    }

    /// The id that git gives to the bytes.
    pub fn blob_id(&self) -> BlobId {
        BlobId::of(&self.bytes)
    }
}

impl Tree {
    /// A tree without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a file into the tree, in place of what had the same path.
    pub fn insert(&mut self, path: RepoPath, entry: Entry) -> Option<Entry> {
        self.entries.insert(path, entry)
    }

    /// Takes a file out of the tree.
    pub fn remove(&mut self, path: &RepoPath) -> Option<Entry> {
        self.entries.remove(path)
    }

    /// The file at `path`.
    pub fn get(&self, path: &RepoPath) -> Option<&Entry> {
        self.entries.get(path)
    }

    /// The file at `path`, given as text.
    pub fn file(&self, path: &str) -> Option<&Entry> {
        self.entries.get(path)
    }

    /// Every file in the order of the paths.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&RepoPath, &Entry)> {
        self.entries.iter()
    }

    /// Every path in order.
    pub fn paths(&self) -> impl ExactSizeIterator<Item = &RepoPath> {
        self.entries.keys()
    }

    /// The files below a folder, their paths without the folder's.
    pub fn below(&self, folder: &str) -> Self {
        let prefix = format!("{folder}/");
        self.entries
            .iter()
            .filter_map(|(path, entry)| {
                let rest = path.as_str().strip_prefix(&prefix)?;
                Some((RepoPath::parse(rest).ok()?, entry.clone()))
            })
            .collect()
    }

    /// The number of files.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The bytes of all files together.
    pub fn size(&self) -> u64 {
        self.entries.values().map(|entry| entry.bytes.len() as u64).sum()
    }

    /// Checks what a file system needs: no twins after case folding and Unicode normalisation, no
    /// file where a folder must be.
    ///
    /// # Errors
    /// The first pair of paths that cannot stand side by side.
    pub fn check(&self) -> Result<(), TreeError> {
        let mut folded: BTreeMap<String, &RepoPath> = BTreeMap::new();
        for path in self.entries.keys() {
            if let Some(twin) = folded.insert(path.folded(), path) {
                return Err(TreeError::Twins(twin.clone(), path.clone()));
            }
        }
        self.check_folders(&folded)
    }

    fn check_folders(&self, folded: &BTreeMap<String, &RepoPath>) -> Result<(), TreeError> {
        let mut spelled: BTreeMap<String, &str> = BTreeMap::new();
        for path in self.entries.keys() {
            for folder in path.folders() {
                let key = RepoPath::fold(folder);
                if let Some(file) = folded.get(&key) {
                    let (file, below) = ((*file).clone(), path.clone());
                    return Err(TreeError::FileAsFolder { file, below });
                }
                let first = *spelled.entry(key).or_insert(folder);
                if first != folder {
                    let twins = self.paths().find(|path| path.is_below(first));
                    return Err(TreeError::Twins(twins.unwrap_or(path).clone(), path.clone()));
                }
            }
        }
        Ok(())
    }
}

impl FromIterator<(RepoPath, Entry)> for Tree {
    fn from_iter<I: IntoIterator<Item = (RepoPath, Entry)>>(entries: I) -> Self {
        Self { entries: entries.into_iter().collect() }
    }
}

impl IntoIterator for Tree {
    type Item = (RepoPath, Entry);
    type IntoIter = std::collections::btree_map::IntoIter<RepoPath, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(paths: &[&str]) -> Tree {
        paths.iter().map(|path| (RepoPath::parse(path).unwrap(), Entry::file(*b""))).collect()
    }

    #[test]
    fn files_that_differ_in_case_alone_are_twins() {
        assert!(matches!(tree(&["README.md", "readme.md"]).check(), Err(TreeError::Twins(..))));
    }

    #[test]
    fn folders_that_differ_in_case_alone_are_twins() {
        assert!(matches!(tree(&["Src/a", "src/b"]).check(), Err(TreeError::Twins(..))));
    }

    #[test]
    fn one_name_in_two_unicode_forms_is_twins() {
        assert!(matches!(tree(&["caf\u{e9}", "cafe\u{301}"]).check(), Err(TreeError::Twins(..))));
    }

    #[test]
    fn a_file_cannot_be_a_folder_too() {
        let error = tree(&["src", "src/main.rs"]).check().unwrap_err();
        assert!(matches!(error, TreeError::FileAsFolder { .. }));
    }

    #[test]
    fn neighbours_with_a_common_prefix_stand_side_by_side() {
        assert_eq!(tree(&["src.md", "src/a", "src-b/c"]).check(), Ok(()));
    }
}
