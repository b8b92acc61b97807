//! The work tree as it is.
//!
//! **Invariant:** a file is only read where git's index can't vouch for it; the index itself is never
//! refreshed.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use git2::IndexEntry;

use super::{
    Repository,
    attributes::Attributes,
    committed::{Item, REPOSITORY, ReadError, named, put},
    ending,
    staging::{Staging, is_current, is_intent, item, stage},
    worktree::{Seen, WorkTree},
};
use crate::tree::{Blob, BlobId, Entry, Listing, Mode, RepoPath};

/// The work tree as it is, as far as we could write it ourselves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Present {
    /// The files that git knows, and those that were asked for: as they would be committed now.
    pub listing: Listing,
    /// Files that git knows, and that are not there.
    pub missing: BTreeSet<RepoPath>,
    /// Files that are not as the index has them; those that are missing too.
    pub edited: BTreeSet<RepoPath>,
    /// Paths where the index is not as `HEAD` is.
    pub staged: BTreeSet<RepoPath>,
    /// Files with a conflict that nobody has resolved.
    pub unmerged: BTreeSet<RepoPath>,
}

/// One path of the index: what is staged, or the sides of a conflict.
#[derive(Default)]
pub(super) struct Known {
    pub(super) entry: Option<IndexEntry>,
    pub(super) is_unmerged: bool,
}

/// Everything that tells the state of the work tree's files.
pub(super) struct Desk<'a> {
    pub(super) repository: &'a Repository,
    pub(super) tree: WorkTree,
    pub(super) known: BTreeMap<Vec<u8>, Known>,
    attributes: Attributes<'a>,
    written: i64,
    /// Whether the file system keeps the executable bit.
    has_modes: bool,
}

impl Repository {
    /// The work tree as it is: every file of the index, and those at `beside` that git does not know.
    /// Of a bare repository, nothing.
    ///
    /// # Errors
    /// If `HEAD`, the index or a file can't be read.
    pub fn present(&self, beside: &[&RepoPath]) -> Result<Present, ReadError> {
        let Some(mut desk) = Desk::open(self)? else { return Ok(Present::default()) };
        let mut present = Present { staged: desk.staged()?, ..Present::default() };
        for (path, known) in std::mem::take(&mut desk.known) {
            let Some(name) = named(&path) else { continue };
            if known.is_unmerged {
                present.unmerged.insert(name.clone());
            }
            match known.entry {
                Some(entry) if entry.mode == REPOSITORY => {
                    put(&mut present.listing, &path, item(&entry));
                }
                entry => desk.note(name, entry.as_ref(), &mut present)?,
            }
        }
        for path in beside {
            if !present.listing.files.contains_key(*path)
                && let Some(blob) = desk.blob(path, None)?
            {
                present.listing.files.insert((*path).clone(), blob);
            }
        }
        Ok(present)
    }

    /// The files of the index whose names no path of ours can have, as they are in the work tree.
    ///
    /// # Errors
    /// If the index or one of them can't be read.
    pub fn unnamed(&self) -> Result<Vec<(String, Entry)>, ReadError> {
        let Some(mut desk) = Desk::open(self)? else { return Ok(Vec::new()) };
        let mut files = Vec::new();
        for (path, known) in std::mem::take(&mut desk.known) {
            if named(&path).is_some() {
                continue;
            }
            let name = String::from_utf8_lossy(&path).into_owned();
            let read = desk.tree.read(&path).map_err(|source| desk.failed(&name, source))?;
            let entry = match (read, known.entry.and_then(|it| item(&it).blob())) {
                (Some((_, entry)), _) => Some(entry),
                // This system may not have such files.
                (None, Some(blob)) => self.entry_of(blob)?,
                (None, None) => None,
            };
            files.extend(entry.map(|it| (name, it)));
        }
        Ok(files)
    }

    /// What is staged, as far as we could write it ourselves: what a commit of the index would hold.
    /// Of a file with a conflict, nothing.
    ///
    /// # Errors
    /// If the index can't be read.
    pub fn staged(&self) -> Result<Listing, ReadError> {
        let staging = Staging::read(&self.index_file()).map_err(ReadError::index)?;
        let mut listing = Listing::default();
        for entry in staging.index.iter().filter(|it| stage(it) == 0) {
            put(&mut listing, &entry.path, item(&entry));
        }
        Ok(listing)
    }

    /// The files that are staged with names that no path of ours can have.
    ///
    /// # Errors
    /// If the index or one of them can't be read.
    pub fn unnamed_staged(&self) -> Result<Vec<(String, Entry)>, ReadError> {
        let staging = Staging::read(&self.index_file()).map_err(ReadError::index)?;
        let mut files = Vec::new();
        for entry in staging.index.iter().filter(|it| stage(it) == 0) {
            if let (None, Some(blob)) = (named(&entry.path), item(&entry).blob()) {
                let bytes = self.bytes(blob.id)?.unwrap_or_default();
                let name = String::from_utf8_lossy(&entry.path).into_owned();
                files.push((name, Entry { mode: blob.mode, bytes }));
            }
        }
        Ok(files)
    }

    fn entry_of(&self, blob: Blob) -> Result<Option<Entry>, ReadError> {
        Ok(self.bytes(blob.id)?.map(|bytes| Entry { mode: blob.mode, bytes }))
    }

    /// Of these files those that git would store in another encoding than they have, and that were
    /// edited since it did: nobody can say what it will store.
    ///
    /// # Errors
    /// If the index or one of them can't be read.
    pub fn recoded(&self, paths: &[RepoPath]) -> Result<Vec<RepoPath>, ReadError> {
        let Some(mut desk) = Desk::open(self)? else { return Ok(Vec::new()) };
        let mut recoded = Vec::new();
        for path in
            paths.iter().filter(|it| desk.attributes.is_recoded(it)).cloned().collect::<Vec<_>>()
        {
            let known = desk.known.remove(path.as_str().as_bytes()).and_then(|it| it.entry);
            let seen = desk.look(&path)?;
            let is_stored =
                known.zip(seen).is_some_and(|(known, seen)| desk.is_stored(&known, seen));
            if !is_stored {
                recoded.push(path);
            }
        }
        Ok(recoded)
    }

    /// A file of the work tree as it would be committed now.
    ///
    /// # Errors
    /// If it is there and can't be read.
    pub fn file(&self, path: &RepoPath) -> Result<Option<Entry>, ReadError> {
        Ok(self.entries(std::slice::from_ref(path))?.pop().flatten())
    }

    /// Files of the work tree as they would be committed now, in the order of `paths`.
    ///
    /// # Errors
    /// If one of them is there and can't be read.
    pub fn entries(&self, paths: &[RepoPath]) -> Result<Vec<Option<Entry>>, ReadError> {
        let Some(mut desk) = Desk::open(self)? else { return Ok(vec![None; paths.len()]) };
        let mut read = |path: &RepoPath| {
            let known = desk.known.remove(path.as_str().as_bytes()).and_then(|it| it.entry);
            Ok(desk.entry(path, known.as_ref())?.map(|(_, entry)| entry))
        };
        paths.iter().map(&mut read).collect()
    }
}

impl<'a> Desk<'a> {
    /// `None` if the repository is bare.
    pub(super) fn open(repository: &'a Repository) -> Result<Option<Self>, ReadError> {
        let Some(root) = repository.root() else { return Ok(None) };
        let failed = |source| ReadError::File { path: root.to_owned(), source };
        let tree = WorkTree::open(root).map_err(failed)?;
        let staging = Staging::read(&repository.index_file()).map_err(ReadError::index)?;
        let mut known = BTreeMap::<_, Known>::new();
        for entry in staging.index.iter() {
            let one = known.entry(entry.path.clone()).or_default();
            match stage(&entry) {
                0 => one.entry = Some(entry),
                _ => one.is_unmerged = true,
            }
        }
        let config = repository.git.config();
        let has_modes = config.and_then(|it| it.get_bool("core.filemode")).unwrap_or(true);
        let attributes = Attributes::present(&repository.git);
        let written = staging.written;
        Ok(Some(Self { repository, tree, known, attributes, written, has_modes }))
    }

    /// Paths where the index is not as `HEAD` is.
    pub(super) fn staged_paths(&self) -> Result<BTreeSet<Vec<u8>>, ReadError> {
        let mut committed = BTreeMap::<Vec<u8>, Item>::new();
        if let Some(commit) = self.repository.head()?.commit {
            self.repository.items(commit, &mut |path, item| {
                committed.insert(path.to_vec(), item);
            })?;
        }
        let mut staged = BTreeSet::new();
        for (path, known) in &self.known {
            let there = committed.remove(path);
            let is_same = match &known.entry {
                Some(entry) if !is_intent(entry) => there == Some(item(entry)),
                Some(_) => true,
                None => false,
            };
            if !is_same {
                staged.insert(path.clone());
            }
        }
        staged.extend(committed.into_keys());
        Ok(staged)
    }

    fn staged(&self) -> Result<BTreeSet<RepoPath>, ReadError> {
        Ok(self.staged_paths()?.iter().filter_map(|path| named(path)).collect())
    }

    /// Writes down the state of one file of the index.
    fn note(
        &mut self,
        path: RepoPath,
        entry: Option<&IndexEntry>,
        present: &mut Present,
    ) -> Result<(), ReadError> {
        let blob = self.blob(&path, entry)?;
        if blob.is_none() {
            present.missing.insert(path.clone());
        }
        if blob != entry.and_then(|it| item(it).blob()) {
            present.edited.insert(path.clone());
        }
        present.listing.files.extend(blob.map(|blob| (path, blob)));
        Ok(())
    }

    /// The file at `path` by its id.
    pub(super) fn blob(
        &mut self,
        path: &RepoPath,
        entry: Option<&IndexEntry>,
    ) -> Result<Option<Blob>, ReadError> {
        let seen = self.look(path)?;
        let Some((seen, mode)) = seen.and_then(|seen| Some((seen, seen.mode()?))) else {
            return Ok(None);
        };
        let known = entry.and_then(|entry| Some((entry, item(entry).blob()?)));
        if let Some((entry, blob)) = known
            && is_current(entry, &seen.stat(), self.written)
            && (blob.mode == Mode::Link) == (mode == Mode::Link)
        {
            return Ok(Some(Blob { mode: self.mode(mode, Some(blob)), id: blob.id }));
        }
        let read = self.entry(path, entry)?;
        Ok(read.map(|(_, entry)| Blob { mode: entry.mode, id: BlobId::of(&entry.bytes) }))
    }

    /// Whether the file of an entry is as the entry says, whatever its time.
    pub(super) fn matches(&mut self, entry: &IndexEntry) -> bool {
        let wanted = item(entry).blob();
        match named(&entry.path) {
            Some(path) => self.blob(&path, Some(entry)).is_ok_and(|it| it == wanted),
            None => {
                let read = self.tree.read(&entry.path).ok().flatten();
                read.is_some_and(|(_, entry)| Some(entry.blob()) == wanted)
            }
        }
    }

    /// The file at `path` as it would be committed.
    fn entry(
        &mut self,
        path: &RepoPath,
        known: Option<&IndexEntry>,
    ) -> Result<Option<(Seen, Entry)>, ReadError> {
        let read = self.tree.read(path.as_str().as_bytes());
        let Some((seen, entry)) = read.map_err(|source| self.failed(path, source))? else {
            return Ok(None);
        };
        let index = known;
        let known = known.and_then(|it| item(it).blob());
        let mode = self.mode(entry.mode, known);
        if mode == Mode::Link {
            return Ok(Some((seen, entry)));
        }
        if let Some((index, blob)) = index.zip(known)
            && self.attributes.is_recoded(path)
            && self.is_stored(index, seen)
            && let Some(stored) = self.repository.entry_of(blob)?
        {
            return Ok(Some((seen, Entry { mode, ..stored })));
        }
        let staged = || Some(ending::has_crlf(&self.repository.bytes(known?.id).ok()??));
        let bytes = self.attributes.ending(path).to_commit(&entry.bytes, staged);
        Ok(Some((seen, Entry { mode, bytes: bytes.into() })))
    }

    /// Whether a file is as git has stored it. In a fresh checkout all are as young as the index: then
    /// the fractions of their seconds tell.
    fn is_stored(&self, entry: &IndexEntry, seen: Seen) -> bool {
        let stat = seen.stat();
        is_current(entry, &stat, self.written)
            || entry.mtime.nanoseconds() != 0 && is_current(entry, &stat, i64::MAX)
    }

    /// What is at `path`.
    pub(super) fn look(&mut self, path: &RepoPath) -> Result<Option<Seen>, ReadError> {
        self.tree.look(path.as_str().as_bytes()).map_err(|source| self.failed(path, source))
    }

    /// What is at a path that need not be one of ours.
    pub(super) fn look_at(&mut self, path: &str) -> Result<Option<Seen>, ReadError> {
        self.tree.look(path.as_bytes()).map_err(|source| self.failed(path, source))
    }

    /// The names in a folder, as text.
    pub(super) fn names_in(&mut self, folder: &str) -> Result<Vec<String>, ReadError> {
        let names = self.tree.names(folder.as_bytes());
        names.map_err(|source| self.failed(folder, source))
    }

    /// The mode that a file has for git: where the file system keeps none, the index tells.
    fn mode(&self, mode: Mode, known: Option<Blob>) -> Mode {
        match (mode, known) {
            (Mode::Link, _) | (_, None) => mode,
            (_, Some(known)) if self.has_modes || known.mode == Mode::Link => mode,
            (_, Some(known)) => known.mode,
        }
    }

    fn failed(&self, path: impl AsRef<Path>, source: std::io::Error) -> ReadError {
        let root = self.repository.root().unwrap_or(self.repository.git_folder());
        ReadError::File { path: root.join(path), source }
    }
}
