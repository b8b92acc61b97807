//! Whether a folder is inside of a repository.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The work tree or the bare repository around `path`, which need not exist yet.
pub fn enclosing(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    let real = path.ancestors().find_map(|ancestor| fs::canonicalize(ancestor).ok())?;
    real.ancestors().find(|folder| is_repository(folder)).map(Path::to_owned)
}

fn is_repository(folder: &Path) -> bool {
    let git = folder.join(".git");
    is_git_folder(&git) || is_git_file(&git) || is_git_folder(folder)
}

fn is_git_folder(folder: &Path) -> bool {
    folder.join("objects").is_dir()
        && folder.join("refs").is_dir()
        && fs::symlink_metadata(folder.join("HEAD")).is_ok()
}

/// What a submodule or a linked work tree has in place of the folder.
fn is_git_file(file: &Path) -> bool {
    file.is_file() && fs::read(file).is_ok_and(|bytes| bytes.starts_with(b"gitdir: "))
}
