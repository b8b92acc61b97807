//! Which lines of which templates no case reached.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    catalog::Release,
    compose::Answered,
    data::Value,
    manifest::Syntax,
    plan::{Plan, brackets, layer_data},
    resolve::variables,
    template::{Around, Coverage, PartNumber, ReachedParts, Variables, part_lines},
    tree::{Entry, Mode, RepoPath},
};

/// Parts of templates that were reached, by `name@version`.
pub type Reached = BTreeMap<String, ReachedParts>;

/// The lines of a version's templates, and those that no case reached.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Covered {
    /// How many lines there are with something on them that is rendered.
    pub lines: usize,
    /// The lines that were not reached, or not in all of their parts, by template.
    pub missed: Vec<MissedLines>,
}

/// The lines of a template that no case reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissedLines {
    /// The golden path or layer: `name@version`.
    pub subject: String,
    /// The template's path in it.
    pub path: String,
    /// The lines, from 1.
    pub lines: Vec<usize>,
}

/// What the render of a plan reaches in the templates of a golden path and its layers.
pub fn reached(parts: &[Answered], catalog: &Value, plan: &Plan) -> Reached {
    let one = |part: &Answered| {
        let label = part.release.label();
        // What is wrong with its data was told by whoever made the plan.
        let data = layer_data(&part.release.files, &label, catalog).unwrap_or_default();
        let answers = variables(&part.answers);
        let variables = Variables { answers: &answers, data: &data };
        (label, reached_in(&part.release, variables, plan))
    };
    parts.iter().map(one).collect()
}

fn reached_in(release: &Release, variables: Variables<'_>, plan: &Plan) -> ReachedParts {
    let coverage = Coverage::new(&release.files, variables);
    let name = &release.manifest.metadata.name;
    let mut reached = ReachedParts::new();
    let mut seen = BTreeSet::new();
    for (path, file) in plan.files.iter().filter(|(_, file)| file.source.layer == *name) {
        let found = |path| release.files.file(path).map(|template| (path, template));
        let template = file.source.templates().find_map(found);
        let template = template.filter(|(path, it)| is_template(path, it) && seen.insert(*path));
        let Some((source, template)) = template else { continue };
        let syntax = release.manifest.syntax_of(path);
        for around in items(source, variables.answers) {
            reached.extend(coverage.reached(source, template, syntax, around));
        }
    }
    reached
}

/// The items that a template is rendered for, by the list that its path names; else once for none.
fn items<'a>(template: &str, answers: &'a Value) -> Vec<Option<Around<'a>>> {
    let named = brackets(template);
    let is_named = |name: &str| named.iter().any(|it| it.list == name);
    let list =
        answers.entries().find(|(name, value)| matches!(value, Value::List(_)) && is_named(name));
    match list {
        Some((_, list)) => {
            let items = list.items().iter().enumerate();
            items.map(|(index, item)| Some(Around { item, index })).collect()
        }
        None => vec![None],
    }
}

fn is_template(path: &str, entry: &Entry) -> bool {
    path.ends_with(".j2") && entry.mode != Mode::Link
}

/// The lines of a version's templates and partials, and which of them were not reached.
pub fn covered(release: &Release, reached: &Reached) -> Covered {
    let subject = release.label();
    let none = ReachedParts::new();
    let reached = reached.get(&subject).unwrap_or(&none);
    let mut covered = Covered::default();
    for (path, entry) in release.files.iter() {
        let is_partial = path.is_below("partials") && entry.mode != Mode::Link;
        let is_template = path.is_below("template") && is_template(path.as_str(), entry);
        let Some(text) = entry.text().filter(|_| is_partial || is_template) else { continue };
        let path = path.as_str().to_owned();
        let is_brackets = reached.iter().any(|it| it.0 == path && it.1 == Syntax::Brackets);
        let syntax = match is_brackets || (is_template && in_brackets(release, &path)) {
            true => Syntax::Brackets,
            false => Syntax::Curly,
        };
        let is_reached = |part: PartNumber| reached.contains(&(path.clone(), syntax, part));
        let (mut lines, mut missed) = (BTreeSet::new(), BTreeSet::new());
        for (part, of_part) in part_lines(text, syntax) {
            if !is_reached(part) {
                missed.extend(of_part.iter().copied());
            }
            lines.extend(of_part);
        }
        covered.lines += lines.len();
        if !missed.is_empty() {
            let lines = missed.into_iter().collect();
            covered.missed.push(MissedLines { subject: subject.clone(), path, lines });
        }
    }
    covered
}

/// Whether a rule says so of a template that was never rendered, by the path that it has itself.
fn in_brackets(release: &Release, path: &str) -> bool {
    let output = path.strip_prefix("template/").and_then(|it| it.strip_suffix(".j2"));
    let output = output.and_then(|it| RepoPath::parse(it).ok());
    output.is_some_and(|output| release.manifest.syntax_of(&output) == Syntax::Brackets)
}

impl Covered {
    /// Adds another version's lines.
    pub fn add(&mut self, other: Self) {
        self.lines += other.lines;
        self.missed.extend(other.missed);
    }

    /// How many lines were not reached.
    pub fn missed_lines(&self) -> usize {
        self.missed.iter().map(|it| it.lines.len()).sum()
    }

    /// How many of a hundred lines were reached; a hundred only if all were.
    pub fn percent(&self) -> usize {
        let reached = self.lines.saturating_sub(self.missed_lines());
        (reached * 100).checked_div(self.lines).unwrap_or(100)
    }
}
