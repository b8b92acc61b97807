//! Migrations to this version: they rename what the version before asks, and move what it writes.

use std::{collections::BTreeSet, sync::Arc};

use super::subject::{Subject, output, steps};
use crate::{
    catalog::Release,
    diag::{Diagnostic, FixEdit},
    edit::{Content, Edit},
    glob::Glob,
    manifest::{Migration, Step, Syntax},
    name::nearest,
    template::{NameKind, names},
    tree::RepoPath,
};

pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let own = &subject.manifest.metadata.version;
    let mut found = Vec::new();
    for (index, migration) in subject.manifest.migrations.iter().enumerate() {
        let index = index.to_string();
        if migration.to > *own {
            let message = format!("this is version {own}, and nobody comes by {}", migration.to);
            let mistake = Diagnostic::error("migration-ahead", message)
                .at(subject.value_place(["migrations", &index, "to"]))
                .help("write it in that version");
            found.push(mistake.fix(subject.removal(steps(["migrations", &index]))));
        }
        if migration.to != *own {
            continue;
        }
        let mut versions = subject.request.catalog.versions(subject.request.name).iter();
        let before = versions.rfind(|it| *it < own);
        let before =
            before.and_then(|it| subject.request.catalog.release(subject.request.name, it));
        if let Some(before) = before {
            found.extend(check_steps(subject, &index, migration, &before));
        }
    }
    found
}

fn check_steps(
    subject: &Subject<'_>,
    migration: &str,
    stated: &Migration,
    before: &Release,
) -> Vec<Diagnostic> {
    let mut checking = Checking {
        subject,
        migration,
        old: before.manifest.parameters.iter().map(|it| it.name.clone()).collect(),
        known: before.manifest.parameters.iter().map(|it| it.name.clone()).collect(),
        files: written(subject, before),
        found: Vec::new(),
    };
    for (step, at) in stated.steps.iter().zip(0_usize..) {
        checking.step(&at.to_string(), step);
    }
    checking.found
}

struct Checking<'s, 'a> {
    subject: &'s Subject<'a>,
    migration: &'s str,
    /// What the version before asks.
    old: BTreeSet<String>,
    /// What answers are called after the steps so far.
    known: BTreeSet<String>,
    /// Patterns of what the version before writes, and its layers.
    files: Vec<String>,
    found: Vec<Diagnostic>,
}

impl Checking<'_, '_> {
    fn step(&mut self, at: &str, step: &Step) {
        match step {
            Step::RenameParameter { from, to } => self.rename(at, from, to),
            Step::SetParameter { name, value } => {
                let uses = names(&value.text, Syntax::Curly).unwrap_or_default().uses;
                for it in uses.iter().filter(|it| it.kind == NameKind::Variable) {
                    if !self.known.contains(&it.name) && !self.old.contains(&it.name) {
                        self.unknown(
                            &[at, "set-parameter", "value"],
                            &it.name,
                            &self.known.clone(),
                        );
                    }
                }
                self.known.insert(name.clone());
                let own: BTreeSet<_> = self.subject.parameters().map(str::to_owned).collect();
                if !own.contains(name) {
                    self.unknown(&[at, "set-parameter", "name"], name, &own);
                }
            }
            Step::Move { from, .. } => self.moved(at, from),
            Step::Delete(glob) => self.deleted(at, glob),
            Step::Note(_) => {}
        }
    }

    fn rename(&mut self, at: &str, from: &str, to: &str) {
        let own: BTreeSet<_> = self.subject.parameters().map(str::to_owned).collect();
        if !self.known.remove(from) {
            let gone = self.known.difference(&own).cloned().collect();
            self.unknown(&[at, "rename-parameter", "from"], from, &gone);
        }
        self.known.insert(to.to_owned());
        if !own.contains(to) {
            let new = own.difference(&self.old).cloned().collect();
            self.unknown(&[at, "rename-parameter", "to"], to, &new);
        }
    }

    /// A parameter that the version which is meant does not have.
    fn unknown(&mut self, steps: &[&str], name: &str, known: &BTreeSet<String>) {
        let whole: Vec<_> = ["migrations", self.migration, "steps"]
            .into_iter()
            .chain(steps.iter().copied())
            .collect();
        let only = (known.len() == 1).then(|| known.first().map(String::as_str)).flatten();
        let near = nearest(name, known.iter().map(String::as_str)).or(only);
        let which = match steps.last() {
            Some(&"from" | &"value") => "the version before",
            Some(_) | None => "this version",
        };
        let place = self.subject.value_place(whole.iter().copied());
        let mistake =
            Diagnostic::error("migration-parameter", format!("{which} has no parameter `{name}`"))
                .at(place);
        let is_value = steps.last() == Some(&"value");
        self.found.push(match near {
            Some(near) if !is_value => {
                mistake.help(format!("did you mean `{near}`?")).instead(Some(near))
            }
            Some(near) => mistake.help(format!("did you mean `{near}`?")),
            None => {
                let path = [whole.get(..4).unwrap_or_default()].concat();
                mistake.help("remove the step").fix(self.removal(&path))
            }
        });
    }

    fn removal(&self, steps: &[&str]) -> Option<FixEdit> {
        let step = |step: &&str| match step.parse() {
            Ok(index) => crate::edit::Step::Item(index),
            Err(_) => crate::edit::Step::Key((*step).to_owned()),
        };
        self.subject.removal(steps.iter().map(step).collect())
    }

    fn moved(&mut self, at: &str, from: &str) {
        let whole = ["migrations", self.migration, "steps", at, "move", "from"];
        if !self.files.iter().any(|file| covers(from, file)) {
            let names = self.files.iter().map(String::as_str);
            let folders: Vec<_> = names.clone().filter_map(folder).collect();
            let near = nearest(from, names.chain(folders.iter().map(String::as_str)));
            let message = format!("the version before writes nothing at `{from}`");
            let mistake =
                Diagnostic::error("migration-nothing", message).at(self.subject.value_place(whole));
            self.found.push(match near {
                Some(near) => {
                    let path = steps(whole);
                    let content = Content::Value(near.into());
                    let edit = self.subject.manifest_edit(&[Edit::Set { path, content }]);
                    mistake.help(format!("did you mean `{near}`?")).fix(edit)
                }
                None => {
                    let removal = self.removal(whole.get(..4).unwrap_or_default());
                    mistake.help("remove the step").fix(removal)
                }
            });
            return;
        }
        let stays: Vec<_> = own_files(self.subject).filter(|file| covers(from, file)).collect();
        if let Some(file) = stays.first() {
            let message = format!("`{from}` moves away, and `{file}` is still written there");
            let mistake = Diagnostic::error("migration-stays", message)
                .at(self.subject.value_place(whole))
                .help("move the template too, or remove the step");
            let removal = self.removal(whole.get(..4).unwrap_or_default());
            self.found.push(mistake.fix(removal));
        }
    }

    fn deleted(&mut self, at: &str, glob: &Glob) {
        let whole = ["migrations", self.migration, "steps", at, "delete"];
        let matches = |file: &str| RepoPath::parse(file).is_ok_and(|it| glob.matches(&it));
        let pattern = glob.as_str();
        let place = self.subject.value_place(whole);
        let removal = || self.removal(whole.get(..4).unwrap_or_default());
        let names: Vec<_> = own_files(self.subject).collect();
        if let Some(file) = names.iter().find(|file| matches(file)) {
            let message = format!("`{pattern}` goes, and `{file}` is still written");
            let mistake = Diagnostic::error("migration-stays", message).at(place);
            self.found.push(mistake.help("remove the step, or the template").fix(removal()));
        } else if !self.files.iter().any(|file| matches(file) || file.contains('*')) {
            let message = format!("the version before writes nothing at `{pattern}`");
            let mistake = Diagnostic::error("migration-nothing", message).at(place);
            self.found.push(mistake.help("mend the pattern, or remove the step").fix(removal()));
        }
    }
}

/// Whether a step's `from` may be about a file: the same path, or a folder with `/**` around it.
/// In a pattern of a file, `*` is whatever its template's name makes.
fn covers(from: &str, file: &str) -> bool {
    let (folder, rest) = match from.strip_suffix("/**") {
        Some(folder) => (folder, true),
        None => (from, false),
    };
    let mut parts = file.split('/');
    let same = folder.split('/').all(|want| {
        parts.next().is_some_and(|part| part == want || part.contains('*') || want.contains('*'))
    });
    same && (parts.next().is_some() == rest)
}

fn folder(file: &str) -> Option<String> {
    file.rsplit_once('/').map(|(folder, _)| format!("{folder}/**"))
}

/// What a release and its layers write, as patterns.
fn written(subject: &Subject<'_>, release: &Release) -> Vec<String> {
    let catalog = subject.request.catalog;
    let layers = release.manifest.layers.iter().filter_map(|layer| {
        let mut versions = catalog.versions(&layer.name).iter();
        let version = versions.rfind(|it| layer.version.matches(it))?;
        catalog.release(&layer.name, version)
    });
    let layers: Vec<Arc<Release>> = layers.collect();
    let all = [release].into_iter().chain(layers.iter().map(AsRef::as_ref));
    let paths = all.flat_map(|it| it.files.paths().filter_map(pattern));
    paths.collect()
}

fn own_files(subject: &Subject<'_>) -> impl Iterator<Item = String> {
    subject.files().filter_map(|(path, _)| pattern(path)).filter(|it| !it.contains('*'))
}

/// A template's output, with `*` for the parts that its name computes.
fn pattern(path: &RepoPath) -> Option<String> {
    let is_computed =
        |part: &&str| part.contains("{{") || part.contains("{%") || part.contains('[');
    let parts = output(path)?.split('/').map(|part| match is_computed(&part) {
        true => "*",
        false => part,
    });
    Some(parts.collect::<Vec<_>>().join("/"))
}
