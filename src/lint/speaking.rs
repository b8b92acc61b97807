//! Which files speak of which parameters, so that none is rendered twice with the same answers.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::subject::{Subject, TemplateText, output};
use crate::{
    answer::Answers,
    manifest::Syntax,
    plan::brackets,
    template::{expression_names, names},
    tree::{Entry, Mode, RepoPath, Tree},
};

/// The names that each file below `template/` depends on.
pub(super) struct Speaking<'a> {
    files: BTreeMap<&'a RepoPath, BTreeSet<String>>,
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
            // Of a list in its path a template sees the items.
            all.extend(brackets(path.as_str()).into_iter().map(|it| it.list.to_owned()));
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
}

/// What files were rendered with so far: of the answers, those that each of them speaks of.
pub(super) struct Seen<'s, 'a> {
    speaking: &'s Speaking<'a>,
    said: HashSet<(String, Vec<Option<String>>)>,
    /// Of each file and round: two answers that stood beside each other.
    pairs: HashSet<(String, usize, Said, Said)>,
}

/// A parameter and its answer.
type Said = (String, String);

impl<'s, 'a> Seen<'s, 'a> {
    pub(super) fn new(speaking: &'s Speaking<'a>) -> Self {
        Self { speaking, said: HashSet::new(), pairs: HashSet::new() }
    }

    /// Takes note of a service that the version's files were rendered for.
    pub(super) fn note(&mut self, files: &Tree, answers: &Answers) {
        files.paths().for_each(|path| {
            self.is_new(path, answers);
        });
    }

    /// The version's files, of `template/` only those that were not rendered with these answers yet,
    /// and for which two answers outside of `texts` stand beside each other for the first time in this
    /// round.
    pub(super) fn unseen(
        &mut self,
        files: &Tree,
        answers: &Answers,
        texts: &[&str],
        round: usize,
    ) -> Tree {
        let is_new = |(path, _): &(&RepoPath, &Entry)| {
            self.has_new_pair(path, answers, texts, round) && self.is_new(path, answers)
        };
        let kept = files.iter().filter(is_new);
        kept.map(|(path, entry)| (path.clone(), entry.clone())).collect()
    }

    /// All of the version's files; a template that was rendered with these answers is empty, unless
    /// what it says decides about other files.
    pub(super) fn emptied(
        &mut self,
        files: &Tree,
        answers: &Answers,
        is_needed: impl Fn(&RepoPath) -> bool,
    ) -> Tree {
        let emptied = |(path, entry): (&RepoPath, &Entry)| {
            let is_text = path.as_str().ends_with(".j2") && entry.mode != Mode::Link;
            let bytes = match is_text && !self.is_new(path, answers) && !is_needed(path) {
                true => Vec::new().into(),
                false => entry.bytes.clone(),
            };
            (path.clone(), Entry { mode: entry.mode, bytes })
        };
        files.iter().map(emptied).collect()
    }

    fn has_new_pair(
        &mut self,
        path: &RepoPath,
        answers: &Answers,
        texts: &[&str],
        round: usize,
    ) -> bool {
        let Some(names) = self.speaking.files.get(path) else { return true };
        let said = |name: &String| Some((name.clone(), answers.get(name)?.value.to_json()));
        let said = names.iter().filter(|name| !texts.contains(&name.as_str())).filter_map(said);
        // A file that speaks of texts alone is rendered once.
        let said: Vec<Said> = [Said::default()].into_iter().chain(said).collect();
        let mut is_new = false;
        for (at, one) in said.iter().enumerate() {
            for other in said.iter().skip(at) {
                is_new |= self.pairs.insert((path.to_string(), round, one.clone(), other.clone()));
            }
        }
        is_new
    }

    fn is_new(&mut self, path: &RepoPath, answers: &Answers) -> bool {
        let Some(names) = self.speaking.files.get(path) else { return true };
        let said = |name: &String| answers.get(name).map(|it| it.value.to_json());
        self.said.insert((path.to_string(), names.iter().map(said).collect()))
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
