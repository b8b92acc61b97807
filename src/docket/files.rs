//! The files of a plan, as rules over plans and rules over files see them.

use rayon::prelude::*;

use super::{Docket, Plan};
use crate::{
    data::Value,
    guard::{Changes, Finding, PlanFile, PlanInput, Secret, Subject},
    lock,
    policy::Role,
    secret::looks_secret,
    spec,
    syntax::{self, Config, Kind, YamlVersion},
    text::Document,
    tree::{Entry, Mode, RepoPath, Tree},
};

/// The input of rules over plans.
pub(super) fn input(docket: &Docket, plan: Plan<'_>) -> PlanInput {
    let Plan { input, tree, files, before, ownership, .. } = plan;
    let mut changes = Changes::default();
    let mut seen = Vec::new();
    let mut secrets = Vec::new();
    let look = |path: &RepoPath| {
        let text = tree.get(path).and_then(plain);
        let secrets = text.map(|it| secrets_in(path, it)).unwrap_or_default();
        let parsed = text.filter(|_| docket.parsed.has(path)).and_then(|it| parsed(path, it));
        (text, secrets, parsed)
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
        let is_asked = docket.texts.iter().any(|it| it.matches(path));
        seen.push(PlanFile {
            path: path.to_string(),
            mode: blob.mode.as_str().to_owned(),
            ownership: ownership(path).to_owned(),
            bytes: tree.get(path).map_or(0, |it| it.bytes.len() as u64),
            blob: blob.id.to_string(),
            change: change.to_owned(),
            parsed,
            text: text.filter(|_| is_asked).map(str::to_owned),
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
    seen.sort_by(|one, other| one.path.cmp(&other.path));
    PlanInput { files: seen, secrets, changes, ..input }
}

/// What each configuration file is to rules over files, and the files that can't be read.
pub(super) fn subjects(docket: &Docket, plan: &Plan<'_>) -> (Vec<Subject>, Vec<Finding>) {
    let (mut subjects, mut unread) = (Vec::new(), Vec::new());
    if !docket.judges_files {
        return (subjects, unread);
    }
    for path in plan.unnamed.iter().filter(|it| Kind::of(it).is_some()) {
        unread.push(Finding::unread(
            path,
            None,
            "not every system can have a file of this name",
            role(path),
        ));
    }
    // Rules over plans see everything of the tool's own files.
    let is_tools = |path: &RepoPath| [spec::FILE, lock::FILE].contains(&path.as_str());
    let is_shown = |path: &RepoPath| !is_tools(path) && Kind::of(path.as_str()).is_some();
    let shown: Vec<_> = plan.tree.iter().filter(|(path, _)| is_shown(path)).collect();
    let tree = plan.tree;
    let look = |(path, entry): &(&RepoPath, &Entry)| subjects_of(docket, tree, path, entry);
    for (more, finding) in shown.par_iter().map(look).collect::<Vec<_>>() {
        subjects.extend(more);
        unread.extend(finding);
    }
    (subjects, unread)
}

/// What a configuration file is to rules over files, or why it is nothing.
fn subjects_of(
    docket: &Docket,
    tree: &Tree,
    path: &RepoPath,
    entry: &Entry,
) -> (Vec<Subject>, Option<Finding>) {
    let Some(text) = followed(tree, path, entry).and_then(plain) else {
        let because = match entry.mode {
            Mode::Link => "it is a link that leads to no file of text here",
            Mode::File | Mode::Executable => "it is no text, or too long",
        };
        let unread = Finding::unread(path.as_str(), None, because, role(path.as_str()));
        return (Vec::new(), Some(unread));
    };
    match configs(path, text) {
        Ok(configs) => {
            let is_one = configs.len() == 1;
            let packages = docket.selection.of(path);
            let subject = |(at, config): (usize, &Config)| Subject {
                path: Some(if is_one { path.to_string() } else { label(path, at) }),
                packages: packages.clone(),
                input: config.root.to_value(),
            };
            (configs.iter().enumerate().map(subject).collect(), None)
        }
        Err(mistake) => {
            let line = mistake.place.as_ref().map(|it| it.position().line);
            let role = role(path.as_str());
            let unread = Finding::unread(path.as_str(), line, &mistake.message, role);
            (Vec::new(), Some(unread))
        }
    }
}

/// What people call one document of several.
pub(super) fn label(path: &RepoPath, at: usize) -> String {
    format!("{path}#{}", at + 1)
}

/// The documents of a file as conftest would hand them to policies.
pub(super) fn configs(path: &RepoPath, text: &str) -> Result<Vec<Config>, crate::diag::Diagnostic> {
    syntax::lenient_inputs(path.as_str(), text)
}

/// The text of a file; what is a link, no text, or too long to be read, has none for policies.
pub(super) fn plain(entry: &Entry) -> Option<&str> {
    let is_file = entry.mode != Mode::Link && entry.bytes.len() <= syntax::MAX_BYTES;
    if is_file { entry.text() } else { None }
}

/// What a file says, as the programs have it that read it.
fn parsed(path: &RepoPath, text: &str) -> Option<Value> {
    let kind = match Kind::of(path.as_str())? {
        Kind::Yaml(_) => Kind::Yaml(YamlVersion::V1_2),
        other => other,
    };
    let documents = syntax::parse(kind, &Document::new(path.as_str(), text)).ok()?;
    let mut values: Vec<_> = documents.iter().map(|it| it.root.to_value()).collect();
    match values.len() {
        0 | 1 => values.pop(),
        _ => Some(Value::List(values)),
    }
}

/// What it means that a file can't be shown: a denial for those that decide over others, and in which
/// nothing but configuration can stand.
fn role(path: &str) -> Role {
    let is_pipeline = path.starts_with(".github/workflows/") || path == ".gitlab-ci.yml";
    match is_pipeline || Kind::of(path) == Some(Kind::Dockerfile) {
        true => Role::Deny,
        false => Role::Warn,
    }
}

/// What whoever opens the file reads: behind a link, what it leads to in this repository.
pub(super) fn followed<'t>(tree: &'t Tree, path: &RepoPath, entry: &'t Entry) -> Option<&'t Entry> {
    const MOST: usize = 8;
    let (mut at, mut entry) = (path.clone(), entry);
    for _ in 0..MOST {
        if entry.mode != Mode::Link {
            return Some(entry);
        }
        let target = str::from_utf8(&entry.bytes).ok()?;
        let mut steps: Vec<_> = at.components().collect();
        steps.pop();
        for step in target.split('/') {
            match step {
                "" | "." => {}
                ".." => drop(steps.pop()?),
                name => steps.push(name),
            }
        }
        at = RepoPath::parse(&steps.join("/")).ok().filter(|_| !target.starts_with('/'))?;
        entry = tree.get(&at)?;
    }
    None
}

fn secrets_in(path: &RepoPath, text: &str) -> Vec<Secret> {
    if looks_secret(text).is_none() {
        return Vec::new();
    }
    let lines = text.lines().enumerate();
    let found = lines.filter_map(|(at, line)| Some((at + 1, looks_secret(line)?)));
    found
        .map(|(line, kind)| Secret { path: path.to_string(), line, kind: kind.to_owned() })
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
