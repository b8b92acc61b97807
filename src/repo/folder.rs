//! A new folder with files, outside of any service: it appears whole or not at all.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::{DirBuilderExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use super::publish::move_new;
use crate::tree::{Mode, Tree};

/// Why a folder can't be made.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Something has its name already.
    #[error("there is something at `{}` already", .0.display())]
    Taken(PathBuf),
    /// It can't be written.
    #[error("failed to write `{}`", path.display())]
    Write {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Makes `folder` with the files of `tree`, by one rename that replaces nothing. Folders above it are
/// made where they are missing.
///
/// # Errors
/// If there is something at `folder`, or it can't be written; then nothing is there.
pub fn make_folder(folder: &Path, tree: &Tree) -> Result<(), FolderError> {
    let failed = |source| FolderError::Write { path: folder.to_owned(), source };
    let above = folder.parent().unwrap_or(folder);
    fs::create_dir_all(above).map_err(failed)?;
    let hidden =
        tempfile::Builder::new().prefix(".flagstone-").tempdir_in(above).map_err(failed)?;
    let made = hidden.path().join("made");
    // The hidden folder is private; what is to stay gets what the user's mask leaves of this.
    DirBuilder::new().mode(0o777).create(&made).map_err(failed)?;
    write(&made, tree).map_err(failed)?;
    move_new(&made, folder).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => FolderError::Taken(folder.to_owned()),
        _ => failed(source),
    })
}

fn write(root: &Path, tree: &Tree) -> io::Result<()> {
    for (path, entry) in tree.iter() {
        let file = root.join(path.as_str());
        fs::create_dir_all(file.parent().unwrap_or(root))?;
        match entry.mode {
            Mode::Link => {
                let target: &std::ffi::OsStr =
                    std::os::unix::ffi::OsStrExt::from_bytes(&entry.bytes);
                std::os::unix::fs::symlink(target, &file)?;
            }
            Mode::File => fs::write(&file, &entry.bytes)?,
            Mode::Executable => {
                fs::write(&file, &entry.bytes)?;
                let mode = fs::metadata(&file)?.permissions().mode();
                fs::set_permissions(
                    &file,
                    fs::Permissions::from_mode(mode | ((mode & 0o444) >> 2)),
                )?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{Entry, RepoPath};

    #[test]
    fn a_folder_appears_whole_and_never_replaces_anything() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("above/new");
        let tree: Tree = [("a/b.txt", Mode::File), ("run", Mode::Executable)]
            .map(|(path, mode)| {
                let entry = Entry { mode, ..Entry::file(path.as_bytes()) };
                (RepoPath::parse(path).unwrap(), entry)
            })
            .into_iter()
            .collect();
        make_folder(&folder, &tree).unwrap();
        assert_eq!(fs::read_to_string(folder.join("a/b.txt")).unwrap(), "a/b.txt");
        let mode = |name: &str| fs::metadata(folder.join(name)).unwrap().permissions().mode();
        assert_eq!((mode("a/b.txt") & 0o100, mode("run") & 0o100), (0, 0o100));
        let again = make_folder(&folder, &Tree::new()).unwrap_err();
        assert!(matches!(again, FolderError::Taken(_)), "{again}");
        let above: Vec<_> = fs::read_dir(place.path().join("above")).unwrap().collect();
        assert_eq!(above.len(), 1, "nothing hidden is left: {above:?}");
    }
}
