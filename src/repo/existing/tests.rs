//! Repositories that are there already, made and judged by the real `git`.

mod aborting;
mod beside;
mod conflict;
mod killed;
mod landing;
mod preflight;
mod reading;

use std::{
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, atomic::AtomicBool},
};

use super::*;
use crate::{
    repo::{Author, Moment, Words},
    tree::{Blob, BlobId, Entry, Listing, RepoPath, Tree},
};

/// A repository of its own for one test.
struct Bench {
    folder: tempfile::TempDir,
    name: &'static str,
}

impl Bench {
    /// A repository with one commit of these files.
    fn new(files: &[(&str, &str)]) -> Self {
        let bench = Self { folder: tempfile::tempdir().unwrap(), name: "orders" };
        fs::create_dir(bench.root()).unwrap();
        bench.git(&["init", "-q", "-b", "main"]);
        bench.fill(files);
        bench
    }

    fn fill(&self, files: &[(&str, &str)]) {
        self.git(&["config", "user.name", "Ann"]);
        self.git(&["config", "user.email", "ann@example.org"]);
        for (path, text) in files {
            self.write(path, text);
        }
        self.commit("first");
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join(self.name)
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    fn commit(&self, message: &str) -> CommitId {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.head()
    }

    fn head(&self) -> CommitId {
        self.open().head().unwrap().commit.unwrap()
    }

    fn open(&self) -> Repository {
        Repository::open(&self.root()).unwrap()
    }

    fn git(&self, arguments: &[&str]) -> String {
        git(&self.root(), arguments).unwrap_or_else(|text| panic!("git {arguments:?}: {text}"))
    }

    fn status(&self) -> String {
        self.git(&["status", "--porcelain"])
    }

    /// A file that is committed, as it is now.
    fn before(&self, path: &str) -> Option<Blob> {
        let repository = self.open();
        repository.committed(self.head()).unwrap().files.get(path).copied()
    }

    /// Changes by path: a new text, or nothing for a file that goes.
    fn changes(&self, files: &[(&str, Option<&str>)]) -> Changes {
        let change = |(name, text): &(&str, Option<&str>)| {
            let after = text.map(|text| Entry::file(text.as_bytes()));
            (path(name), Change { before: self.before(name), after, sides: None, taken: None })
        };
        files.iter().map(change).collect()
    }

    fn land(&self, files: &[(&str, Option<&str>)]) -> Result<CommitId, UpdateError> {
        self.land_changes(&self.changes(files))
    }

    fn land_changes(&self, changes: &Changes) -> Result<CommitId, UpdateError> {
        let parent = self.head();
        with_update(parent, changes, |update, means| self.open().begin()?.commit(update, means))
    }

    /// Everything that a user could see: files with bytes, modes and times, staged entries, references,
    /// and git's own state.
    fn snapshot(&self) -> String {
        let mut text = String::new();
        look(&self.root(), &self.root(), &mut text);
        let stage = self.git(&["ls-files", "--stage", "--debug"]);
        // What git itself writes anew when it looks at a file.
        let stage = stage.lines().filter(|it| !it.contains("time:") && !it.contains("flags:"));
        text += &stage.map(|it| format!("{it}\n")).collect::<String>();
        text += &self.status();
        text += &self.git(&["for-each-ref"]);
        text += &self.git(&["rev-parse", "HEAD"]);
        let folder = self.git(&["rev-parse", "--absolute-git-dir"]);
        for name in ["HEAD", "CHERRY_PICK_HEAD", "MERGE_MSG", "index.lock", "refs/worktree"] {
            let path = Path::new(folder.trim()).join(name);
            let is_there =
                path.exists() && (path.is_file() || fs::read_dir(&path).unwrap().count() > 0);
            text += &format!("{name}: {is_there}\n");
        }
        text
    }
}

/// Every file below a folder, but git's own.
fn look(root: &Path, folder: &Path, text: &mut String) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    entries.sort();
    for path in entries.iter().filter(|path| !path.ends_with(".git")) {
        let name = path.strip_prefix(root).unwrap().display();
        let it = fs::symlink_metadata(path).unwrap();
        if it.is_dir() {
            *text += &format!("{name}/ {:o}\n", it.mode());
            look(root, path, text);
        } else {
            let bytes = match fs::read_link(path) {
                Ok(target) => target.display().to_string(),
                Err(_) => String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned(),
            };
            *text +=
                &format!("{name} {:o} {}.{} {bytes:?}\n", it.mode(), it.mtime(), it.mtime_nsec());
        }
    }
}

fn ann() -> Author {
    Author::new("Ann", "ann@example.org", Moment { seconds: 1_800_000_000, offset: 60 }).unwrap()
}

const MESSAGE: &str = "Upgrade to 2.0.0\n\nGolden-Path: python-service@2.0.0\n";

fn with_update<T>(
    parent: CommitId,
    changes: &Changes,
    act: impl FnOnce(&Update<'_>, &Means<'_>) -> T,
) -> T {
    let ann = ann();
    let words = Words { author: &ann, committer: &ann, message: MESSAGE };
    let interrupted = AtomicBool::new(false);
    let means = Means { signer: None, threads: 2, interrupted: &interrupted };
    act(&Update { words, parent, changes }, &means)
}

/// What is in the way, in words.
fn in_the_way<T: std::fmt::Debug>(result: Result<T, UpdateError>) -> Vec<String> {
    match result.unwrap_err() {
        UpdateError::InTheWay(found) => found.iter().map(ToString::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

/// Runs `git` with nothing of the machine's own configuration.
fn git(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var("PATH").unwrap())
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_EDITOR", "true")
        .env("HOME", folder.parent().unwrap())
        .output()
        .unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    if output.status.success() { Ok(text) } else { Err(text) }
}

fn path(text: &str) -> RepoPath {
    RepoPath::parse(text).unwrap()
}

fn names<'a>(paths: impl IntoIterator<Item = &'a RepoPath>) -> Vec<&'a str> {
    paths.into_iter().map(RepoPath::as_str).collect()
}
