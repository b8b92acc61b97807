//! A golden path and its layers, with every answer, as the tree of a service.
//!
//! **Invariants:** the same request gives the same plan, in every order and on any number of
//! threads; every mistake is reported at once, in a stable order; no text of an answer changes what
//! a file means beyond the place that the template gave it.
//!
//! Of a layer's rules over files the first whose pattern matches the output path decides everything
//! that rules say: ownership, `when` and syntax. A layer's rules apply to its own files.

mod answer;
mod bracket;
mod choose;
mod finish;
mod item;
mod keys;
mod kind;
mod layer;
mod link;
mod name;
mod proof;
mod render;

pub(crate) use bracket::{Bracket, brackets};
pub use item::item_keys;
pub use kind::target;
pub(crate) use layer::kept_sources;
pub use layer::{layer_data, named_partials, references, sources};

pub use crate::template::Sources;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::{
    data::Value,
    diag::Diagnostic,
    glob::Glob,
    manifest::FileRule,
    tree::{Entry, Mode, Ownership, RepoPath, SourceId, Tree},
    version::Version,
};

use self::layer::Prepared;

/// What to plan: the golden path first, then its layers.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The golden path and its layers.
    pub layers: Vec<Layer<'a>>,
    /// How much may come of it.
    pub limits: Limits,
}

/// A golden path or layer with its answers.
#[derive(Debug, Clone, Copy)]
pub struct Layer<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its version.
    pub version: &'a Version,
    /// Its folder: `template/`, `partials/`, `data/`.
    pub files: &'a Tree,
    /// Its rules over output paths.
    pub rules: &'a [FileRule],
    /// Output paths that it writes in place of another layer.
    pub overrides: &'a [Glob],
    /// A map: its answers by parameter.
    pub answers: &'a Value,
    /// Its partials and its data, read once however often it is planned, see [`sources`].
    pub sources: &'a Sources,
    /// The ways to the texts that may have several lines, see
    /// [`ways_to_lines`](crate::manifest::Shape::ways_to_lines).
    pub lines: &'a BTreeSet<String>,
    /// The parameters that are lists: what a `[NAME]` in a template's path may name.
    pub lists: &'a BTreeSet<String>,
}

/// How much may come of a plan.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The number of files.
    pub files: usize,
    /// The bytes of one file.
    pub file_size: u64,
    /// The bytes of all files.
    pub size: u64,
}

/// Every file of a service, and where each came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// The files in the order of their paths.
    pub files: BTreeMap<RepoPath, PlannedFile>,
}

/// One file of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedFile {
    /// Mode and bytes.
    pub entry: Entry,
    /// Whose it is.
    pub ownership: Ownership,
    /// The template that it came from.
    pub source: SourceId,
}

impl Default for Limits {
    fn default() -> Self {
        Self { files: 20_000, file_size: 32 << 20, size: 512 << 20 }
    }
}

impl Plan {
    /// The files alone.
    pub fn tree(&self) -> Tree {
        self.files.iter().map(|(path, file)| (path.clone(), file.entry.clone())).collect()
    }
}

/// Plans the files of a service.
///
/// # Errors
/// Every mistake of the templates, and every answer that does not fit into them.
pub fn plan(request: &Request<'_>) -> Result<Plan, Vec<Diagnostic>> {
    made(request, Contents::Proved)
}

/// The same files, for those who look at them together and write none: each layer was planned by
/// itself, so that its texts are proved already.
///
/// # Errors
/// As [`plan`], without the mistakes that proofs find.
pub(crate) fn draft(request: &Request<'_>) -> Result<Plan, Vec<Diagnostic>> {
    made(request, Contents::Rendered)
}

/// The same without what templates render to, for those who ask only which files there are: what a
/// template would write is empty.
///
/// # Errors
/// As [`draft`], without the mistakes in contents.
pub(crate) fn outline(request: &Request<'_>) -> Result<Plan, Vec<Diagnostic>> {
    made(request, Contents::Empty)
}

/// What is made of templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Contents {
    /// Their texts, proved to mean the same whatever they print that is not harmless by its shape.
    Proved,
    /// Their texts.
    Rendered,
    /// Nothing.
    Empty,
}

fn made(request: &Request<'_>, contents: Contents) -> Result<Plan, Vec<Diagnostic>> {
    let sources: usize = request.layers.iter().map(|layer| templates(layer.files).count()).sum();
    check_count(sources, request.limits)?;
    let answers = request.layers.iter().flat_map(answer::check).collect();
    stop_at(answers)?;
    let layers = prepare(request)?;
    let jobs = jobs(&layers, request.limits)?;
    let rendered: Vec<_> =
        jobs.par_iter().map(|(layer, job)| render::render(layer, job, contents)).collect();
    let mut mistakes = Vec::new();
    let mut candidates = Vec::new();
    for (result, (layer, ..)) in rendered.into_iter().zip(&jobs) {
        match result {
            Ok(file) => candidates.extend(file.map(|(path, file)| (path, &layer.layer, file))),
            Err(found) => mistakes.extend(found),
        }
    }
    let (plan, conflicts) = choose::choose(candidates);
    mistakes.extend(conflicts);
    mistakes.extend(check(&plan, request.limits));
    stop_at(mistakes)?;
    Ok(plan)
}

fn check_count(files: usize, limits: Limits) -> Result<(), Vec<Diagnostic>> {
    if files <= limits.files {
        return Ok(());
    }
    let message = format!("{files} files are more than the limit of {}", limits.files);
    Err(vec![Diagnostic::error("plan-limit", message)])
}

/// Every template, once or for each item of a list.
fn jobs<'l, 'a>(
    layers: &'l [Prepared<'a>],
    limits: Limits,
) -> Result<Vec<(&'l Prepared<'a>, render::Job<'l>)>, Vec<Diagnostic>> {
    let (mut jobs, mut mistakes) = (Vec::new(), Vec::new());
    for layer in layers {
        for (source, entry) in templates(layer.layer.files) {
            let job = render::Job { source, entry, item: None };
            match item::items(&layer.layer, source) {
                Ok(None) => jobs.push((layer, job)),
                Ok(Some(items)) => {
                    check_count(jobs.len().saturating_add(items.len()), limits)?;
                    let of = |item| (layer, render::Job { item: Some(item), ..job.clone() });
                    jobs.extend(items.into_iter().map(of));
                }
                Err(found) => mistakes.extend(found),
            }
        }
    }
    stop_at(mistakes)?;
    Ok(jobs)
}

fn prepare<'a>(request: &Request<'a>) -> Result<Vec<Prepared<'a>>, Vec<Diagnostic>> {
    let mut mistakes = Vec::new();
    let mut layers = Vec::new();
    for layer in &request.layers {
        match Prepared::new(layer) {
            Ok(prepared) => layers.push(prepared),
            Err(found) => mistakes.extend(found),
        }
    }
    stop_at(mistakes)?;
    Ok(layers)
}

fn templates(files: &Tree) -> impl Iterator<Item = (&RepoPath, &Entry)> {
    files.iter().filter(|(path, _)| path.is_below("template"))
}

/// What only the whole tree shows.
fn check(plan: &Plan, limits: Limits) -> Vec<Diagnostic> {
    let tree = plan.tree();
    let mut mistakes = link::check(&tree);
    if let Err(error) = tree.check() {
        mistakes.push(Diagnostic::error("plan-paths", error.to_string()));
    }
    let large = plan.files.iter().filter(|(_, it)| it.entry.bytes.len() as u64 > limits.file_size);
    mistakes.extend(large.map(|(path, file)| {
        let message = format!("`{path}` has {} bytes", file.entry.bytes.len());
        Diagnostic::error("plan-limit", message).note(format!(
            "a file may have {} bytes; it comes from `{}`",
            limits.file_size, file.source
        ))
    }));
    if tree.size() > limits.size {
        let message = format!("the files have {} bytes together", tree.size());
        let note = format!("a plan may have {} bytes", limits.size);
        mistakes.push(Diagnostic::error("plan-limit", message).note(note));
    }
    mistakes
}

fn stop_at(mistakes: Vec<Diagnostic>) -> Result<(), Vec<Diagnostic>> {
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
}

/// Whether a file of a template is a link, which is never rendered.
const fn is_link(entry: &Entry) -> bool {
    matches!(entry.mode, Mode::Link)
}

#[cfg(test)]
mod tests;
