//! Answers that mean something to the file that they are printed into, and nothing proves harmless.
//!
//! The plan refuses them when they come; here they come before a team meets them. `${{` and
//! `${` are none of them: a workflow and a build file take them from nobody, so there is no template
//! to mend.

use super::{
    covering::covering,
    cure::cured,
    render::plan,
    sample::{Sample, Samples, fitting, whole},
    speaking::{Seen, Speaking},
    subject::Subject,
};
use crate::{
    answer::Origin,
    data::Value,
    diag::Diagnostic,
    manifest::{Parameter, Shape},
    resolve::Given,
};

/// What someone may answer who means no good, or nothing by it.
const TEXTS: [&str; 7] = [
    "\"Orders\": it's #1 & 100% < `$HOME` > \\ $x;id - [a]: {b}",
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

pub(super) fn check<'a>(
    subject: &Subject<'a>,
    speaking: &Speaking<'a>,
    samples: &Samples<'_>,
) -> Vec<Diagnostic> {
    let free: Vec<(&Parameter, Vec<Value>)> = subject
        .manifest
        .parameters
        .iter()
        .zip(WORDS.into_iter().cycle())
        .map(|(it, word)| (it, hostile(it, word)))
        .filter(|(_, values)| !values.is_empty())
        .collect();
    let most = free.iter().map(|(_, values)| values.len()).max().unwrap_or_default();
    let texts: Vec<&str> = free.iter().map(|(it, _)| it.name.as_str()).collect();
    let mut seen = Seen::new(speaking);
    for sample in samples.all() {
        seen.note(subject.request.files, &sample.answers);
    }
    let mut found: Vec<(Diagnostic, usize)> = Vec::new();
    let mut tried: Vec<Sample> = Vec::new();
    let answered = |base: &Sample| match with(samples, base, &free, 0) {
        Some(sample) => sample.answers,
        None => base.answers.clone(),
    };
    let bases: Vec<_> = samples.all().map(|base| (answered(base), base)).collect();
    for base in covering(bases.iter().map(|(answers, base)| (answers, *base)), &texts) {
        for round in 0..most {
            let Some(sample) = with(samples, base, &free, round) else { continue };
            let files = seen.unseen(subject.request.files, &sample.answers, &texts, round);
            if files.paths().any(|path| path.is_below("template")) {
                let mistakes = plan(subject, &sample, &files).err().unwrap_or_default();
                let mistakes = mistakes.into_iter().filter(|it| it.code == "unsafe-text");
                for mistake in mistakes {
                    let is_same = |it: &Diagnostic| it.place == mistake.place;
                    if !found.iter().any(|(other, _)| is_same(other)) {
                        found.push((mistake, tried.len()));
                    }
                }
            }
            tried.push(sample);
        }
    }
    let found = found.into_iter().filter_map(|(it, at)| Some((it, tried.get(at)?))).collect();
    // Those that follow one another differ in texts, those of another base in choices.
    let near = tried.iter().take(most).chain(tried.iter().skip(most).step_by(most + 1));
    let all: Vec<_> = samples.all().take(2).chain(near).collect();
    cured(subject, &all, found)
}

fn hostile(parameter: &Parameter, word: &str) -> Vec<Value> {
    if parameter.computed.is_some() || parameter.is_secret_reference {
        return Vec::new();
    }
    fitting(parameter, values(&parameter.shape, word))
}

/// Hostile values of a shape, a few of them.
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
            // All keys at once, each with another text: a map for each key would be without bound.
            let of = |field: &Parameter| (Value::from(field.name.as_str()), hostile(field, word));
            let texts: Vec<_> = fields.iter().map(of).filter(|(_, it)| !it.is_empty()).collect();
            let most = texts.iter().map(|(_, it)| it.len()).max().unwrap_or_default();
            let round = |round: usize| {
                let mut map = tame.clone();
                for (at, (key, values)) in texts.iter().enumerate() {
                    let Some(value) = values.get((round + at) % values.len()) else { continue };
                    match map.iter_mut().find(|(name, _)| name == key) {
                        Some((_, old)) => *old = value.clone(),
                        None => map.push((key.clone(), value.clone())),
                    }
                }
                Value::Map(map)
            };
            (0..most).map(round).collect()
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
