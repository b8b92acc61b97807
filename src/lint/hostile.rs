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
    speaking::{Beside, Seen, Speaking},
    subject::Subject,
};
use crate::{
    answer::Origin,
    data::Value,
    diag::Diagnostic,
    manifest::{Parameter, Shape},
    resolve::Given,
};

/// What YAML 1.1 reads as something else.
const WORDS: [&str; 18] = [
    "yes", "off", "null", "true", "false", "on", "Yes", "Off", "Null", "True", "False", "On",
    "YES", "OFF", "NULL", "TRUE", "FALSE", "ON",
];

/// What a text of several lines may be.
const LINES: &str = "first: 1\nsecond: 'x'\n\n# third";

/// How many hostile values a parameter has at most, each in a round of its own.
const ROUNDS: usize = 8;

/// How many of the rounds show each file with every two of the other answers: those of words and of
/// the worst text that a parameter takes. In the others each answer is looked at by itself.
const ROUNDS_OF_PAIRS: usize = 2;

/// How far the numbers of two parameters are apart: the keys of a map have those between them. It is no
/// multiple of the number of words, so that neighbours have different ones.
const STRIDE: usize = 10 * WORDS.len() + 1;

/// The hostile values of a parameter by round.
type Rounds = [Option<Value>; ROUNDS];

/// The texts by round, the last aside.
type Texts = [String; ROUNDS - 1];

/// What someone may answer who means no good, or nothing by it.
const TEXTS: [&str; ROUNDS - 1] = [
    "yes",
    "\"Orders\": it's #1 & 100% < `$HOME` > \\ $x;id - [a]: {b}",
    "x: y",
    "x # y",
    "- x",
    "'",
    "1e3",
];

/// The same, another for each number: so it is known which parameter was refused.
fn numbered(number: usize) -> Texts {
    let word = WORDS.iter().cycle().nth(number % WORDS.len()).copied().unwrap_or_default();
    [
        word.to_owned(),
        format!("\"Orders\": it's #{number} & 100% < `$HOME` > \\ $x;id - [a]: {{b}}"),
        format!("x{number}: y"),
        format!("x{number} # y"),
        format!("- x{number}"),
        format!("'{number}"),
        format!("{}e3", number + 1),
    ]
}

pub(super) fn check<'a>(
    subject: &Subject<'a>,
    speaking: &Speaking<'a>,
    samples: &Samples<'_>,
) -> Vec<Diagnostic> {
    let parameters = subject.manifest.parameters.iter().enumerate();
    let free: Vec<(&Parameter, Rounds)> =
        parameters.filter_map(|(at, it)| Some((it, hostile(it, at * STRIDE)?))).collect();
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
        for round in 0..ROUNDS {
            let Some(sample) = with(samples, base, &free, round) else { continue };
            let beside = if round < ROUNDS_OF_PAIRS { Beside::Others } else { Beside::Nothing };
            let files = subject.request.files;
            let files = seen.unseen(files, &sample.answers, &texts, (round, beside));
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
    let near = tried.iter().take(ROUNDS).chain(tried.iter().skip(ROUNDS).step_by(ROUNDS + 1));
    let all: Vec<_> = samples.all().take(2).chain(near).collect();
    cured(subject, &all, found)
}

/// The hostile values that a parameter takes, if it takes any.
fn hostile(parameter: &Parameter, number: usize) -> Option<Rounds> {
    if parameter.computed.is_some() || parameter.is_secret_reference {
        return None;
    }
    let own = values(&parameter.shape, number, &numbered(number));
    let common = values(&parameter.shape, number, &TEXTS.map(str::to_owned));
    let fitting = fitting(parameter, own.iter().chain(&common).flatten().cloned().collect());
    let mut common = common.into_iter();
    let fits = |it: &Value| fitting.contains(it);
    // A short text, or one without digits, may be all that it takes.
    let chosen = own.map(|own| own.filter(fits).or(common.next().flatten().filter(fits)));
    (!fitting.is_empty()).then_some(chosen)
}

/// Hostile values of a shape, a few of them.
fn values(shape: &Shape, number: usize, texts: &Texts) -> Rounds {
    let each = |value: &dyn Fn(String) -> Value| {
        std::array::from_fn(|round| texts.get(round).cloned().map(value))
    };
    match shape {
        Shape::Text => each(&Value::from),
        Shape::Lines => {
            let mut texts = each(&Value::from);
            let [_, worst, .., last] = &mut texts;
            *last = worst.replace(LINES.into());
            texts
        }
        Shape::List(item) if **item == Shape::Text => {
            each(&|text| Value::List(vec![text.into(), "b".into()]))
        }
        Shape::List(item) => {
            values(item, number, texts).map(|value| value.map(|value| Value::List(vec![value])))
        }
        Shape::Map(inner) => {
            let one = |value| Value::map([("sample", value)]);
            values(inner, number, texts).map(|value| value.map(one))
        }
        Shape::Object(fields) => {
            let Value::Map(tame) = whole(fields) else { return <_>::default() };
            // All keys at once, each with another text: a map for each key would be without bound.
            let texts: Vec<(&Parameter, Rounds)> = fields
                .iter()
                .zip(number..)
                .filter_map(|(field, number)| Some((field, hostile(field, number)?)))
                .collect();
            let round = |round: usize| {
                let mut map = tame.clone();
                for (field, values) in &texts {
                    let Some(value) = values.get(round).and_then(Option::as_ref) else { continue };
                    let key = Value::from(field.name.as_str());
                    match map.iter_mut().find(|(name, _)| *name == key) {
                        Some((_, old)) => *old = value.clone(),
                        None => map.push((key, value.clone())),
                    }
                }
                (map != tame).then_some(Value::Map(map))
            };
            std::array::from_fn(round)
        }
        Shape::Integer
        | Shape::Number
        | Shape::Boolean
        | Shape::Choice(_)
        | Shape::Choices(_)
        | Shape::Any => <_>::default(),
    }
}

/// The base with the hostile text of a round for each parameter, or that of the next round which it
/// takes.
fn with(
    samples: &Samples<'_>,
    base: &Sample,
    free: &[(&Parameter, Rounds)],
    round: usize,
) -> Option<Sample> {
    let mut given = base.given.clone();
    for (parameter, values) in free {
        let mut from_round = values.iter().cycle().skip(round).take(ROUNDS).flatten();
        let Some(value) = from_round.next() else { continue };
        given.insert(parameter.name.clone(), Given::new(value.clone(), Origin::Spec));
    }
    samples.resolved(given).ok()
}
