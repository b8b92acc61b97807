//! Files that no service ever gets, and partials that no template includes.

use std::collections::BTreeSet;

use super::{
    Request,
    render::Rendered,
    subject::{Subject, output},
};
use crate::{
    diag::Diagnostic,
    manifest::{Shape, Syntax},
    template::{NameKind, names},
    text::{Document, Place, Span},
    tree::{Mode, RepoPath},
};

/// What a version keeps in folders.
const FOLDERS: [&str; 4] = ["template", "partials", "cases", "data"];

/// Links where the folders of a version are to be: what they lead to is never read.
pub(super) fn links(request: &Request<'_>) -> Vec<Diagnostic> {
    let links = request
        .files
        .iter()
        .filter(|(path, entry)| entry.mode == Mode::Link && FOLDERS.contains(&path.as_str()));
    links
        .map(|(path, _)| {
            let label = request.label(path.as_str());
            Diagnostic::error(
                "linked-folder",
                format!("`{path}` is a link, so nothing in it is read"),
            )
            .at(Document::new(label, "").place(Span::default()))
            .help("put a folder with the files in its place")
        })
        .collect()
}

pub(super) fn partials(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let reached = subject.partials();
    let unused =
        subject.all_partials().filter(|(path, _)| !reached.iter().any(|it| it.path == *path));
    unused
        // A template may name it by an expression: nobody deletes it but a person.
        .map(|(path, _)| finding(subject, path, "unused-partial", "no template includes"))
        .collect()
}

/// Files that no combination of answers renders, where all that decides about it was tried.
pub(super) fn templates(subject: &Subject<'_>, rendered: &Rendered<'_>) -> Vec<Diagnostic> {
    let written: BTreeSet<_> = rendered.sources().collect();
    // A template with a list in its path makes a file for each item; a sample may have none.
    let is_written = |path: &str| written.contains(path) || path.contains('[');
    let unwritten = subject.files().filter(|(path, _)| !is_written(path.as_str()));
    let decided = unwritten.filter(|(path, _)| is_decided(subject, path));
    decided
        .map(|(path, _)| finding(subject, path, "unreachable-file", "no answers render"))
        .collect()
}

fn finding(subject: &Subject<'_>, path: &RepoPath, code: &'static str, what: &str) -> Diagnostic {
    Diagnostic::warning(code, format!("{what} `{path}`"))
        .at(subject.request.start(path.as_str()))
        .help("remove it, or mend what leaves it out")
}

/// Whether a file's path and the conditions of rules speak of choices alone.
fn is_decided(subject: &Subject<'_>, path: &RepoPath) -> bool {
    let parts = subject.path_templates(path);
    let of_path = parts.iter().flat_map(|part| names(part, Syntax::Curly).unwrap_or_default().uses);
    let conditions = subject.manifest.files.iter().filter_map(|rule| rule.when.as_ref());
    let of_rules = conditions
        .flat_map(|it| crate::template::expression_names(&it.text).unwrap_or_default().uses);
    of_path.chain(of_rules).filter(|it| it.kind == NameKind::Variable).all(|it| {
        let parameter = subject.manifest.parameters.iter().find(|own| own.name == it.name);
        parameter.is_some_and(|own| matches!(own.shape, Shape::Choice(_) | Shape::Boolean))
    })
}

/// The beginning of the file that a message names, by its path in the version or in a service.
pub(super) fn named(subject: &Subject<'_>, message: &str) -> Option<Place> {
    let is_named = |path: &RepoPath| {
        message.contains(&format!(":{path}`"))
            || output(path).is_some_and(|it| message.contains(&format!("`{it}`")))
    };
    let mut files = subject.files().map(|(path, _)| path);
    subject.request.start(files.find(|path| is_named(path))?.as_str())
}
