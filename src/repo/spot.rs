//! Looks at the place where a repository shall land.

use std::{
    ffi::OsString,
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use super::{
    land::LandError,
    stage::{self, Sweep},
};

/// A place that a repository can land at.
pub(super) enum Spot {
    /// Nothing is there; the names are what is missing below `parent`, the target's own last.
    Free { parent: PathBuf, missing: Vec<OsString> },
    /// An empty folder is there.
    Empty(PathBuf),
}

/// Finds out what is at `path`; what a dead run left in it is removed.
pub(super) fn find(path: &Path) -> Result<Spot, LandError> {
    let reach = |source| LandError::Reach { path: path.to_owned(), source };
    // Without `.` and a slash at the end, which would follow a link.
    let target: PathBuf = std::path::absolute(path).map_err(reach)?.components().collect();
    match kind(&target).map_err(reach)? {
        None => free(target),
        Some(kind) if kind.is_dir() => {
            check_empty(&target, Guest::None)?;
            Ok(Spot::Empty(target))
        }
        Some(kind) if kind.is_symlink() => Err(LandError::Link(target)),
        Some(_) => Err(LandError::File(target)),
    }
}

/// Checks that a repository can land at `path`, before anything else is done for it.
///
/// # Errors
/// Whatever is in the way there.
pub fn check_target(path: &Path) -> Result<(), LandError> {
    find(path).map(drop)
}

/// Whether our own stage may stand in a folder that is otherwise empty.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Guest {
    None,
    Stage,
}

/// Checks that nothing is in `target`.
pub(super) fn check_empty(target: &Path, guest: Guest) -> Result<(), LandError> {
    let reach = |source| LandError::Reach { path: target.to_owned(), source };
    let inside = target.join(stage::INSIDE);
    if guest == Guest::None && kind(&inside).map_err(reach)?.is_some() {
        match stage::sweep_one(&inside) {
            Sweep::Gone => {}
            Sweep::Living => return Err(LandError::Busy(target.to_owned())),
            Sweep::Kept => return Err(LandError::LeftOver(inside)),
        }
    }
    for entry in fs::read_dir(target).map_err(reach)? {
        let entry = entry.map_err(reach)?.file_name();
        if guest == Guest::None || entry != stage::INSIDE {
            let entry = entry.to_string_lossy().into_owned();
            return Err(LandError::NotEmpty { target: target.to_owned(), entry });
        }
    }
    Ok(())
}

/// Whether an empty folder must stay itself: a mount point can't be replaced, and whoever works in
/// a folder (our own shell, with `new .`) would be left in a deleted one.
pub(super) fn must_stay(target: &Path) -> bool {
    is_same(Path::new("."), target) || is_mount_point(target)
}

/// Whether `fresh` can stand for the empty folder `there`: the user may have given it a mode or a
/// group of its own.
pub(super) fn is_alike(fresh: &Path, there: &Path) -> bool {
    let rights = |path| fs::metadata(path).map(|it| (it.mode(), it.uid(), it.gid()));
    matches!((rights(fresh), rights(there)), (Ok(fresh), Ok(there)) if fresh == there)
}

/// Walks up to what exists.
fn free(target: PathBuf) -> Result<Spot, LandError> {
    let mut missing = Vec::new();
    let mut parent = target;
    loop {
        let reach = |source| LandError::Reach { path: parent.clone(), source };
        if kind(&parent).map_err(reach)?.is_some() {
            break;
        }
        let Some(name) = parent.file_name() else { return Err(LandError::NoName(parent)) };
        missing.insert(0, name.to_owned());
        parent.pop();
    }
    match fs::metadata(&parent) {
        Ok(it) if it.is_dir() => Ok(Spot::Free { parent, missing }),
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(LandError::Reach { path: parent, source })
        }
        // A file, or a link that leads nowhere.
        Ok(_) | Err(_) => Err(LandError::NoFolder(parent)),
    }
}

/// What is at `path` itself, not behind it.
fn kind(path: &Path) -> io::Result<Option<fs::FileType>> {
    use io::ErrorKind::{NotADirectory, NotFound};
    match fs::symlink_metadata(path) {
        Ok(it) => Ok(Some(it.file_type())),
        Err(error) if matches!(error.kind(), NotFound | NotADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    let id = |path| fs::metadata(path).map(|it| (it.dev(), it.ino()));
    matches!((id(one), id(other)), (Ok(one), Ok(other)) if one == other)
}

/// Bind mounts have the device of what is around them: only the kernel can tell.
#[cfg(target_os = "linux")]
fn is_mount_point(path: &Path) -> bool {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    let attribute = StatxAttributes::MOUNT_ROOT;
    let told = statx(CWD, path, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::empty());
    match told.ok().filter(|it| it.stx_attributes_mask.contains(attribute)) {
        Some(it) => it.stx_attributes.contains(attribute),
        None => is_on_other_device(path),
    }
}

#[cfg(not(target_os = "linux"))]
fn is_mount_point(path: &Path) -> bool {
    is_on_other_device(path)
}

fn is_on_other_device(path: &Path) -> bool {
    let device = |path| fs::metadata(path).map(|it| it.dev()).ok();
    path.parent().is_none_or(|parent| device(parent) != device(path))
}
