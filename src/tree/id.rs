//! Ids of contents: git's for blobs and trees, SHA-256 digests for released versions.

use std::{collections::BTreeMap, fmt};

use sha1::{Digest as _, Sha1};
use sha2::Sha256;

use super::{Entry, Mode, RepoPath, Tree};

/// The id that git gives to a file's bytes (SHA-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId(pub [u8; 20]);

/// The id that git gives to a directory (SHA-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreeId(pub [u8; 20]);

/// A SHA-256 digest, written `sha256:…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

/// One line of a git tree object.
struct TreeItem<'a> {
    /// The mode as git writes it in trees (`40000` for a folder).
    mode: &'static str,
    /// The component's name.
    name: &'a str,
    /// The id of the blob or tree.
    id: [u8; 20],
}

impl BlobId {
    /// The id of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(object_id("blob", bytes))
    }

    /// Reads forty hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        unhex(text).map(Self)
    }
}

impl TreeId {
    /// The id of a directory's files, each with its mode and blob id.
    pub fn of<'a>(files: impl IntoIterator<Item = (&'a RepoPath, Mode, BlobId)>) -> Self {
        let mut ignore = |_: &[u8], _| {};
        Self::with_objects(files, &mut ignore)
    }

    /// The id of a directory's files; every tree object on the way is handed to `each` with its id.
    pub fn with_objects<'a>(
        files: impl IntoIterator<Item = (&'a RepoPath, Mode, BlobId)>,
        each: &mut impl FnMut(&[u8], Self),
    ) -> Self {
        let mut root = Folder::default();
        for (path, mode, id) in files {
            root.insert(path.as_str(), mode, id);
        }
        root.id(each)
    }

    /// Reads forty hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        unhex(text).map(Self)
    }
}

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The line of one file in the digest of a tree: `mode path sha256`. The digest of a tree is that
    /// of these lines, in the order of the paths.
    pub fn line(path: &RepoPath, entry: &Entry) -> String {
        let digest = hex(&Sha256::digest(&entry.bytes));
        format!("{} {path} {digest}\n", entry.mode.as_str())
    }

    /// Reads `sha256:` and sixty-four hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        unhex(text.strip_prefix("sha256:")?).map(Self)
    }
}

impl Tree {
    /// The id that git gives to this directory.
    pub fn id(&self) -> TreeId {
        let item = |(path, entry): (_, &Entry)| (path, entry.mode, entry.blob_id());
        TreeId::of(self.iter().map(item).collect::<Vec<_>>())
    }
}

#[derive(Default)]
struct Folder<'a> {
    files: Vec<TreeItem<'a>>,
    folders: BTreeMap<&'a str, Self>,
}

impl<'a> Folder<'a> {
    fn insert(&mut self, path: &'a str, mode: Mode, id: BlobId) {
        match path.split_once('/') {
            Some((folder, rest)) => self.folders.entry(folder).or_default().insert(rest, mode, id),
            None => self.files.push(TreeItem { mode: mode.as_str(), name: path, id: id.0 }),
        }
    }

    fn id(self, each: &mut impl FnMut(&[u8], TreeId)) -> TreeId {
        let mut items = self.files;
        for (name, folder) in self.folders {
            items.push(TreeItem { mode: "40000", name, id: folder.id(each).0 });
        }
        // git sorts a folder as if its name ended in a slash.
        items.sort_by_cached_key(|item| match item.mode {
            "40000" => format!("{}/", item.name),
            _ => item.name.to_owned(),
        });
        let mut bytes = Vec::new();
        for item in items {
            bytes.extend_from_slice(item.mode.as_bytes());
            bytes.push(b' ');
            bytes.extend_from_slice(item.name.as_bytes());
            bytes.push(0);
            bytes.extend_from_slice(&item.id);
        }
        let id = TreeId(object_id("tree", &bytes));
        each(&bytes, id);
        id
    }
}

/// The id that git gives to an object of a kind (`blob`, `tree`, `commit`).
pub fn object_id(kind: &str, bytes: &[u8]) -> [u8; 20] {
    let mut hasher = Sha1::new();
    hasher.update(format!("{kind} {}\0", bytes.len()));
    hasher.update(bytes);
    hasher.finalize().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if text.len() != 2 * N || !text.bytes().all(is_digit) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

impl fmt::Display for BlobId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex(&self.0))
    }
}

impl fmt::Display for TreeId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex(&self.0))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "sha256:{}", hex(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_git() {
        assert_eq!(BlobId::of(b"hello\n").to_string(), "ce013625030ba8dba906f756967f9e9ca394464a");
        assert_eq!(Tree::new().id().to_string(), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
    }

    #[test]
    fn ids_round_trip_and_nothing_else_is_read() {
        let id = BlobId::of(b"x");
        assert_eq!(BlobId::parse(&id.to_string()), Some(id));
        assert_eq!(BlobId::parse(&id.to_string().to_uppercase()), None);
        assert_eq!(BlobId::parse("+f"), None);
        let digest = Digest::of(b"x");
        assert_eq!(Digest::parse(&digest.to_string()), Some(digest));
    }
}
