//! Looks for what an update would lose, before anything is written.
//!
//! **Invariant:** nothing is written. Everything in the way is named, not only the first.

use std::collections::{BTreeMap, BTreeSet};

use git2::RepositoryState as State;

use super::{
    Repository,
    committed::{REPOSITORY, ReadError},
    obstacle::{InTheWay, Reason},
    present::Desk,
    run,
    staging::item,
    update::{Changes, UpdateError},
};
use crate::tree::{Blob, RepoPath};

/// The paths that an update touches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Footprint {
    /// Files that are written.
    pub written: BTreeSet<RepoPath>,
    /// Files that go.
    pub removed: BTreeSet<RepoPath>,
    /// What stands in the work tree at paths whose edits are taken along.
    pub taken: BTreeMap<RepoPath, Blob>,
    /// Whether conflicts are left: then the whole index must be as `HEAD` is, because
    /// `git cherry-pick --abort` would drop what is staged anywhere.
    pub has_conflicts: bool,
}

impl Footprint {
    /// What these changes touch.
    pub fn of(changes: &Changes) -> Self {
        let mut footprint = Self::default();
        for (path, change) in changes {
            footprint.has_conflicts |= change.sides.is_some();
            footprint.taken.extend(change.taken.map(|blob| (path.clone(), blob)));
            if change.after.is_some() {
                footprint.written.insert(path.clone());
            } else if change.before.is_some() {
                footprint.removed.insert(path.clone());
            }
        }
        footprint
    }
}

impl Repository {
    /// Looks for everything that is in the way of an update.
    ///
    /// # Errors
    /// [`UpdateError::InTheWay`] with all of it, or whatever can't be read.
    pub fn preflight(&self, footprint: &Footprint) -> Result<(), UpdateError> {
        let mut found = self.operations()?;
        if run::is_held(self) {
            found.push(InTheWay::whole(Reason::Busy));
        }
        if self.lock_file().exists() {
            found.push(InTheWay::whole(Reason::Locked));
        }
        self.look_for_files(footprint, found)
    }

    /// As [`Repository::preflight`], in a run that holds the marks itself.
    pub(super) fn preflight_inside(&self, footprint: &Footprint) -> Result<(), UpdateError> {
        self.look_for_files(footprint, self.operations()?)
    }

    /// Looks at the folders on the way alone: for files that may be replaced whatever they are.
    pub(super) fn look_at_ways(&self, footprint: &Footprint) -> Result<(), UpdateError> {
        let desk = Desk::open(self)?.ok_or(UpdateError::Bare)?;
        let (staged, folders) = (BTreeSet::new(), BTreeMap::new());
        let mut search = Search { desk, staged, footprint, folders };
        let mut found = Vec::new();
        if self.pending()?.is_some() {
            found.push(InTheWay::whole(Reason::Pending));
        }
        for path in footprint.removed.iter().chain(&footprint.written) {
            found.extend(search.on_the_way(path)?);
        }
        found.sort();
        found.dedup();
        if found.is_empty() { Ok(()) } else { Err(UpdateError::InTheWay(found)) }
    }

    fn look_for_files(
        &self,
        footprint: &Footprint,
        mut found: Vec<InTheWay>,
    ) -> Result<(), UpdateError> {
        let desk = Desk::open(self)?.ok_or(UpdateError::Bare)?;
        let staged = desk.staged_paths()?;
        let mut search = Search { desk, staged, footprint, folders: BTreeMap::new() };
        found.extend(search.run()?);
        found.sort();
        found.dedup();
        if found.is_empty() { Ok(()) } else { Err(UpdateError::InTheWay(found)) }
    }

    fn operations(&self) -> Result<Vec<InTheWay>, UpdateError> {
        let name = match self.git.state() {
            State::Clean | State::Bisect => return Ok(Vec::new()),
            State::CherryPick if self.pending()?.is_some() => {
                return Ok(vec![InTheWay::whole(Reason::Pending)]);
            }
            State::Merge => "a merge",
            State::Revert | State::RevertSequence => "a revert",
            State::CherryPick | State::CherryPickSequence => "a cherry-pick",
            State::Rebase | State::RebaseInteractive | State::RebaseMerge => "a rebase",
            State::ApplyMailbox | State::ApplyMailboxOrRebase => "`git am` or a rebase",
        };
        Ok(vec![InTheWay::whole(Reason::Operation(name))])
    }
}

struct Search<'a> {
    desk: Desk<'a>,
    staged: BTreeSet<Vec<u8>>,
    footprint: &'a Footprint,
    /// What is known of folders on the way to a file.
    folders: BTreeMap<String, Option<Reason>>,
}

impl Search<'_> {
    fn run(&mut self) -> Result<Vec<InTheWay>, ReadError> {
        let lossy = |path: &Vec<u8>| String::from_utf8_lossy(path).into_owned();
        let mut found = Vec::new();
        for (path, known) in &self.desk.known {
            if known.is_unmerged {
                found.push(InTheWay::at(lossy(path), Reason::Unmerged));
            }
        }
        if self.footprint.has_conflicts {
            found.extend(self.staged.iter().map(|it| InTheWay::at(lossy(it), Reason::Staged)));
        }
        let footprint = self.footprint;
        for path in footprint.removed.iter().chain(&footprint.written) {
            match self.on_the_way(path)? {
                Some(obstacle) => found.push(obstacle),
                None => found.extend(self.at(path)?),
            }
        }
        Ok(found)
    }

    /// What is wrong with the folders on the way to a file.
    fn on_the_way(&mut self, path: &RepoPath) -> Result<Option<InTheWay>, ReadError> {
        for folder in path.folders() {
            let reason = match self.folders.get(folder) {
                Some(reason) => *reason,
                None => {
                    let reason = self.folder(folder)?;
                    self.folders.insert(folder.to_owned(), reason);
                    reason
                }
            };
            if let Some(reason) = reason {
                return Ok(Some(InTheWay::at(folder, reason)));
            }
        }
        Ok(None)
    }

    fn folder(&mut self, folder: &str) -> Result<Option<Reason>, ReadError> {
        let entry = self.desk.known.get(folder.as_bytes()).and_then(|it| it.entry.as_ref());
        if entry.is_some_and(|entry| entry.mode == REPOSITORY) {
            return Ok(Some(Reason::Repository));
        }
        let is_tracked = entry.is_some();
        if self.footprint.removed.contains(folder) {
            return Ok(None);
        }
        let Some(seen) = self.desk.look_at(folder)? else {
            return Ok(is_tracked.then_some(Reason::File));
        };
        if seen.is_folder() {
            let inside = self.desk.look_at(&format!("{folder}/.git"))?;
            return Ok(inside.map(|_| Reason::Repository));
        }
        let is_link = seen.mode() == Some(crate::tree::Mode::Link);
        Ok(Some(if is_link { Reason::Link } else { Reason::File }))
    }

    /// What is wrong at the path itself.
    fn at(&mut self, path: &RepoPath) -> Result<Option<InTheWay>, ReadError> {
        let found = |reason| Ok(Some(InTheWay::at(path.as_str(), reason)));
        if let Some(taken) = self.footprint.taken.get(path) {
            let known = self.desk.known.get_mut(path.as_str().as_bytes());
            let entry = known.and_then(|it| it.entry.take());
            let is_it = self.desk.blob(path, entry.as_ref())? == Some(*taken);
            return if is_it { Ok(None) } else { found(Reason::Edited) };
        }
        if self.staged.contains(path.as_str().as_bytes()) {
            return found(Reason::Staged);
        }
        let entry =
            self.desk.known.get_mut(path.as_str().as_bytes()).and_then(|it| it.entry.take());
        let Some(entry) = entry else { return self.unknown(path) };
        if entry.mode == REPOSITORY {
            return found(Reason::Repository);
        }
        match self.desk.blob(path, Some(&entry))? {
            Some(blob) if item(&entry).blob() == Some(blob) => Ok(None),
            Some(_) => found(Reason::Edited),
            None => match self.desk.look(path)? {
                Some(seen) if seen.is_folder() => found(Reason::Folder),
                Some(_) => found(Reason::Edited),
                None => found(Reason::Missing),
            },
        }
    }

    /// What is wrong at a path that the index does not have.
    fn unknown(&mut self, path: &RepoPath) -> Result<Option<InTheWay>, ReadError> {
        let Some(seen) = self.desk.look(path)? else { return Ok(None) };
        if seen.is_folder() {
            let inside = self.inside(path.as_str())?;
            return Ok(inside);
        }
        // A name that differs in case alone is the same file on some file systems.
        for other in &self.footprint.removed {
            if other.folded() == path.folded()
                && self.desk.look(other)?.is_some_and(|it| it.identity() == seen.identity())
            {
                return Ok(None);
            }
        }
        Ok(Some(InTheWay::at(path.as_str(), self.untracked(path.as_str()))))
    }

    /// The first thing in a folder that does not go with the update.
    fn inside(&mut self, folder: &str) -> Result<Option<InTheWay>, ReadError> {
        let names = self.desk.names_in(folder)?;
        if names.is_empty() {
            return Ok(Some(InTheWay::at(folder, Reason::Folder)));
        }
        if names.iter().any(|name| name == ".git") {
            return Ok(Some(InTheWay::at(folder, Reason::Repository)));
        }
        for name in names {
            let path = format!("{folder}/{name}");
            if self.footprint.removed.contains(path.as_str()) {
                continue;
            }
            let is_folder = self.desk.look_at(&path)?.is_some_and(|it| it.is_folder());
            let found = match is_folder {
                true => self.inside(&path)?,
                false if self.desk.known.contains_key(path.as_bytes()) => {
                    Some(InTheWay::at(folder, Reason::Folder))
                }
                false => Some(InTheWay::at(&path, self.untracked(&path))),
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn untracked(&self, path: &str) -> Reason {
        match self.desk.repository.git.is_path_ignored(path) {
            Ok(true) => Reason::Ignored,
            Ok(false) | Err(_) => Reason::Untracked,
        }
    }
}
