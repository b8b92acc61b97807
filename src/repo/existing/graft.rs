//! The tree of a commit with some files changed.
//!
//! **Invariant:** whatever is not named stays, also what we could not write ourselves.

use std::collections::BTreeMap;

use git2::{ObjectType, Oid};

use super::{GitFailure, committed::REPOSITORY, oid, raw};
use crate::tree::{Blob, RepoPath, TreeId};

/// What becomes of the files of one folder.
#[derive(Default)]
struct Folder<'a> {
    files: BTreeMap<&'a str, Option<Blob>>,
    folders: BTreeMap<&'a str, Self>,
}

struct Grafting<'a> {
    git: &'a git2::Repository,
    each: &'a mut dyn FnMut(&[u8]) -> [u8; 20],
}

const FOLDER: u32 = 0o040_000;

type Items = BTreeMap<Vec<u8>, (u32, [u8; 20])>;

/// The tree `old` with each path of `changes` set or removed. Every new tree object goes through
/// `each`, which tells its id.
pub(super) fn graft<'a>(
    git: &git2::Repository,
    old: Oid,
    changes: impl IntoIterator<Item = (&'a RepoPath, Option<Blob>)>,
    each: &mut dyn FnMut(&[u8]) -> [u8; 20],
) -> Result<TreeId, GitFailure> {
    let mut root = Folder::default();
    for (path, blob) in changes {
        root.set(path.as_str(), blob);
    }
    let mut grafting = Grafting { git, each };
    let items = grafting.items(Some(old), root)?;
    Ok(TreeId(grafting.write(&items)))
}

impl<'a> Folder<'a> {
    fn set(&mut self, path: &'a str, blob: Option<Blob>) {
        match path.split_once('/') {
            Some((folder, rest)) => self.folders.entry(folder).or_default().set(rest, blob),
            None => drop(self.files.insert(path, blob)),
        }
    }
}

impl Grafting<'_> {
    fn items(&mut self, old: Option<Oid>, changes: Folder<'_>) -> Result<Items, GitFailure> {
        let mut items = match old {
            Some(old) => self.read(old)?,
            None => Items::new(),
        };
        for name in changes.files.keys() {
            match items.get(name.as_bytes()) {
                Some((REPOSITORY, _)) => {
                    return Err(GitFailure(format!("`{name}` is another repository")));
                }
                Some((mode, _)) if *mode != FOLDER => drop(items.remove(name.as_bytes())),
                Some(_) | None => {}
            }
        }
        for (name, folder) in changes.folders {
            let there = items.get(name.as_bytes()).filter(|(mode, _)| *mode == FOLDER);
            let old = there.map(|(_, id)| oid(*id));
            let below = self.items(old, folder)?;
            if below.is_empty() {
                items.remove(name.as_bytes());
            } else if items.get(name.as_bytes()).is_some_and(|(mode, _)| *mode != FOLDER) {
                return Err(both(name));
            } else {
                let id = self.write(&below);
                items.insert(name.into(), (FOLDER, id));
            }
        }
        for (name, blob) in changes.files {
            let Some(Blob { mode, id }) = blob else { continue };
            if items.insert(name.into(), (mode.bits(), id.0)).is_some() {
                return Err(both(name));
            }
        }
        Ok(items)
    }

    fn read(&self, id: Oid) -> Result<Items, GitFailure> {
        let tree = self.git.find_tree(id)?;
        let item = |entry: git2::TreeEntry<'_>| {
            (entry.name_bytes().to_vec(), (entry.filemode_raw() as u32, raw(entry.id())))
        };
        Ok(tree.iter().map(item).collect())
    }

    fn write(&mut self, items: &Items) -> [u8; 20] {
        let mut sorted: Vec<_> = items.iter().collect();
        // git sorts a folder as if its name ended in a slash.
        sorted.sort_by_cached_key(|(name, (mode, _))| match *mode {
            FOLDER => [name, b"/".as_slice()].concat(),
            _ => (*name).clone(),
        });
        let mut bytes = Vec::new();
        for (name, (mode, id)) in sorted {
            bytes.extend(format!("{mode:o} ").bytes());
            bytes.extend(name);
            bytes.push(0);
            bytes.extend(id);
        }
        (self.each)(&bytes)
    }
}

fn both(name: &str) -> GitFailure {
    GitFailure(format!("`{name}` would be a file and a folder"))
}

/// Whether the object is there, without looking for packs that came since.
pub(super) fn has(odb: &git2::Odb<'_>, id: [u8; 20]) -> bool {
    odb.exists_ext(oid(id), git2::OdbLookupFlags::NO_REFRESH)
}

/// Whether the object is a blob that can be had.
pub(super) fn has_blob(odb: &git2::Odb<'_>, id: [u8; 20]) -> bool {
    odb.read_header(oid(id)).is_ok_and(|(_, kind)| kind == ObjectType::Blob)
}
