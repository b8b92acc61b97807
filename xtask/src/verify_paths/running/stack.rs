//! How the server of each golden path is built, started and migrated: one row a path.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use super::super::catalog::{Case, GoldenPath, Version};

/// A golden path whose service listens. In the words `{name}` is the service's name, `{cargo}` the
/// folder of Rust builds, `{repository}` the service's own and `{package}` its one folder in `src`.
pub(crate) struct Stack {
    path: &'static str,
    /// What is built before it can start.
    pub(crate) build: &'static [&'static [&'static str]],
    /// The server itself and not a program that starts it, so that the signal arrives.
    start: &'static [&'static str],
    /// What brings the database up to date, as a step of its own.
    migrate: &'static [&'static str],
    /// How it may end after SIGTERM: 143 is "by that signal", as a shell counts.
    pub(crate) ends_with: &'static [i32],
    /// The first version that keeps the whole contract; older ones answer probes and end well.
    complete_since: &'static str,
}

const STACKS: &[Stack] = &[
    Stack {
        path: "node-service",
        build: &[&["npm", "ci", "--ignore-scripts"], &["npm", "run", "build"]],
        start: &["node", "--import", "./dist/instrumentation.js", "dist/server.js"],
        migrate: &["node", "dist/migrate.js"],
        ends_with: &[0],
        complete_since: "1.0.0",
    },
    Stack {
        path: "python-service",
        build: &[&["uv", "sync", "--locked"]],
        start: &["{repository}/.venv/bin/python", "-m", "{package}"],
        migrate: &["{repository}/.venv/bin/python", "-m", "{package}", "migrate"],
        ends_with: &[0, 143],
        complete_since: "2.0.0",
    },
    Stack {
        path: "rust-service",
        build: &[&["cargo", "build", "--locked"]],
        start: &["{cargo}/debug/{name}"],
        migrate: &["{cargo}/debug/{name}", "migrate"],
        ends_with: &[0],
        complete_since: "1.0.0",
    },
];

/// The parameters that give a service a database, in one version or another.
const DATABASES: &[&str] = &["database", "db"];

/// The row of a golden path.
pub(crate) fn stack(path: &GoldenPath) -> Option<&'static Stack> {
    STACKS.iter().find(|it| it.path == path.name)
}

/// Whether a case asks for a database.
pub(crate) fn has_database(case: &Case) -> bool {
    DATABASES.iter().any(|it| case.answer(it).is_some_and(|answer| answer != "none"))
}

/// What stands for the words in braces.
pub(crate) struct Places<'a> {
    pub(crate) name: &'a str,
    pub(crate) cargo: &'a Path,
    pub(crate) repository: &'a Path,
}

impl Stack {
    /// Whether a version keeps the whole contract.
    pub(crate) fn is_complete(&self, version: &str) -> bool {
        Version::parse(version) >= Version::parse(self.complete_since)
    }

    pub(crate) fn start(&self, places: &Places<'_>) -> Result<Vec<String>> {
        places.fill(self.start)
    }

    pub(crate) fn migrate(&self, places: &Places<'_>) -> Result<Vec<String>> {
        places.fill(self.migrate)
    }
}

impl Places<'_> {
    fn fill(&self, words: &[&str]) -> Result<Vec<String>> {
        words.iter().map(|word| self.word(word)).collect()
    }

    fn word(&self, word: &str) -> Result<String> {
        let mut word = word.replace("{name}", self.name);
        word = word.replace("{cargo}", &self.cargo.to_string_lossy());
        word = word.replace("{repository}", &self.repository.to_string_lossy());
        if word.contains("{package}") {
            word = word.replace("{package}", &package(&self.repository.join("src"))?);
        }
        Ok(word)
    }
}

/// The one folder in `source` that can be run.
fn package(source: &Path) -> Result<String> {
    let folders = fs::read_dir(source)
        .with_context(|| format!("failed to list `{}`", source.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<PathBuf>>>()?;
    let package = folders.iter().find(|it| it.join("__main__.py").is_file());
    let name = package.and_then(|it| it.file_name()).context("`src` has no package to run")?;
    Ok(name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Scratch;

    #[test]
    fn the_words_of_a_row_are_filled() {
        let folder = Scratch::new("stack").expect("a folder for the test");
        let package = folder.path().join("src/email_service");
        fs::create_dir_all(&package).expect("a folder for the test");
        fs::write(package.join("__main__.py"), "").expect("it is written");
        let cargo = Path::new("/cargo");
        let places = Places { name: "email", cargo, repository: folder.path() };
        let filled = places.fill(&["{cargo}/debug/{name}", "-m", "{package}"]);
        assert_eq!(filled.expect("they are known"), ["/cargo/debug/email", "-m", "email_service"]);
    }

    #[test]
    fn older_versions_promise_less() {
        let python = STACKS.iter().find(|it| it.path == "python-service").expect("a row");
        assert!(python.is_complete("2.0.0") && python.is_complete("10.0.0"));
        assert!(!python.is_complete("1.1.0"));
    }
}
