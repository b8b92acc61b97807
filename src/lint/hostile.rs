//! Answers that mean something to the file that they are printed into, and nothing proves harmless.
//!
//! The plan refuses them when they come; here they come before a team meets them. `${{` is none of
//! them: a workflow takes it from nobody, so there is no template to mend.

use std::collections::BTreeSet;

use super::{
    render::plan,
    sample::{Sample, Samples, fitting},
    subject::Subject,
};
use crate::{
    answer::Origin,
    data::Value,
    diag::{Diagnostic, FixEdit},
    manifest::{Parameter, Shape, Syntax},
    resolve::Given,
    template::{NameKind, names},
    text::{Place, Span},
    tree::{RepoPath, Tree},
};

/// What someone may answer who means no good, or nothing by it.
const TEXTS: [&str; 7] = [
    "\"Orders\": it's #1 & 100% < `$HOME` > \\ $(id) ${x} - [a]: {b}",
    "x: y",
    "x # y",
    "- x",
    "yes",
    "1e3",
    "'",
];

/// What a text of several lines may be.
const LINES: &str = "first: 1\nsecond: 'x'\n\n# third";

pub(super) fn check(subject: &Subject<'_>, samples: &Samples<'_>) -> Vec<Diagnostic> {
    let free: Vec<(&Parameter, Vec<Value>)> = subject
        .manifest
        .parameters
        .iter()
        .map(|it| (it, hostile(it)))
        .filter(|(_, values)| !values.is_empty())
        .collect();
    let names = reached(subject, free.iter().map(|(it, _)| it.name.as_str()));
    let files = files_with(subject, &names);
    if !files.paths().any(|path| path.is_below("template")) {
        return Vec::new();
    }
    let most = free.iter().map(|(_, values)| values.len()).max().unwrap_or_default();
    let mut found = Vec::new();
    for base in samples.all() {
        for round in 0..most {
            let Some(sample) = with(samples, base, &free, round) else { continue };
            let Err(mistakes) = plan(subject, &sample, &files) else { continue };
            found.extend(mistakes.into_iter().filter(|it| it.code == "unsafe-text").map(mended));
        }
    }
    found
}

fn hostile(parameter: &Parameter) -> Vec<Value> {
    if parameter.computed.is_some() || parameter.is_secret_reference {
        return Vec::new();
    }
    let texts = || TEXTS.iter().map(|text| Value::from(*text));
    let values = match &parameter.shape {
        Shape::Text => texts().collect(),
        Shape::Lines => [Value::from(LINES)].into_iter().chain(texts()).collect(),
        Shape::List(item) if **item == Shape::Text => {
            texts().map(|text| Value::List(vec![text, "b".into()])).collect()
        }
        Shape::List(_)
        | Shape::Integer
        | Shape::Number
        | Shape::Boolean
        | Shape::Choice(_)
        | Shape::Choices(_)
        | Shape::Any => Vec::new(),
    };
    fitting(parameter, values)
}

/// The base with one hostile text for each parameter that takes some.
fn with(
    samples: &Samples<'_>,
    base: &Sample,
    free: &[(&Parameter, Vec<Value>)],
    round: usize,
) -> Option<Sample> {
    let mut given = base.given.clone();
    for (parameter, values) in free {
        // Where there are fewer, the first is as good as any.
        let Some(value) = values.get(round).or_else(|| values.first()) else { continue };
        given.insert(parameter.name.clone(), Given::new(value.clone(), Origin::Spec));
    }
    samples.resolved(given).ok()
}

/// These parameters, and those that are made of them.
fn reached<'s>(
    subject: &'s Subject<'_>,
    free: impl Iterator<Item = &'s str>,
) -> BTreeSet<String> {
    let mut reached: BTreeSet<String> = free.map(str::to_owned).collect();
    let stated: Vec<_> = super::expressions::stated(subject)
        .into_iter()
        .filter_map(|it| {
            let steps: Vec<_> = it.pointer.steps().collect();
            let ["parameters", "properties", name, ..] = steps.as_slice() else { return None };
            Some(((*name).to_owned(), it.names().unwrap_or_default()))
        })
        .collect();
    loop {
        let before = reached.len();
        for (name, names) in &stated {
            if names.uses.iter().any(|it| reached.contains(&it.name)) {
                reached.insert(name.clone());
            }
        }
        if reached.len() == before {
            return reached;
        }
    }
}

/// The partials, the data, and the templates that speak of one of `wanted`, themselves or by a partial.
fn files_with(subject: &Subject<'_>, wanted: &BTreeSet<String>) -> Tree {
    let speaks = |text: &str, syntax: Syntax| {
        let uses = names(text, syntax).unwrap_or_default().uses;
        uses.iter().any(|it| it.kind != NameKind::Filter && wanted.contains(&it.name))
    };
    let partials = subject.partials();
    let by_partial = partials
        .iter()
        .any(|it| it.entry.text().is_some_and(|text| speaks(text, it.syntax)));
    let templates = subject.templates();
    let is_wanted = |path: &RepoPath| {
        if !path.is_below("template") {
            return true;
        }
        templates.iter().filter(|it| it.path == path).any(|it| {
            let text = it.entry.text().unwrap_or_default();
            let includes = by_partial && (text.contains("include") || text.contains("import"));
            includes || speaks(text, it.syntax)
        })
    };
    let files = subject.request.files.iter().filter(|(path, _)| is_wanted(path));
    files.map(|(path, entry)| (path.clone(), entry.clone())).collect()
}

/// The edit that the help speaks of, where the expression stands alone or in quotes of its own.
fn mended(mistake: Diagnostic) -> Diagnostic {
    let place = mistake.place.clone();
    let edit = place.zip(mistake.help.as_deref()).and_then(|(place, help)| edit(&place, help));
    mistake.fix(edit)
}

fn edit(place: &Place, help: &str) -> Option<FixEdit> {
    let written = help.split('`').nth(1)?;
    let written = written.strip_prefix("{{ ")?.strip_suffix(" }}")?;
    let text = place.document.text();
    let (open, close) = [("{{", "}}"), ("[[", "]]")].into_iter().find(|(open, close)| {
        let before = text.get(..place.span.start).unwrap_or_default();
        let inside = before.rfind(open).and_then(|at| before.get(at..));
        inside.is_some_and(|inside| !inside.contains(close)) || text.get(place.span.start..)
            .is_some_and(|rest| rest.starts_with(open))
    })?;
    let front = text.get(..place.span.start + open.len()).and_then(|it| it.rfind(open))?;
    let back = place.span.start + text.get(place.span.start..)?.find(close)? + close.len();
    let (before, after) = (text.get(..front)?, text.get(back..)?);
    let quote = before.chars().next_back().filter(|it| matches!(it, '"' | '\''));
    let (front, back) = match quote {
        Some(quote) if after.starts_with(quote) => (front - 1, back + 1),
        Some(_) => return None,
        None => (front, back),
    };
    let before = text.get(..front)?.trim_end_matches(' ');
    let ends = |it: &str| it.is_empty() || it.starts_with(['\n', '\r', ',', '}', ']', ' ', ')']);
    let begins = before.is_empty() || before.ends_with([':', '=', '-', '\n', '[', ',', '{', '(']);
    let is_alone = ends(text.get(back..)?) && (begins || text.get(..front)?.ends_with(' '));
    let place = place.document.place(Span { start: front, end: back });
    is_alone.then(|| FixEdit::Replace { place, text: format!("{open} {written} {close}") })
}
