//! The `.git` folder of a fresh repository.
//!
//! **Invariant:** nothing comes from `init.templateDir`, so no hook; the user's configuration has no
//! part in it.

use std::io;

use super::{
    author::Author,
    commit::CommitId,
    files::Folder,
    index::{Item, index},
    land::LandError,
    pack::Pack,
};
use crate::tree::Mode;

/// What a fresh repository points to.
pub(super) struct Skeleton<'a> {
    pub(super) branch: &'a str,
    pub(super) commit: CommitId,
    pub(super) committer: &'a Author,
    pub(super) subject: String,
}

const FOLDERS: [&str; 11] = [
    ".git",
    ".git/info",
    ".git/logs",
    ".git/logs/refs",
    ".git/logs/refs/heads",
    ".git/objects",
    ".git/objects/info",
    ".git/objects/pack",
    ".git/refs",
    ".git/refs/heads",
    ".git/refs/tags",
];
const DESCRIPTION: &[u8] =
    b"Unnamed repository; edit this file 'description' to name the repository.\n";
const EXCLUDE: &[u8] = b"# Patterns of files that git ignores in this clone alone.\n";

impl Skeleton<'_> {
    /// Writes all but the index and the configuration, which need the written files' stat data.
    pub(super) fn write(&self, root: &Folder, pack: &Pack) -> Result<(), LandError> {
        self.write_parts(root, pack).map_err(|source| failed(".git", source))
    }

    fn write_parts(&self, root: &Folder, pack: &Pack) -> io::Result<()> {
        FOLDERS.iter().try_for_each(|folder| root.make_folder(folder))?;
        write_pack(root, pack)?;
        self.write_names(root)?;
        root.create(".git/description", 0o666, DESCRIPTION)?;
        root.create(".git/info/exclude", 0o666, EXCLUDE)?;
        Ok(())
    }

    fn write_names(&self, root: &Folder) -> io::Result<()> {
        let Self { branch, commit, .. } = self;
        for (at, _) in branch.match_indices('/') {
            let folder = branch.get(..at).unwrap_or_default();
            root.make_folder(&format!(".git/refs/heads/{folder}"))?;
            root.make_folder(&format!(".git/logs/refs/heads/{folder}"))?;
        }
        let log = self.log();
        root.create(".git/logs/HEAD", 0o666, log.as_bytes())?;
        root.create(&format!(".git/logs/refs/heads/{branch}"), 0o666, log.as_bytes())?;
        root.create(&format!(".git/refs/heads/{branch}"), 0o666, format!("{commit}\n").as_bytes())?;
        root.create(".git/HEAD", 0o666, format!("ref: refs/heads/{branch}\n").as_bytes())?;
        Ok(())
    }

    fn log(&self) -> String {
        let Self { commit, committer, subject, .. } = self;
        let none = "0".repeat(40);
        format!("{none} {commit} {committer}\tcommit (initial): {subject}\n")
    }
}

/// Writes what depends on the files in the work tree: the index, and what the file system can do.
pub(super) fn write_index(root: &Folder, items: &[Item<'_>]) -> Result<(), LandError> {
    root.create(".git/index", 0o666, &index(items))
        .and_then(|_| root.create(".git/config", 0o666, config(root, items).as_bytes()))
        .map(drop)
        .map_err(|source| failed(".git", source))
}

/// The pack is the one copy of the commit, so it must outlive a loss of power; its index can be made
/// again from it, and the files can be checked out again.
fn write_pack(root: &Folder, pack: &Pack) -> io::Result<()> {
    let path = |extension| format!(".git/objects/pack/{}.{extension}", pack.name);
    root.create(&path("idx"), 0o444, &pack.index)?;
    let file = root.create(&path("pack"), 0o444, &pack.bytes)?;
    rustix::fs::fsync(file)?;
    root.sync(".git/objects/pack")
}

/// Line endings are those of the committed bytes, whatever the user's own configuration says:
/// a golden path that wants others says so in `.gitattributes`.
fn config(root: &Folder, items: &[Item<'_>]) -> String {
    let honest = |item: &Item<'_>| match item.mode {
        Mode::File => !item.stat.executable,
        Mode::Executable => item.stat.executable,
        Mode::Link => true,
    };
    let mut lines = format!(
        "[core]\n\trepositoryformatversion = 0\n\tfilemode = {}\n\tbare = false\n\
         \tlogallrefupdates = true\n\tautocrlf = false\n\teol = lf\n",
        items.iter().all(honest),
    );
    // The two facts that `git init` finds out about a file system as macOS has them.
    if root.has(".git/InDeX") {
        lines += "\tignorecase = true\n";
    }
    if cfg!(target_os = "macos") {
        lines += "\tprecomposeunicode = true\n";
    }
    lines
}

fn failed(path: &str, source: io::Error) -> LandError {
    LandError::Write { path: path.to_owned(), source }
}
