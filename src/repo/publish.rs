//! Moves a finished repository from its hidden folder to its place.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use rustix::{
    fs::{CWD, RenameFlags, renameat_with},
    io::Errno,
};

use super::{
    build::Build,
    files::Folder,
    index::Item,
    journal,
    land::LandError,
    skeleton,
    spot::{self, Guest, Spot},
    stage::Stage,
};

/// Builds the repository and puts it at `spot`.
pub(super) fn publish(build: &Build<'_>, spot: Spot) -> Result<(), LandError> {
    match spot {
        Spot::Free { parent, missing } => at_free(build, &parent, &missing),
        Spot::Empty(target) => match replacing(build, &target)? {
            Replaced::Yes => Ok(()),
            Replaced::MustStay => in_place(build, &target),
        },
    }
}

/// Folders that are missing on the way to the target are built with it, so that one rename makes all
/// of them. If another run has made one of them in the meantime, the rest goes into that.
fn at_free(build: &Build<'_>, parent: &Path, missing: &[OsString]) -> Result<(), LandError> {
    let made = |source| LandError::Stage { folder: parent.to_owned(), source };
    let first = missing.first().map(OsString::as_os_str).unwrap_or_default();
    let stage = Stage::beside(parent, first).map_err(made)?;
    let mut from = stage.new_files();
    build.fill(&missing.iter().fold(from.clone(), |path, name| path.join(name)))?;
    let mut to = parent.to_owned();
    for (at, name) in missing.iter().enumerate() {
        from.push(name);
        to.push(name);
        match move_new(&from, &to) {
            Err(error) if is_occupied(&error) && at + 1 < missing.len() => {}
            result => return result.map_err(|source| not_moved(&to, source)),
        }
    }
    Ok(())
}

enum Replaced {
    Yes,
    MustStay,
}

/// A plain rename replaces a folder only if it is empty, in one step.
fn replacing(build: &Build<'_>, target: &Path) -> Result<Replaced, LandError> {
    let (Some(parent), Some(name)) = (target.parent(), target.file_name()) else {
        return Ok(Replaced::MustStay);
    };
    if spot::must_stay(target) {
        return Ok(Replaced::MustStay);
    }
    // Where nothing can be made beside the target, it can still be written itself.
    let Ok(stage) = Stage::beside(parent, name) else { return Ok(Replaced::MustStay) };
    let root = stage.new_files().join(name);
    fs::create_dir(&root)
        .map_err(|source| LandError::Stage { folder: parent.to_owned(), source })?;
    if !spot::is_alike(&root, target) {
        return Ok(Replaced::MustStay);
    }
    build.fill(&root)?;
    match fs::rename(&root, target) {
        Err(error) if error.kind() == io::ErrorKind::ResourceBusy => Ok(Replaced::MustStay),
        result => result.map(|()| Replaced::Yes).map_err(|source| not_moved(target, source)),
    }
}

/// Builds inside of the target, and moves what stands at the top, `.git` last: until then git sees no
/// repository, and the next run undoes what the journal names.
fn in_place(build: &Build<'_>, target: &Path) -> Result<(), LandError> {
    let stage = match Stage::inside(target) {
        Ok(Some(stage)) => stage,
        Ok(None) => return Err(LandError::Busy(target.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(LandError::Busy(target.to_owned()));
        }
        Err(source) => return Err(LandError::Stage { folder: target.to_owned(), source }),
    };
    spot::check_empty(target, Guest::Stage)?;
    let root = stage.new_files().join(journal::ROOT);
    let items = build.fill(&root)?;
    let mut tops: Vec<_> = items.iter().filter_map(|item| item.path.components().next()).collect();
    tops.dedup();
    let failed = |source| LandError::Publish { target: target.to_owned(), source };
    let names: Vec<_> = tops.iter().copied().chain([".git"]).collect();
    journal::write(&stage.journal(), &root, &names).map_err(failed)?;
    let moving = Moving { root, target };
    moving.all(&tops, items)
}

struct Moving<'a> {
    root: PathBuf,
    target: &'a Path,
}

impl Moving<'_> {
    fn all(&self, tops: &[&str], items: Vec<Item<'_>>) -> Result<(), LandError> {
        for (at, name) in tops.iter().enumerate() {
            if let Err(error) = self.one(name) {
                self.back(tops.get(..at).unwrap_or_default());
                return Err(error);
            }
        }
        self.update_index(items).and_then(|()| self.one(".git")).inspect_err(|_| self.back(tops))
    }

    fn one(&self, name: &str) -> Result<(), LandError> {
        move_new(&self.root.join(name), &self.target.join(name))
            .map_err(|source| not_moved(&self.target.join(name), source))
    }

    /// What can't be moved back stays for the user to see: the journal goes with the stage.
    fn back(&self, names: &[&str]) {
        for name in names {
            let _ = move_new(&self.target.join(name), &self.root.join(name));
        }
    }

    /// A file that is moved itself gets a new change time.
    fn update_index(&self, mut items: Vec<Item<'_>>) -> Result<(), LandError> {
        let failed = |source| LandError::Reach { path: self.target.to_owned(), source };
        let target = Folder::open(self.target).map_err(failed)?;
        for item in items.iter_mut().filter(|item| item.path.parent().is_none()) {
            item.stat = target.stat(item.path.as_str()).map_err(failed)?;
        }
        fs::remove_file(self.root.join(".git/index")).map_err(failed)?;
        fs::remove_file(self.root.join(".git/config")).map_err(failed)?;
        skeleton::write_index(&Folder::open(&self.root).map_err(failed)?, &items)
    }
}

/// Renames without replacing anything. File systems that can't promise it still never replace a file
/// or a folder that holds something by a folder.
pub(super) fn move_new(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) if is_folder(from) => {
            fs::rename(from, to)
        }
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            fs::hard_link(from, to)?;
            fs::remove_file(from)
        }
        result => Ok(result?),
    }
}

fn not_moved(target: &Path, source: io::Error) -> LandError {
    let target = target.to_owned();
    if is_occupied(&source) {
        LandError::Taken(target)
    } else {
        LandError::Publish { target, source }
    }
}

fn is_occupied(error: &io::Error) -> bool {
    use io::ErrorKind::{AlreadyExists, DirectoryNotEmpty, NotADirectory};
    matches!(error.kind(), AlreadyExists | DirectoryNotEmpty | NotADirectory)
}

fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|it| it.is_dir())
}
