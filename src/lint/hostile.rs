//! Answers that mean something to the file that they are printed into, and nothing proves harmless.
//!
//! The plan refuses them when they come; here they come before a team meets them. `${{` is none of
//! them: a workflow takes it from nobody, so there is no template to mend.

use super::{
    render::plan,
    sample::{Sample, Samples, fitting, whole},
    speaking::{Speaking, different},
    subject::Subject,
};
use crate::{
    answer::Origin,
    data::Value,
    diag::{Diagnostic, FixEdit},
    manifest::{Parameter, Shape},
    resolve::Given,
    text::{Place, Span},
};

/// What someone may answer who means no good, or nothing by it.
const TEXTS: [&str; 7] = [
    "\"Orders\": it's #1 & 100% < `$HOME` > \\ $(id) ${x} - [a]: {b}",
    "x: y",
    "x # y",
    "- x",
    WORD,
    "1e3",
    "'",
];

/// Stands for one of [`WORDS`].
const WORD: &str = "yes";

/// What YAML 1.1 reads as something else. Each parameter has its own, so that it is known which of
/// them was refused.
const WORDS: [&str; 6] = [WORD, "off", "null", "true", "false", "on"];

/// What a text of several lines may be.
const LINES: &str = "first: 1\nsecond: 'x'\n\n# third";

pub(super) fn check(subject: &Subject<'_>, samples: &Samples<'_>) -> Vec<Diagnostic> {
    let free: Vec<(&Parameter, Vec<Value>)> = subject
        .manifest
        .parameters
        .iter()
        .zip(WORDS.into_iter().cycle())
        .map(|(it, word)| (it, hostile(it, word)))
        .filter(|(_, values)| !values.is_empty())
        .collect();
    let most = free.iter().map(|(_, values)| values.len()).max().unwrap_or_default();
    let speaking = Speaking::new(subject);
    let mut found = Vec::new();
    let mut first: Option<&Sample> = None;
    for base in samples.all() {
        let mut before: Option<Sample> = None;
        for round in 0..most {
            let Some(sample) = with(samples, base, &free, round) else { continue };
            // What no other answer reaches says what it said before.
            let others = [Some(base), first, before.as_ref()];
            let other = |(at, other): (usize, Option<&Sample>)| {
                let one = if at == 1 { &base.answers } else { &sample.answers };
                Some(different(one, &other?.answers))
            };
            let groups: Vec<_> = others.into_iter().enumerate().filter_map(other).collect();
            let files = speaking.of(subject.request.files, &groups);
            if files.paths().any(|path| path.is_below("template")) {
                let mistakes = plan(subject, &sample, &files).err().unwrap_or_default();
                found.extend(mistakes.into_iter().filter(|it| it.code == "unsafe-text"));
            }
            before = Some(sample);
        }
        first = first.or(Some(base));
    }
    found
}

fn hostile(parameter: &Parameter, word: &str) -> Vec<Value> {
    if parameter.computed.is_some() || parameter.is_secret_reference {
        return Vec::new();
    }
    fitting(parameter, values(&parameter.shape, word))
}

/// Hostile values of a shape: with such a text at one place, and tame ones at the others.
fn values(shape: &Shape, word: &str) -> Vec<Value> {
    let text = |text: &&str| Value::from(if *text == WORD { word } else { *text });
    let texts = || TEXTS.iter().map(text);
    match shape {
        Shape::Text => texts().collect(),
        Shape::Lines => [Value::from(LINES)].into_iter().chain(texts()).collect(),
        Shape::List(item) if **item == Shape::Text => {
            texts().map(|text| Value::List(vec![text, "b".into()])).collect()
        }
        Shape::List(item) => {
            values(item, word).into_iter().map(|value| Value::List(vec![value])).collect()
        }
        Shape::Map(inner) => {
            let one = |value| Value::map([("sample", value)]);
            values(inner, word).into_iter().map(one).collect()
        }
        Shape::Object(fields) => {
            let Value::Map(tame) = whole(fields) else { return Vec::new() };
            let of = |field: &Parameter| {
                let key = Value::from(field.name.as_str());
                let with = |value| {
                    let others = tame.iter().filter(|(name, _)| *name != key).cloned();
                    Value::Map(others.chain([(key.clone(), value)]).collect())
                };
                hostile(field, word).into_iter().map(with).collect::<Vec<_>>()
            };
            fields.iter().flat_map(of).collect()
        }
        Shape::Integer
        | Shape::Number
        | Shape::Boolean
        | Shape::Choice(_)
        | Shape::Choices(_)
        | Shape::Any => Vec::new(),
    }
}

/// The base with one hostile text for each parameter that takes some.
fn with(
    samples: &Samples<'_>,
    base: &Sample,
    free: &[(&Parameter, Vec<Value>)],
    round: usize,
) -> Option<Sample> {
    let mut given = base.given.clone();
    let mut taken: Vec<&Value> = Vec::new();
    for (at, (parameter, values)) in free.iter().enumerate() {
        // Each its own text here too.
        let is_free = |value: &&Value| !taken.contains(value);
        let turn = (round + at) % values.len();
        let Some(value) = values.iter().cycle().skip(turn).take(values.len()).find(is_free) else {
            continue;
        };
        taken.push(value);
        given.insert(parameter.name.clone(), Given::new(value.clone(), Origin::Spec));
    }
    samples.resolved(given).ok()
}

/// The edit that the help speaks of, where the expression stands alone or in quotes of its own.
pub(super) fn mended(mistake: Diagnostic) -> Diagnostic {
    if !matches!(mistake.code, "unsafe-text" | "no-text") {
        return mistake;
    }

    let place = mistake.place.clone();
    let edit = place.zip(mistake.help.as_deref()).and_then(|(place, help)| edit(&place, help));
    mistake.fix(edit)
}

fn edit(place: &Place, help: &str) -> Option<FixEdit> {
    let written = help.split('`').nth(1)?;
    let written = written.strip_prefix("{{ ")?.strip_suffix(" }}")?;
    let mut filters = written.rsplit(" | ");
    if filters.next() == filters.next() {
        // What has the filter is no better with it twice.
        return None;
    }
    let text = place.document.text();
    let (open, close) = [("{{", "}}"), ("[[", "]]")].into_iter().find(|(open, close)| {
        let before = text.get(..place.span.start).unwrap_or_default();
        let inside = before.rfind(open).and_then(|at| before.get(at..));
        inside.is_some_and(|inside| !inside.contains(close))
            || text.get(place.span.start..).is_some_and(|rest| rest.starts_with(open))
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
