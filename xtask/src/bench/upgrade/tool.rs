//! The tools that keep a service up to date, each started as its manual says.

use std::{
    cell::Cell,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use super::versions::{
    AFTER, BEFORE, Git, NAME, PACKAGE, Versions, clear, rendered, write_rendered,
};
use crate::{bench::peers, program};

/// Who takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bench) enum Tool {
    Flagstone,
    Copier,
    Cruft,
    /// A branch that holds each version as it is rendered, merged into the team's. The rendering is
    /// done for it and not in its time, so it is a floor as well as a peer.
    GitMerge,
}

/// All of them, ours first.
pub(super) const TOOLS: &[Tool] = &[Tool::Flagstone, Tool::Copier, Tool::Cruft, Tool::GitMerge];

/// What a tool keeps in a service for itself.
pub(super) const OWN_FILES: &[&str] =
    &["flagstone.yaml", "flagstone.lock", ".copier-answers.yml", ".cruft.json"];

impl Tool {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Flagstone => "flagstone upgrade",
            Self::Copier => "copier update",
            Self::Cruft => "cruft update",
            Self::GitMerge => "git merge pristine",
        }
    }

    /// The program to be found in the peers' environment.
    pub(super) fn peer(self) -> Option<&'static str> {
        match self {
            Self::Flagstone | Self::GitMerge => None,
            Self::Copier => Some("copier"),
            Self::Cruft => Some("cruft"),
        }
    }

    /// Whether it is here.
    pub(super) fn is_here(self) -> bool {
        self.peer().is_none_or(|peer| peers::find(peer).is_some())
    }

    /// Makes the service in the old version, committed, with the new one ready to be had.
    pub(in crate::bench) fn make(
        self,
        place: &Place,
        versions: &Versions,
        answer: &str,
    ) -> Result<()> {
        let (template, service) = (place.template(), place.service());
        match self {
            Self::Flagstone => {
                versions.write_catalog(&template)?;
                let mut new = place.command(&place.flagstone);
                new.arg("new").arg(format!("bench@={BEFORE}")).arg(&service);
                new.arg("--catalog").arg(&template).arg("--set").arg(format!("name={NAME}"));
                program::must(new.args(["--separate", "--defaults", "--yes"]))?;
                return Ok(());
            }
            Self::Copier => {
                versions.write_copier(&template, place)?;
                let mut copy = place.command(&peer("copier")?);
                copy.args(["copy", "--quiet", "--defaults", "--vcs-ref", BEFORE]);
                copy.arg("--data").arg(format!("name={NAME}")).arg(&template).arg(&service);
                program::must(&mut copy)?;
            }
            Self::Cruft => {
                versions.write_cruft(&template, place)?;
                let mut create = place.command(&peer("cruft")?);
                create.args(["create", "--no-input", "--checkout", BEFORE, "--output-dir"]);
                create.arg(&place.root).arg("--extra-context");
                create.arg(format!(r#"{{"name": "{NAME}"}}"#));
                create.args(versions.seeded().map(|path| ["--skip", path]).iter().flatten());
                program::must(create.arg(&template))?;
            }
            Self::GitMerge => write_rendered(&service, &rendered(&versions.before, PACKAGE))?,
        }
        place.run(&service, &["init", "--quiet"])?;
        place.run(&service, &["add", "--all", "--force"])?;
        place.run(&service, &["commit", "--quiet", "--message", BEFORE])?;
        if self == Self::GitMerge {
            place.run(&service, &["checkout", "--quiet", "-b", "pristine"])?;
            clear(&service)?;
            write_rendered(&service, &rendered(&versions.after, answer))?;
            place.run(&service, &["add", "--all", "--force"])?;
            place.run(&service, &["commit", "--quiet", "--message", AFTER])?;
            place.run(&service, &["checkout", "--quiet", "main"])?;
        }
        Ok(())
    }

    /// The command that brings the service in `service` to the new version, with another answer where
    /// the scenario has one.
    pub(in crate::bench) fn update(
        self,
        place: &Place,
        service: &Path,
        answer: &str,
    ) -> Result<Command> {
        let answer = Some(answer).filter(|it| *it != PACKAGE);
        let mut command = match self {
            Self::Flagstone => {
                let mut command = place.command(&place.flagstone);
                command.args(["upgrade", "--to", AFTER, "--defaults", "--yes", "--catalog"]);
                command.arg(place.template());
                answer.iter().for_each(|it| {
                    command.arg("--set").arg(format!("package={it}"));
                });
                command
            }
            Self::Copier => {
                let mut command = place.command(&peer("copier")?);
                command.args(["update", "--defaults"]);
                answer.iter().for_each(|it| {
                    command.arg("--data").arg(format!("package={it}"));
                });
                command
            }
            Self::Cruft => {
                let mut command = place.command(&peer("cruft")?);
                command.args(["update", "--skip-apply-ask"]);
                answer.iter().for_each(|it| {
                    let variables = format!(r#"{{"package": "{it}"}}"#);
                    command.arg("--variables-to-update").arg(variables);
                });
                command
            }
            Self::GitMerge => {
                let mut command = place.command("git".as_ref());
                command.args(["merge", "--no-edit", "--quiet", "pristine"]);
                command
            }
        };
        command.current_dir(service);
        Ok(command)
    }

    /// The tool's own way back out of an update that was cut off, if it has one.
    pub(super) fn take_back(self, place: &Place, service: &Path) -> Option<Command> {
        let mut command = match self {
            Self::Flagstone => place.command(&place.flagstone),
            Self::GitMerge => place.command("git".as_ref()),
            Self::Copier | Self::Cruft => return None,
        };
        let words = if self == Self::GitMerge { "merge" } else { "upgrade" };
        command.args([words, "--abort"]).current_dir(service);
        Some(command)
    }
}

fn peer(name: &str) -> Result<PathBuf> {
    peers::find(name).with_context(|| format!("{name} is not installed"))
}

/// Where one tool works: its template, its service, and a home that is its own.
pub(in crate::bench) struct Place {
    root: PathBuf,
    flagstone: PathBuf,
    copies: Cell<usize>,
}

impl Place {
    /// Makes a place with an empty home, whose git configuration has these `settings` too.
    pub(in crate::bench) fn new(root: &Path, flagstone: &Path, settings: &str) -> Result<Self> {
        for folder in ["home", "tmp"] {
            fs::create_dir_all(root.join(folder))?;
        }
        fs::write(root.join("home/.gitconfig"), format!("{SETTINGS}{settings}"))?;
        let (root, flagstone) = (root.to_path_buf(), flagstone.to_path_buf());
        Ok(Self { root, flagstone, copies: Cell::new(0) })
    }

    fn template(&self) -> PathBuf {
        self.root.join("template")
    }

    /// The service; cruft names it itself.
    pub(in crate::bench) fn service(&self) -> PathBuf {
        self.root.join(NAME)
    }

    /// A copy of the service, whose index knows the copy's files.
    pub(super) fn copy(&self) -> Result<PathBuf> {
        self.copies.set(self.copies.get() + 1);
        let copy = self.root.join(format!("copy-{}", self.copies.get()));
        super::versions::copy(&self.service(), &copy)?;
        self.run(&copy, &["update-index", "-q", "--refresh"])?;
        Ok(copy)
    }

    /// A command with nothing of this machine's own around it but the path to programs.
    pub(in crate::bench) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", self.root.join("home"));
        command.env("GIT_CONFIG_GLOBAL", self.root.join("home/.gitconfig"));
        command.env("TMPDIR", self.root.join("tmp")).env("NO_COLOR", "1");
        command
    }
}

impl Git for Place {
    fn run(&self, folder: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
        let mut git = self.command("git".as_ref());
        Ok(program::must(git.current_dir(folder).args(arguments))?.stdout)
    }
}

/// No background work of git's in anybody's time.
const SETTINGS: &str = "[user]\n\tname = Bench\n\temail = bench@localhost\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n";
