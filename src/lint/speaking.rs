//! Which files speak of which parameters, so that none is rendered twice with the same answers.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{
    covering::{Code, Coded, Codes, NOTHING},
    subject::{Subject, TemplateText, output},
};
use crate::{
    answer::Answers,
    manifest::Syntax,
    plan::brackets,
    template::{NameKind, expression_names, names},
    tree::{Entry, Mode, RepoPath, Tree},
};

/// The names that each file below `template/` depends on.
pub(super) struct Speaking<'a> {
    files: BTreeMap<&'a RepoPath, BTreeSet<String>>,
}

impl<'a> Speaking<'a> {
    pub(super) fn new(subject: &Subject<'a>) -> Self {
        let said = |it: &TemplateText<'a>| ((it.path, it.syntax), of_text(subject, it).0);
        let partials: BTreeMap<_, _> = subject.partials().iter().map(said).collect();
        let templates = subject.templates();
        let of_file = |path: &'a RepoPath| {
            let parts = subject.path_templates(path);
            let mut all: BTreeSet<_> =
                parts.iter().flat_map(|part| of(part, Syntax::Curly)).collect();
            // Of a list in its path a template sees the items.
            all.extend(brackets(path.as_str()).into_iter().map(|it| it.list.to_owned()));
            all.extend(of_rule(subject, path));
            if let Some(template) = templates.iter().find(|it| it.path == path) {
                let (own, includes) = of_text(subject, template);
                all.extend(own);
                let reached = match includes {
                    true => subject.reached(vec![template.clone()]),
                    false => Vec::new(),
                };
                let said = reached.iter().filter_map(|it| partials.get(&(it.path, it.syntax)));
                all.extend(said.flatten().cloned());
            }
            (path, all)
        };
        Self { files: subject.files().map(|(path, _)| of_file(path)).collect() }
    }
}

/// What an answer is new beside.
#[derive(Debug, Clone, Copy)]
pub(super) enum Beside {
    /// Another answer.
    Others,
    /// Nothing: every answer is looked at by itself.
    Nothing,
}

/// What files were rendered with so far: of the answers, those that each of them speaks of.
pub(super) struct Seen<'s, 'a> {
    speaking: &'s Speaking<'a>,
    codes: Codes,
    said: HashSet<(&'a RepoPath, Vec<Option<Code>>)>,
    /// Of each file and round: two answers that stood beside each other.
    pairs: HashSet<(&'a RepoPath, usize, Code, Code)>,
}

impl<'s, 'a> Seen<'s, 'a> {
    pub(super) fn new(speaking: &'s Speaking<'a>) -> Self {
        Self { speaking, codes: Codes::default(), said: HashSet::new(), pairs: HashSet::new() }
    }

    /// Takes note of a service that the version's files were rendered for.
    pub(super) fn note(&mut self, files: &Tree, answers: &Answers) {
        let coded = self.codes.of(answers);
        files.paths().for_each(|path| {
            self.is_new(path, &coded);
        });
    }

    /// The version's files, of `template/` only those that were not rendered with these answers yet,
    /// and for which an answer outside of `texts` is new in this round, by itself or beside another.
    pub(super) fn unseen(
        &mut self,
        files: &Tree,
        answers: &Answers,
        texts: &[&str],
        (round, beside): (usize, Beside),
    ) -> Tree {
        let coded = self.codes.of(answers);
        let is_new = |(path, _): &(&RepoPath, &Entry)| {
            self.has_new_pair(path, &coded, texts, (round, beside)) && self.is_new(path, &coded)
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
        let coded = self.codes.of(answers);
        let emptied = |(path, entry): (&RepoPath, &Entry)| {
            let is_text = path.as_str().ends_with(".j2") && entry.mode != Mode::Link;
            let bytes = match is_text && !self.is_new(path, &coded) && !is_needed(path) {
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
        coded: &Coded<'_>,
        texts: &[&str],
        (round, beside): (usize, Beside),
    ) -> bool {
        let Some((path, names)) = self.speaking.files.get_key_value(path) else { return true };
        let names = names.iter().map(String::as_str).filter(|name| !texts.contains(name));
        // A file that speaks of texts alone is rendered once.
        let said: Vec<Code> = [NOTHING]
            .into_iter()
            .chain(names.filter_map(|name| coded.get(name).copied()))
            .collect();
        let mut is_new = false;
        let firsts = match beside {
            Beside::Nothing => 1,
            Beside::Others => said.len(),
        };
        for (at, one) in said.iter().enumerate().take(firsts) {
            for other in said.iter().skip(at) {
                is_new |= self.pairs.insert((*path, round, *one, *other));
            }
        }
        is_new
    }

    fn is_new(&mut self, path: &RepoPath, coded: &Coded<'_>) -> bool {
        let Some((path, names)) = self.speaking.files.get_key_value(path) else { return true };
        let said = names.iter().map(|name| coded.get(name.as_str()).copied()).collect();
        self.said.insert((*path, said))
    }
}

/// The parameters that are answered differently.
pub(super) fn different<'s>(one: &'s Answers, other: &Answers) -> BTreeSet<&'s str> {
    let differs =
        |name: &str| one.get(name).map(|it| &it.value) != other.get(name).map(|it| &it.value);
    one.keys().map(String::as_str).filter(|name| differs(name)).collect()
}

/// The names in a text, and whether it includes others.
fn of_text(subject: &Subject<'_>, text: &TemplateText<'_>) -> (BTreeSet<String>, bool) {
    let names = subject.names(text);
    let Ok(names) = names.as_ref() else { return <_>::default() };
    let includes =
        names.computes_partials || names.uses.iter().any(|it| it.kind == NameKind::Partial);
    (names.uses.iter().map(|it| it.name.clone()).collect(), includes)
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
