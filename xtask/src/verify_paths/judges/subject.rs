//! What judges look at: a fresh clone of a rendered repository, and the answers that it was made with.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use anyhow::{Context as _, Result};
use serde_yaml::Value;

use super::{manifests::Built, tools::Tools};
use crate::{program, workspace};

/// A repository as a judge sees it. What git does not track is not there.
pub(crate) struct Subject {
    pub(crate) folder: PathBuf,
    /// Every tracked file, sorted.
    pub(crate) files: Vec<String>,
    lock: Value,
    built: OnceLock<Vec<Built>>,
}

impl Subject {
    /// Clones a repository and reads what it was made with.
    pub(crate) fn clone_of(repository: &Path, into: &Path) -> Result<Self> {
        let mut clone = Command::new("git");
        clone.args(["clone", "--quiet", "--no-hardlinks"]).arg(repository).arg(into);
        program::must(&mut clone)?;
        let mut list = Command::new("git");
        list.current_dir(into).args(["ls-files", "-z"]);
        let listed = String::from_utf8(program::must(&mut list)?.stdout)?;
        let files = listed.split_terminator('\0').map(str::to_string).collect();
        let lock = serde_yaml::from_str(&workspace::read(&into.join("flagstone.lock"))?)
            .context("flagstone.lock can't be read")?;
        Ok(Self { folder: into.to_path_buf(), files, lock, built: OnceLock::new() })
    }

    /// A repository made of planted files, for a canary.
    pub(crate) fn planted(folder: &Path, planted: &[(&str, &str)]) -> Result<Self> {
        for (name, text) in planted {
            let file = folder.join(name);
            if let Some(parent) = file.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(&file, text).with_context(|| format!("failed to plant `{name}`"))?;
        }
        let mut files: Vec<String> = planted.iter().map(|(name, _)| (*name).to_string()).collect();
        files.sort();
        let lock = match planted.iter().find(|(name, _)| *name == "flagstone.lock") {
            Some((_, text)) => serde_yaml::from_str(text)?,
            None => Value::Null,
        };
        Ok(Self { folder: folder.to_path_buf(), files, lock, built: OnceLock::new() })
    }

    /// The tracked files that fit any of the patterns (`*` stands for anything, slashes too).
    pub(crate) fn matching(&self, patterns: &[&str]) -> Vec<&str> {
        let fits = |file: &&str| patterns.iter().any(|pattern| fits(pattern, file));
        self.files.iter().map(String::as_str).filter(fits).collect()
    }

    /// Whether there is such a file.
    pub(crate) fn has(&self, file: &str) -> bool {
        self.files.iter().any(|it| it == file)
    }

    /// The text of a tracked file.
    pub(crate) fn text(&self, file: &str) -> Result<String> {
        workspace::read(&self.folder.join(file))
    }

    /// A tracked file's documents, read as YAML (or JSON).
    pub(crate) fn yaml(&self, file: &str) -> Result<Vec<Value>> {
        documents(&self.text(file)?).with_context(|| format!("in `{file}`"))
    }

    /// The answer that the repository was made with, as text; empty where there is none.
    pub(crate) fn answer(&self, parameter: &str) -> &str {
        self.lock["parameters"][parameter].as_str().unwrap_or_default()
    }

    /// Whether it was made with this layer, in a major version not older than that.
    pub(crate) fn has_layer(&self, name: &str, major: u64) -> bool {
        let mut layers = self.lock["layers"].as_sequence().into_iter().flatten();
        layers.any(|layer| {
            let version = layer["version"].as_str().unwrap_or_default();
            let found = version.split('.').next().and_then(|it| it.parse::<u64>().ok());
            layer["name"].as_str() == Some(name) && found.is_some_and(|it| it >= major)
        })
    }

    /// The files that flagstone alone writes, by its lock.
    pub(crate) fn managed(&self) -> Vec<&str> {
        let files = self.lock["files"].as_sequence().into_iter().flatten();
        let managed = files.filter(|file| file["own"].as_str() == Some("managed"));
        managed.filter_map(|file| file["path"].as_str()).collect()
    }

    /// What kustomize makes of the repository, built once.
    pub(crate) fn built(&self, tools: &Tools) -> Result<&[Built]> {
        if let Some(built) = self.built.get() {
            return Ok(built);
        }
        let built = super::manifests::build(self, tools)?;
        Ok(self.built.get_or_init(|| built))
    }
}

/// Every document of a YAML text that holds something.
pub(crate) fn documents(text: &str) -> Result<Vec<Value>> {
    use serde_yaml::Deserializer;
    let mut found = Vec::new();
    for document in Deserializer::from_str(text) {
        let value = <Value as serde::Deserialize>::deserialize(document)?;
        if !value.is_null() {
            found.push(value);
        }
    }
    Ok(found)
}

/// Whether a text fits a pattern in which `*` stands for anything.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, rest)) => {
            let Some(text) = text.strip_prefix(before) else { return false };
            let mut starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            starts.any(|at| text.get(at..).is_some_and(|text| fits(rest, text)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text) in
            [("*.yaml", "deploy/a.yaml"), ("a", "a"), ("*", ""), ("a*b*c", "abc")]
        {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("*.yaml", "a.yml"), ("a", "ab"), ("a*b", "ac")] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_clone_holds_what_git_tracks_and_what_the_lock_says() {
        let scratch = workspace::Scratch::new("subject").expect("a folder for the test");
        let repository = scratch.path().join("repository");
        fs::create_dir(&repository).expect("a folder for the test");
        let lock = "layers: [{name: ci-github, version: 2.0.0}]\nparameters: {tier: standard}\n\
            files: [{path: a.yaml, own: managed}, {path: b, own: seeded}]\n";
        fs::write(repository.join("flagstone.lock"), lock).expect("it is written");
        fs::write(repository.join("a.yaml"), "---\na: 1\n---\nb: 2\n").expect("it is written");
        for arguments in [&["init", "-q"][..], &["add", "."], &["commit", "-qm", "x"]] {
            let mut git = Command::new("git");
            git.current_dir(&repository).args([
                "-c",
                "user.name=v",
                "-c",
                "user.email=v@localhost",
            ]);
            program::must(git.args(arguments)).expect("git");
        }
        fs::write(repository.join("untracked"), "x").expect("it is written");
        let clone = scratch.path().join("clone");
        let subject = Subject::clone_of(&repository, &clone).expect("it is cloned");
        assert_eq!(subject.files, ["a.yaml", "flagstone.lock"]);
        assert_eq!(subject.answer("tier"), "standard");
        assert_eq!(subject.managed(), ["a.yaml"]);
        assert!(subject.has_layer("ci-github", 2) && !subject.has_layer("ci-github", 3));
        assert_eq!(subject.yaml("a.yaml").expect("it is read").len(), 2);
    }
}
