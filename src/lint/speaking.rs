//! Which files speak of which parameters, so that only those are rendered again whose answers differ.

use std::collections::BTreeSet;

use super::subject::{Subject, TemplateText, output};
use crate::{
    answer::Answers,
    manifest::Syntax,
    template::{expression_names, names},
    tree::{RepoPath, Tree},
};

/// The names that each file below `template/` depends on.
pub(super) struct Speaking<'a> {
    files: Vec<(&'a RepoPath, BTreeSet<String>)>,
}

impl<'a> Speaking<'a> {
    pub(super) fn new(subject: &Subject<'a>) -> Self {
        let partials = subject.partials();
        let included: BTreeSet<String> = partials.iter().flat_map(of_text).collect();
        let templates = subject.templates();
        let of_file = |path: &'a RepoPath| {
            let parts = subject.path_templates(path);
            let mut all: BTreeSet<_> =
                parts.iter().flat_map(|part| of(part, Syntax::Curly)).collect();
            all.extend(of_rule(subject, path));
            if let Some(template) = templates.iter().find(|it| it.path == path) {
                all.extend(of_text(template));
                let text = template.entry.text().unwrap_or_default();
                if ["include", "import", "extends"].iter().any(|word| text.contains(word)) {
                    all.extend(included.iter().cloned());
                }
            }
            (path, all)
        };
        Self { files: subject.files().map(|(path, _)| of_file(path)).collect() }
    }

    /// The version's files, of `template/` only those that speak of something in each of `groups`.
    pub(super) fn of(&self, files: &Tree, groups: &[BTreeSet<&str>]) -> Tree {
        let speaks = |path: &RepoPath| {
            let names = self.files.iter().find(|(own, _)| *own == path).map(|(_, names)| names);
            names.is_none_or(|names| {
                groups.iter().all(|group| names.iter().any(|name| group.contains(name.as_str())))
            })
        };
        let kept = files.iter().filter(|(path, _)| speaks(path));
        kept.map(|(path, entry)| (path.clone(), entry.clone())).collect()
    }
}

/// The parameters that are answered differently.
pub(super) fn different<'s>(one: &'s Answers, other: &Answers) -> BTreeSet<&'s str> {
    let differs =
        |name: &str| one.get(name).map(|it| &it.value) != other.get(name).map(|it| &it.value);
    one.keys().map(String::as_str).filter(|name| differs(name)).collect()
}

fn of_text(text: &TemplateText<'_>) -> BTreeSet<String> {
    of(text.entry.text().unwrap_or_default(), text.syntax)
}

fn of(text: &str, syntax: Syntax) -> BTreeSet<String> {
    names(text, syntax).unwrap_or_default().uses.into_iter().map(|it| it.name).collect()
}

/// What the conditions of the rules speak of that may decide about a file.
fn of_rule(subject: &Subject<'_>, path: &RepoPath) -> BTreeSet<String> {
    let output = output(path).and_then(|it| RepoPath::parse(it).ok());
    let is_literal = output.as_ref().is_some_and(|it| !it.as_str().contains(['{', '[']));
    let may_match = |glob: &crate::glob::Glob| {
        !is_literal || output.as_ref().is_some_and(|output| glob.matches(output))
    };
    let rules = subject.manifest.files.iter().filter(|rule| may_match(&rule.glob));
    let conditions = rules.filter_map(|rule| rule.when.as_ref());
    let uses = conditions.flat_map(|it| expression_names(&it.text).unwrap_or_default().uses);
    uses.map(|it| it.name).collect()
}
