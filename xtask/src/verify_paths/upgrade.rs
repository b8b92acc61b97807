//! Judge: a service that its team has changed goes through every version of its path, and still builds and
//! passes its tests.
//!
//! What teams change is data: `xtask/judges/team-edits.yaml`.

use std::{fs, path::Path, process::Command};

use anyhow::{Context as _, Result, bail, ensure};
use serde_yaml::Value;

use super::{
    case::{Judged, run_checks},
    catalog::{self, Case, GoldenPath},
    judges,
    kept::Kept,
    means::Means,
    python,
    repository::{clean, render},
};
use crate::{program, workspace};

const EDITS: &str = "xtask/judges/team-edits.yaml";

/// What a team made of its service.
#[derive(Debug)]
pub(crate) struct Team {
    path: String,
    pub(crate) name: String,
    answers: Case,
    edits: Vec<Edit>,
    /// What the upgrades' notes ask of people, as commands.
    follows: Vec<Vec<String>>,
    /// Texts that must be in files afterwards.
    keeps: Vec<(String, String)>,
}

#[derive(Debug)]
enum Edit {
    Write { path: String, text: String },
    Replace { path: String, find: String, with: String },
    Delete { path: String },
}

/// The teams of a golden path.
pub(crate) fn teams(path: &str) -> Result<Vec<Team>> {
    let text = workspace::read(&workspace::root().join(EDITS))?;
    let teams = read(&text).context(EDITS)?;
    Ok(teams.into_iter().filter(|it| it.path == path).collect())
}

fn read(text: &str) -> Result<Vec<Team>> {
    let value: Value = serde_yaml::from_str(text)?;
    let teams = value.as_sequence().context("it is no list")?;
    teams.iter().map(Team::read).collect()
}

impl Team {
    fn read(value: &Value) -> Result<Self> {
        let name = catalog::text(value, "name")?;
        let list = |key: &str| value[key].as_sequence().cloned().unwrap_or_default();
        let words = |it: &Value| -> Option<Vec<String>> {
            it.as_sequence()?.iter().map(|word| Some(word.as_str()?.to_string())).collect()
        };
        let follows = list("follows").iter().map(words).collect::<Option<_>>();
        let keep = |it: &Value| Ok((catalog::text(it, "path")?, catalog::text(it, "text")?));
        Ok(Self {
            path: catalog::text(value, "path")?,
            answers: Case::read(name.clone(), value)?,
            edits: list("edits").iter().map(Edit::read).collect::<Result<_>>()?,
            follows: follows.context("`follows` is no list of commands")?,
            keeps: list("keeps").iter().map(keep).collect::<Result<_>>()?,
            name,
        })
    }

    /// Takes the service through `versions`, oldest first, and checks it as the newest one says.
    pub(super) fn upgrade(&self, means: &Means, versions: &[&GoldenPath]) -> Result<Judged> {
        let (Some(oldest), Some(newest)) = (versions.first(), versions.last()) else {
            bail!("there is no version")
        };
        let work = workspace::Scratch::new("upgrade")?;
        let repository = work.path().join("service");
        render(means, oldest, &self.answers, &repository)?;
        for edit in &self.edits {
            edit.make(&repository)?;
        }
        if !self.edits.is_empty() {
            git(means, &repository, &["add", "--all"])?;
            git(means, &repository, &["commit", "--quiet", "--message", "What the team made"])?;
        }
        for version in versions.iter().skip(1) {
            let mut upgrade = means.isolated(Command::new(&means.flagstone))?;
            upgrade.arg("upgrade").arg(&repository).args(&means.catalog);
            upgrade.args(["--to", &version.version, "--defaults", "--yes"]);
            println!("$ {}", program::shown(&upgrade));
            program::must(&mut upgrade).with_context(|| format!("to {}", version.version))?;
            clean(&repository, &format!("after the upgrade to {}", version.version))?;
        }
        self.follow(means, &repository)?;
        for (path, text) in &self.keeps {
            let is_kept = workspace::read(&repository.join(path)).is_ok_and(|it| it.contains(text));
            ensure!(is_kept, "`{text}` of the team is no longer in `{path}`");
        }
        let mut judged = Judged::default();
        let kept = Kept::of(newest, &self.name, &repository, "upgraded")?;
        if means.resumes
            && let Some(rows) = kept.read()?
        {
            println!("  kept from an earlier run");
            judged.commands = rows.iter().map(|it| it.items).sum();
            return Ok(judged);
        }
        run_checks(means, (newest, &self.answers), &repository, &mut judged)?;
        if judged.not_judged.is_empty() {
            kept.write(&[&judges::Ran::commands(newest, &self.name, judged.commands)])?;
        }
        Ok(judged)
    }
}

impl Team {
    /// Does what the notes of the upgrades ask of people.
    fn follow(&self, means: &Means, repository: &Path) -> Result<()> {
        for words in &self.follows {
            let Some((name, arguments)) = words.split_first() else { continue };
            let mut command = means.isolated(Command::new(name))?;
            command.current_dir(repository).args(arguments).envs(python::choose(repository)?);
            println!("$ {}   (as a note asks)", program::shown(&command));
            program::must(&mut command)?;
        }
        if !self.follows.is_empty() {
            git(
                means,
                repository,
                &["commit", "--quiet", "--all", "--message", "As the notes ask"],
            )?;
        }
        Ok(())
    }
}

impl Edit {
    fn read(value: &Value) -> Result<Self> {
        if let Some(path) = value["delete"].as_str() {
            return Ok(Self::Delete { path: path.to_string() });
        }
        let text = |form: &str, key: &str| catalog::text(&value[form], key);
        if value["write"].is_mapping() {
            return Ok(Self::Write { path: text("write", "path")?, text: text("write", "text")? });
        }
        Ok(Self::Replace {
            path: text("replace", "path")?,
            find: text("replace", "find")?,
            with: text("replace", "with")?,
        })
    }

    fn make(&self, repository: &Path) -> Result<()> {
        match self {
            Self::Write { path, text } => {
                let file = repository.join(path);
                fs::create_dir_all(file.parent().unwrap_or(repository))?;
                fs::write(file, text)?;
            }
            Self::Replace { path, find, with } => {
                let file = repository.join(path);
                let text = workspace::read(&file)?;
                ensure!(text.contains(find), "`{path}` has no `{find}` to edit");
                fs::write(file, text.replace(find, with))?;
            }
            Self::Delete { path } => {
                fs::remove_file(repository.join(path)).with_context(|| format!("`{path}`"))?;
            }
        }
        Ok(())
    }
}

fn git(means: &Means, repository: &Path, arguments: &[&str]) -> Result<()> {
    let mut git = means.isolated(Command::new("git"))?;
    program::must(git.current_dir(repository).args(arguments))?;
    Ok(())
}

/// The planted fault: an upgrade that breaks what a team made, or one where it made nothing; why it was not
/// found, if it was not.
pub(super) fn canary(means: &Means, is_taken: bool) -> Option<String> {
    let folder = workspace::root().join("xtask/judges/upgrade-canary");
    let edit = "replace: {path: greeting.txt, find: Hello, with: Good day}";
    let edits = if is_taken { "" } else { edit };
    let team = format!(
        "- path: canary-service\n  name: another greeting\n  parameters: {{name: canary}}\n  edits: [{edits}]"
    );
    let found = || -> Result<()> {
        let means = Means::bare(means.flagstone.clone(), Some(&folder))?;
        let versions = catalog::versions(&folder)?;
        let versions: Vec<&GoldenPath> = versions.iter().collect();
        for team in read(&team)? {
            team.upgrade(&means, &versions)?;
        }
        Ok(())
    };
    match found() {
        Ok(()) => Some("an upgrade that breaks a service passes".to_string()),
        Err(error) if error.to_string().contains("failed the first time") => None,
        Err(error) => Some(format!("{error:#}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_teams_of_each_path_are_read() {
        let teams = teams("python-service").expect("they are read");
        assert!(teams.iter().any(|it| !it.edits.is_empty() && !it.keeps.is_empty()));
        assert!(teams.iter().all(|it| it.answers.answer("name").is_some()));
    }

    #[test]
    fn edits_write_replace_and_delete() {
        let folder = workspace::Scratch::new("edits").expect("a folder for the test");
        let text = "- {path: p, name: n, edits: [
            write: {path: a/b.txt, text: one two}, write: {path: c.txt, text: c},
            replace: {path: a/b.txt, find: two, with: three}, delete: c.txt]}";
        for edit in &read(text).expect("they are read")[0].edits {
            edit.make(folder.path()).expect("it is made");
        }
        assert_eq!(
            workspace::read(&folder.path().join("a/b.txt")).expect("it is there"),
            "one three"
        );
        assert!(!folder.path().join("c.txt").exists());
        let again =
            Edit::Replace { path: "a/b.txt".into(), find: "two".into(), with: String::new() };
        assert!(again.make(folder.path()).is_err());
    }
}
