//! Repositories that are there already, made and judged by the real `git`.

mod reading;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::*;
use crate::tree::RepoPath;

/// A repository of its own for one test.
struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    /// A repository with one commit of these files.
    fn new(files: &[(&str, &str)]) -> Self {
        let bench = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(bench.root()).unwrap();
        bench.git(&["init", "-q", "-b", "main"]);
        bench.git(&["config", "user.name", "Ann"]);
        bench.git(&["config", "user.email", "ann@example.org"]);
        for (path, text) in files {
            bench.write(path, text);
        }
        bench.commit("first");
        bench
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("orders")
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
        fs::read_to_string(self.path(path)).unwrap()
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
