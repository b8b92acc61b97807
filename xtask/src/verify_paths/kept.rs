//! What was said of a service that was built and run, kept in `target/verify/kept` for `--resume`: a run of
//! every case takes an hour, and one that was cut short goes on where it ended. Cases that render the same
//! are judged once then.
//!
//! **Invariant:** only what was good and whole is kept, and it holds for the same files, commands and judges
//! alone.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    catalog::{Case, GoldenPath},
    judges::Ran,
    means::Means,
    repository::render,
};
use crate::{program, workspace};

/// What decides what the judges that build and run say, apart from the rendered files.
const JUDGES: &[&str] = &[
    "xtask/src/verify_paths/case.rs",
    "xtask/src/verify_paths/running.rs",
    "xtask/src/verify_paths/running",
    "xtask/judges/requirements-schemathesis.txt",
];

/// What a repository says of the catalog that it came from, which decides nothing of how it runs.
const ORIGIN: &[&str] = &["flagstone.lock", "flagstone.yaml"];

/// Where what is said of one rendered case, or of an upgraded service, is kept.
pub(super) struct Kept {
    file: PathBuf,
    case: String,
}

impl Kept {
    /// The place for a rendered case; `parts` says what else is judged of it.
    pub(super) fn of(
        path: &GoldenPath,
        case: &str,
        repository: &Path,
        parts: &str,
    ) -> Result<Self> {
        let mut tree = Command::new("git");
        let tree = program::must(tree.current_dir(repository).args(["ls-tree", "-r", "HEAD"]))?;
        let mut digest = Sha256::new();
        for line in String::from_utf8_lossy(&tree.stdout).lines() {
            let name = line.rsplit('\t').next().unwrap_or_default();
            if !ORIGIN.contains(&name) {
                digest.update(line);
                digest.update([0]);
            }
        }
        digest.update(format!("{:?} {parts}", path.verify));
        for place in JUDGES {
            for file in files(&workspace::root().join(place))? {
                digest.update(workspace::read(&file)?);
                digest.update([0]);
            }
        }
        let digest: String =
            digest.finalize().iter().take(12).map(|it| format!("{it:02x}")).collect();
        let name = format!("{}@{} {digest}.json", path.name, path.version);
        let file = workspace::target().join("verify/kept").join(name);
        Ok(Self { file, case: case.to_string() })
    }

    /// What was kept, if anything was.
    pub(super) fn read(&self) -> Result<Option<Vec<Ran>>> {
        if !self.file.is_file() {
            return Ok(None);
        }
        let kept: Value = serde_json::from_str(&workspace::read(&self.file)?)?;
        let rows = kept.as_array().into_iter().flatten();
        let rows = rows.map(|it| row(it, &self.case)).collect::<Option<Vec<_>>>();
        rows.map(Some).with_context(|| format!("`{}` is no list of rows", self.file.display()))
    }

    /// Keeps what was said.
    pub(super) fn write(&self, rows: &[&Ran]) -> Result<()> {
        let value: Vec<Value> = rows
            .iter()
            .map(|it| {
                json!({
                    "path": it.path, "judge": it.judge, "on": it.on,
                    "items": it.items, "measured": it.measured,
                })
            })
            .collect();
        fs::create_dir_all(self.file.parent().unwrap_or(Path::new(".")))?;
        fs::write(&self.file, serde_json::to_string_pretty(&value)?)
            .with_context(|| format!("failed to write `{}`", self.file.display()))
    }
}

/// What is kept of a case that is not built and run now, for the table; that nothing is, if so.
pub(super) fn recall(means: &Means, path: &GoldenPath, case: &Case) -> Result<()> {
    let work = workspace::Scratch::new("recall")?;
    let repository = work.path().join("repository");
    render(means, path, case, &repository)?;
    for parts in ["with its image", ""] {
        if let Some(rows) = Kept::of(path, &case.name, &repository, parts)?.read()? {
            rows.into_iter().for_each(|it| means.keep(it));
            return Ok(());
        }
    }
    let why = "neither built nor run for this table".to_string();
    means.keep(Ran { not_judged: vec![why], ..Ran::commands(path, &case.name, 0) });
    Ok(())
}

/// A row that was good and whole.
fn row(value: &Value, case: &str) -> Option<Ran> {
    let text = |key: &str| Some(value[key].as_str()?.to_string());
    let measured = value["measured"].as_array()?.iter();
    Some(Ran {
        path: text("path")?,
        case: case.to_string(),
        judge: text("judge")?,
        on: text("on")?,
        items: usize::try_from(value["items"].as_u64()?).ok()?,
        findings: 0,
        not_judged: Vec::new(),
        measured: measured.map(|it| Some(it.as_str()?.to_string())).collect::<Option<_>>()?,
    })
}

/// A file, or the files of a folder, sorted.
fn files(place: &Path) -> Result<Vec<PathBuf>> {
    if place.is_file() {
        return Ok(vec![place.to_path_buf()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(place).with_context(|| format!("`{}`", place.display()))? {
        files.push(entry?.path());
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Scratch;

    /// A repository with one file of that text, and a lock of that text.
    fn repository(scratch: &Scratch, text: &str, lock: &str) -> PathBuf {
        let repository = scratch.path().join(text).join(lock);
        fs::create_dir_all(&repository).expect("a folder for the test");
        fs::write(repository.join("file"), text).expect("it is written");
        fs::write(repository.join("flagstone.lock"), lock).expect("it is written");
        for arguments in [&["init", "-q"][..], &["add", "."], &["commit", "-qm", "x"]] {
            let mut git = Command::new("git");
            git.current_dir(&repository);
            git.args(["-c", "user.name=v", "-c", "user.email=v@localhost"]).args(arguments);
            program::must(&mut git).expect("git");
        }
        repository
    }

    #[test]
    fn it_holds_for_the_same_files_and_parts_wherever_they_came_from() {
        let scratch = Scratch::new("kept").expect("a folder for the test");
        let path = GoldenPath {
            name: "kept-path".to_string(),
            version: "1.0.0".to_string(),
            is_newest: true,
            tags: Vec::new(),
            verify: Vec::new(),
            cases: Vec::new(),
        };
        let place = |text: &str, lock: &str, parts: &str| {
            let repository = repository(&scratch, text, lock);
            Kept::of(&path, "defaults", &repository, parts).expect("it has a place")
        };
        let kept = place("a", "one", "image");
        let ran = Ran { measured: vec!["fast".to_string()], ..Ran::commands(&path, "defaults", 3) };
        kept.write(&[&ran]).expect("it is kept");
        let found = place("a", "two", "image").read().expect("it is read");
        fs::remove_file(&kept.file).expect("it was kept");
        let found = found.expect("the same files were judged");
        assert_eq!((found.len(), found[0].items), (1, 3));
        assert_eq!(found[0].measured, ["fast"]);
        assert_ne!(kept.file, place("b", "one", "image").file);
        assert_ne!(kept.file, place("a", "three", "none").file);
    }
}
