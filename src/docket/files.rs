//! The files of a plan, as rules over plans and rules over files see them.

use std::borrow::Cow;

use rayon::prelude::*;

use super::{Docket, Plan, selection::Selection, unread};
use crate::{
    data::Value,
    guard::{Changes, Finding, Packages, PlanFile, PlanInput, Secret, Subject},
    lock,
    secret::looks_secret,
    spec,
    syntax::{self, Config, Kind, Reading, YamlVersion},
    text::Document,
    tree::{Entry, Mode, RepoPath, Tree},
};

/// The input of rules over plans.
pub(super) fn input(docket: &Docket, plan: Plan<'_>) -> PlanInput {
    let Plan { input, tree, files, before, unnamed, ownership, .. } = plan;
    let mut changes = Changes::default();
    let mut seen = Vec::new();
    let mut secrets = Vec::new();
    let look = |path: &RepoPath| {
        let entry = tree.get(path);
        let secrets = entry.map(|it| secrets_in(path.as_str(), it)).unwrap_or_default();
        let text = entry.and_then(plain);
        let parsed = docket.parsed.has(path).then(|| parsed(path, text.as_deref()?)).flatten();
        let is_asked = docket.texts.iter().any(|it| it.matches(path));
        (text.filter(|_| is_asked).map(Cow::into_owned), secrets, parsed)
    };
    let paths: Vec<_> = files.files.keys().collect();
    let looks: Vec<_> = paths.into_par_iter().map(look).collect();
    for ((path, blob), (text, found, parsed)) in files.files.iter().zip(looks) {
        let change = match before.files.get(path) {
            None => {
                changes.added.push(path.to_string());
                "added"
            }
            Some(old) if old == blob => "kept",
            Some(_) => {
                changes.changed.push(path.to_string());
                "changed"
            }
        };
        secrets.extend(found);
        seen.push(PlanFile {
            path: path.to_string(),
            mode: blob.mode.as_str().to_owned(),
            ownership: ownership(path).to_owned(),
            bytes: tree.get(path).map_or(0, |it| it.bytes.len() as u64),
            blob: blob.id.to_string(),
            change: change.to_owned(),
            parsed,
            text,
        });
    }
    for (path, blob) in before.files.iter().filter(|(path, _)| !files.files.contains_key(*path)) {
        changes.deleted.push(path.to_string());
        seen.push(PlanFile {
            path: path.to_string(),
            mode: blob.mode.as_str().to_owned(),
            ownership: ownership(path).to_owned(),
            blob: blob.id.to_string(),
            change: "deleted".to_owned(),
            ..PlanFile::default()
        });
    }
    secrets.extend(unnamed.iter().flat_map(|(name, entry)| secrets_in(name, entry)));
    seen.sort_by(|one, other| one.path.cmp(&other.path));
    PlanInput { files: seen, secrets, changes, ..input }
}

/// What each configuration file is to rules over files, and the files that can't be read.
pub(super) fn subjects(docket: &Docket, plan: &Plan<'_>) -> (Vec<Subject>, Vec<Finding>) {
    let (mut subjects, mut unread) = (Vec::new(), Vec::new());
    for (name, entry) in plan.unnamed.iter().filter(|(name, _)| Kind::of(name).is_some()) {
        unread.push(unread::unnamed(name));
        let (more, findings) = subjects_of(name, Ok(entry), &Selection::all());
        subjects.extend(more);
        unread.extend(findings);
    }
    // Rules over plans see everything of the tool's own files.
    let is_tools = |path: &RepoPath| [spec::FILE, lock::FILE].contains(&path.as_str());
    let is_shown = |path: &RepoPath| !is_tools(path) && Kind::of(path.as_str()).is_some();
    let shown: Vec<_> = plan.tree.iter().filter(|(path, _)| is_shown(path)).collect();
    let tree = plan.tree;
    let look = |(path, entry): &(&RepoPath, &Entry)| {
        subjects_of(path.as_str(), followed(tree, path, entry), &docket.selection.of(path))
    };
    for (more, findings) in shown.par_iter().map(look).collect::<Vec<_>>() {
        subjects.extend(more);
        unread.extend(findings);
    }
    if !docket.judges_files {
        subjects.clear();
    }
    (subjects, unread)
}

/// What a configuration file is to rules over files, and what of it they can't be shown.
fn subjects_of(
    path: &str,
    entry: Result<&Entry, Astray>,
    packages: &Packages,
) -> (Vec<Subject>, Vec<Finding>) {
    let entry = match entry {
        Ok(entry) => entry,
        Err(astray) => return (Vec::new(), vec![unread::astray(path, astray)]),
    };
    let (text, is_whole) = syntax::decoded(&entry.bytes);
    if text.len() > syntax::MAX_BYTES {
        return (Vec::new(), vec![unread::large(path, &text)]);
    }
    let Reading { configs, doubts } = syntax::reading(path, &text);
    let is_one = configs.len() == 1;
    let subject = |(at, config): (usize, &Config)| Subject {
        path: Some(if is_one { path.to_owned() } else { label(path, at) }),
        packages: packages.clone(),
        input: config.root.to_value(),
    };
    let mut findings: Vec<_> = doubts.iter().map(|it| unread::doubt(path, &text, it)).collect();
    findings.extend((!is_whole).then(|| unread::replaced(path)));
    (configs.iter().enumerate().map(subject).collect(), findings)
}

/// What people call one document of several.
pub(super) fn label(path: &str, at: usize) -> String {
    format!("{path}#{}", at + 1)
}

/// The documents of a file as policies are shown them.
pub(super) fn configs(path: &RepoPath, text: &str) -> Vec<Config> {
    syntax::reading(path.as_str(), text).configs
}

/// The text of a file; what is a link, or too long to be read, has none for policies, and neither has
/// what is hardly a text at all.
pub(super) fn plain(entry: &Entry) -> Option<Cow<'_, str>> {
    const FEW: usize = 8;
    if entry.mode == Mode::Link || entry.bytes.len() > syntax::MAX_BYTES {
        return None;
    }
    let (text, is_whole) = syntax::decoded(&entry.bytes);
    let replaced = || text.matches(char::REPLACEMENT_CHARACTER).count();
    (is_whole || replaced() * FEW < text.len()).then_some(text)
}

/// What a file says, as the programs have it that read it.
fn parsed(path: &RepoPath, text: &str) -> Option<Value> {
    let kind = match Kind::of(path.as_str())? {
        Kind::Yaml(_) => Kind::Yaml(YamlVersion::V1_2),
        other => other,
    };
    let documents = syntax::read(kind, &Document::new(path.as_str(), text)).configs;
    let mut values: Vec<_> = documents.iter().map(|it| it.root.to_value()).collect();
    match values.len() {
        0 | 1 => values.pop(),
        _ => Some(Value::List(values)),
    }
}

/// Why a link leads to no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Astray {
    /// It leads out of the service.
    Outside,
    /// There is nothing where it leads.
    Nowhere,
}

/// What whoever opens the file reads: behind links, also of folders, what they lead to in this
/// repository.
pub(super) fn followed<'t>(
    tree: &'t Tree,
    path: &RepoPath,
    entry: &'t Entry,
) -> Result<&'t Entry, Astray> {
    /// As many as Linux follows.
    const MOST: usize = 40;
    if entry.mode != Mode::Link {
        return Ok(entry);
    }
    let mut ahead: Vec<String> = path.as_str().rsplit('/').map(str::to_owned).collect();
    let (mut steps, mut links) = (Vec::<String>::new(), 0);
    let mut found = None;
    while let Some(step) = ahead.pop() {
        match step.as_str() {
            "" | "." => continue,
            ".." => {
                steps.pop().ok_or(Astray::Outside)?;
                continue;
            }
            _ => steps.push(step),
        }
        let here = RepoPath::parse(&steps.join("/")).ok();
        found = here.and_then(|it| tree.get(&it));
        if let Some(link) = found.filter(|it| it.mode == Mode::Link) {
            links += 1;
            let target = str::from_utf8(&link.bytes).map_err(|_| Astray::Nowhere)?;
            if target.starts_with('/') {
                return Err(Astray::Outside);
            }
            if links > MOST {
                return Err(Astray::Nowhere);
            }
            steps.pop();
            ahead.extend(target.rsplit('/').map(str::to_owned));
        }
    }
    found.filter(|it| it.mode != Mode::Link).ok_or(Astray::Nowhere)
}

/// What looks like a secret in a file of any kind and size, or in where a link leads.
fn secrets_in(path: &str, entry: &Entry) -> Vec<Secret> {
    let (text, _) = syntax::decoded(&entry.bytes);
    if looks_secret(&text).is_none() {
        return Vec::new();
    }
    let lines = text.lines().enumerate();
    let found = lines.filter_map(|(at, line)| Some((at + 1, looks_secret(line)?)));
    found
        .map(|(line, kind)| Secret { path: path.to_owned(), line, kind: kind.to_owned() })
        .collect()
}

/// The file that a label means among `tree`, and which of its documents.
pub(super) fn labelled<'t>(
    tree: &'t Tree,
    label: &str,
) -> Option<(&'t RepoPath, &'t Entry, usize)> {
    let find = |name: &str| tree.iter().find(|(path, _)| path.as_str() == name);
    if let Some((path, entry)) = find(label) {
        return Some((path, entry, 0));
    }
    let (name, number) = label.rsplit_once('#')?;
    let (path, entry) = find(name)?;
    Some((path, entry, number.parse::<usize>().ok()?.checked_sub(1)?))
}
