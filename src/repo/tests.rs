//! Landings, judged by the real `git`.

mod killed;
mod landing;
mod place;
mod settings;
mod signing;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::AtomicBool,
};

use super::{Author, LandError, Landed, Landing, Moment, Signer, Words, land};
use crate::tree::{Entry, Mode, RepoPath, Tree};

/// A folder of its own for one test, and the parts of a landing that tests vary.
struct Desk {
    folder: tempfile::TempDir,
    author: Author,
    tree: Tree,
    branch: &'static str,
    signer: Option<Signer>,
    interrupted: AtomicBool,
}

impl Desk {
    fn new(tree: Tree) -> Self {
        let moment = Moment { seconds: 1_700_000_000, offset: 60 };
        Self {
            folder: tempfile::tempdir().unwrap(),
            author: Author::new("Ann", "ann@example.org", moment).unwrap(),
            tree,
            branch: "main",
            signer: None,
            interrupted: AtomicBool::new(false),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn land(&self, name: &str) -> Result<Landed, LandError> {
        self.land_told(name, &|_| {})
    }

    fn land_told(
        &self,
        name: &str,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Landed, LandError> {
        let (author, committer) = (&self.author, &self.author);
        land(&Landing {
            target: &self.path(name),
            tree: &self.tree,
            words: Words { author, committer, message: "Create orders\n\nBody.\n" },
            branch: self.branch,
            signer: self.signer.as_ref(),
            threads: 4,
            interrupted: &self.interrupted,
            progress,
        })
    }

    /// What is in the desk's folder or below it, by name.
    fn names(&self, name: &str) -> Vec<String> {
        names(&self.path(name))
    }

    fn git(&self, name: &str, arguments: &[&str]) -> String {
        git(&self.path(name), arguments, &[])
    }
}

fn names(folder: &Path) -> Vec<String> {
    let name =
        |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(name).collect();
    names.sort();
    names
}

fn tree(files: &[(&str, &str)]) -> Tree {
    let file = |(path, text): &(&str, &str)| {
        (RepoPath::parse(path).unwrap(), Entry::file(text.as_bytes()))
    };
    files.iter().map(file).collect()
}

fn many(count: usize) -> Tree {
    let file = |at: usize| {
        let path = format!("d{}/e{}/f{at}.txt", at % 17, at % 5);
        (
            RepoPath::parse(&path).unwrap(),
            Entry::file(format!("file {at}\n").repeat(20).into_bytes()),
        )
    };
    (0..count).map(file).collect()
}

/// Runs `git` with nothing of the machine's own configuration; what it says, if all went well.
fn git(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var("PATH").unwrap())
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("HOME", folder.parent().unwrap())
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).unwrap();
    assert!(output.status.success(), "git {arguments:?}: {text}");
    text
}

/// Whether a program is there; without it a test says so, and fails where it must not be missing.
pub(super) fn has(program: &str) -> bool {
    let there =
        std::env::var("PATH").unwrap().split(':').any(|it| Path::new(it).join(program).exists());
    there || skipped(&format!("no `{program}`"))
}

fn skipped(reason: &str) -> bool {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "not tested: {reason}");
    eprintln!("SKIPPED: {reason}");
    false
}

fn environment(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn with(mut tree: Tree, path: &str, mode: Mode, bytes: &str) -> Tree {
    tree.insert(RepoPath::parse(path).unwrap(), Entry { mode, bytes: bytes.as_bytes().into() });
    tree
}
