//! Answers to try a version with: those of its cases, every choice, and what can be made up.

use std::collections::BTreeMap;

use super::subject::Subject;
use crate::{
    answer::{Answers, Origin},
    case::told_of_case,
    data::{Node, Value, parse_yaml},
    diag::Diagnostic,
    manifest::{Parameter, Shape},
    resolve::{Asking, Given, GivenAnswers, Questionnaire, ResolveError, resolve},
    schema::Schema,
    text::Document,
};

/// How many combinations of choices are tried at most, where each is tried with all others.
const MOST: usize = 48;

/// How many are tried at most where each choice is tried by itself, or a few by few.
const MOST_SINGLE: usize = 96;

/// How many choices of one parameter are tried at most.
const MOST_CHOICES: usize = 256;

/// Texts that parameters of many kinds take.
const TEXTS: [&str; 16] = [
    "sample",
    "sample-name",
    "sample_name",
    "Sample text",
    "a",
    "abc",
    "A",
    "ABC",
    "1",
    "1.0.0",
    "sample.example",
    "https://sample.example",
    "sample@sample.example",
    "2025-01-01",
    "/sample",
    "ABC-123",
];

/// One service that a version is tried with.
pub(super) struct Sample {
    pub(super) given: GivenAnswers,
    pub(super) answers: Answers,
}

/// The services that a version is tried with.
pub(super) struct Samples<'s> {
    questionnaire: Questionnaire<'s>,
    /// Those of the cases; one that is made up where there is no case.
    pub(super) bases: Vec<Sample>,
    /// The first base, with every choice.
    pub(super) variants: Vec<Sample>,
    /// What is wrong with the cases.
    pub(super) mistakes: Vec<Diagnostic>,
    /// Whether every choice was tried by itself at least.
    pub(super) is_whole: bool,
}

/// How choices are tried.
enum Way {
    /// Each with all others.
    Combined,
    /// Each by itself.
    Single,
    /// So many rows of choices, each of another mix.
    Mixed(usize),
}

/// What is not tried of a version's choices: the lint looks at so many combinations of so many.
pub(super) fn untried(parameters: &[Parameter]) -> Option<String> {
    let choices = all_choices(parameters);
    let tried = match way(&choices) {
        Way::Combined | Way::Single => return None,
        Way::Mixed(rows) => rows,
    };
    let all = choices.iter().try_fold(1_u64, |all, (_, it)| all.checked_mul(it.len() as u64));
    if all == Some(tried as u64) {
        return None;
    }
    let all = all.map_or_else(|| "very many".to_owned(), |all| all.to_string());
    Some(format!("looked at {tried} of {all} combinations of choices"))
}

fn way(choices: &[(&str, Vec<Value>)]) -> Way {
    let all = choices.iter().try_fold(1_usize, |all, (_, it)| all.checked_mul(it.len()));
    let longest = choices.iter().map(|(_, it)| it.len()).max().unwrap_or_default();
    match all {
        Some(all) if all <= MOST => Way::Combined,
        _ if choices.iter().map(|(_, it)| it.len()).sum::<usize>() <= MOST_SINGLE => Way::Single,
        _ => Way::Mixed(longest.clamp(MOST, MOST_CHOICES)),
    }
}

/// What every parameter that has choices is tried with.
fn all_choices(parameters: &[Parameter]) -> Vec<(&str, Vec<Value>)> {
    let free = parameters.iter().filter(|it| it.computed.is_none());
    free.filter_map(|it| Some((it.name.as_str(), choices(it)?))).collect()
}

/// Which choice of `many` a row takes in a column: the first rows take every choice once, the others
/// a mix that is the same in every run.
fn mixed(row: usize, column: usize, many: usize) -> usize {
    if row < many {
        return (row + column) % many.max(1);
    }
    let seed = (row as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (column as u64 + 1);
    let seed = seed.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    usize::try_from((seed >> 33) % many.max(1) as u64).unwrap_or_default()
}

impl<'s> Samples<'s> {
    pub(super) fn new(subject: &'s Subject<'_>) -> Result<Self, Vec<Diagnostic>> {
        let parameters = &subject.manifest.parameters;
        let questionnaire = Questionnaire::new(parameters, &subject.manifest.rules)?;
        let mut samples = Self {
            questionnaire,
            bases: Vec::new(),
            variants: Vec::new(),
            mistakes: Vec::new(),
            is_whole: true,
        };
        for document in cases(subject) {
            samples.case(&document);
        }
        if samples.bases.is_empty() && samples.mistakes.is_empty() {
            let given = made_up(parameters);
            match samples.resolved(given) {
                Ok(sample) => samples.bases.push(sample),
                Err(mistakes) => samples.mistakes.extend(mistakes.into_iter().map(of_sample)),
            }
        }
        samples.vary(parameters);
        Ok(samples)
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &Sample> {
        self.bases.iter().chain(&self.variants)
    }

    /// The answers to what is given, if they fit.
    pub(super) fn resolved(&self, given: GivenAnswers) -> Result<Sample, Vec<Diagnostic>> {
        match resolve(&self.questionnaire, &given, Asking::Nobody) {
            Ok(resolved) => Ok(Sample { given, answers: resolved.answers }),
            Err(ResolveError::Mistakes(mistakes)) => Err(mistakes),
            Err(ResolveError::Asked(_) | ResolveError::Back) => Err(Vec::new()),
        }
    }

    fn case(&mut self, document: &Document) {
        let data = match parse_yaml(document) {
            Ok(data) => data,
            Err(mistake) => return self.mistakes.push(mistake),
        };
        let root = data.root();
        let parameters = root.get("parameters");
        let answer = |(name, node): (&str, Node<'_>)| {
            let (place, key) = (Some(node.place()), Some(node.key_place()));
            let value = node.value().clone();
            (
                name.to_owned(),
                Given { place, key, parts: node.places(), ..Given::new(value, Origin::Spec) },
            )
        };
        let given = parameters.iter().flat_map(Node::entries).map(answer).collect();
        // A case may be there to be refused.
        let is_refused = root
            .get("expect")
            .is_some_and(|it| it.entries().any(|(key, _)| key.starts_with("refus")));
        match self.resolved(given) {
            Ok(sample) if !is_refused => self.bases.push(sample),
            Err(mistakes) if !is_refused => {
                let start = document.place((0..0).into());
                let placed = |it: Diagnostic| {
                    let it = told_of_case(it, document.name(), &start);
                    let place = it.place.clone().unwrap_or_else(|| start.clone());
                    it.at(place)
                };
                self.mistakes.extend(mistakes.into_iter().map(placed));
            }
            Ok(_) | Err(_) => {}
        }
    }

    fn vary(&mut self, parameters: &[Parameter]) {
        let Some(base) = self.bases.first() else { return };
        let choices = all_choices(parameters);
        let way = way(&choices);
        self.is_whole = !matches!(way, Way::Mixed(_));
        let mut givens = vec![base.given.clone()];
        match way {
            Way::Combined => {
                for (name, values) in &choices {
                    let all = |given: &GivenAnswers| {
                        let given = given.clone();
                        let one = |value| with(&given, name, value);
                        values.iter().map(one).collect::<Vec<_>>()
                    };
                    givens = givens.iter().flat_map(all).collect();
                }
            }
            Way::Single => {
                let one = choices.iter().flat_map(|(name, values)| {
                    values.iter().map(|value| with(&base.given, name, value))
                });
                givens = one.collect();
            }
            Way::Mixed(rows) => {
                let row = |row: usize| {
                    let mut given = base.given.clone();
                    for (column, (name, values)) in choices.iter().enumerate() {
                        let value = values.get(mixed(row, column, values.len())).cloned();
                        let value = value.map(|it| Given::new(it, Origin::Spec));
                        given.extend(value.map(|it| ((*name).to_owned(), it)));
                    }
                    given
                };
                givens = (0..rows).map(row).collect();
            }
        }
        let samples: Vec<_> = givens.into_iter().filter_map(|it| self.resolved(it).ok()).collect();
        let mut seen: Vec<Answers> = self.bases.iter().map(|it| it.answers.clone()).collect();
        for sample in samples {
            if !seen.contains(&sample.answers) {
                seen.push(sample.answers.clone());
                self.variants.push(sample);
            }
        }
    }
}

fn of_sample(mistake: Diagnostic) -> Diagnostic {
    let help = "add a case: `cases/NAME.yaml` with answers that fit";
    Diagnostic::warning("no-sample", format!("no service can be made up: {}", mistake.message))
        .at(mistake.place)
        .help(help)
}

/// The cases of a version.
pub(super) fn cases(subject: &Subject<'_>) -> Vec<Document> {
    let files = subject.request.files.paths();
    let cases = files.filter(|path| path.is_below("cases") && path.extension() == Some("yaml"));
    cases.filter_map(|path| subject.request.document(path.as_str())).collect()
}

fn with(given: &GivenAnswers, name: &str, value: &Value) -> GivenAnswers {
    let mut given = given.clone();
    given.insert(name.to_owned(), Given::new(value.clone(), Origin::Spec));
    given
}

/// The values that a parameter is tried with beside those of the cases: what conditions ask.
fn choices(parameter: &Parameter) -> Option<Vec<Value>> {
    match &parameter.shape {
        Shape::Choice(choices) => Some(choices.iter().map(|it| it.value.clone()).collect()),
        Shape::Boolean => Some(vec![false.into(), true.into()]),
        // It may be left out, and is then none.
        _ if !parameter.is_required && parameter.default.is_none() => {
            Some([Value::Null].into_iter().chain(samples(parameter).into_iter().take(1)).collect())
        }
        _ => None,
    }
}

fn made_up(parameters: &[Parameter]) -> GivenAnswers {
    let must = |it: &&Parameter| it.is_required && it.default.is_none() && it.computed.is_none();
    let answer = |it: &Parameter| {
        let value = samples(it).into_iter().next()?;
        Some((it.name.clone(), Given::new(value, Origin::Spec)))
    };
    parameters.iter().filter(must).filter_map(answer).collect::<BTreeMap<_, _>>()
}

/// Values that a parameter takes.
pub(super) fn samples(parameter: &Parameter) -> Vec<Value> {
    let candidates = match parameter.is_secret_reference {
        true => vec!["env:SAMPLE".into()],
        false => candidates(&parameter.shape, &parameter.schema),
    };
    fitting(parameter, candidates)
}

/// Values of a shape, some of which may break other rules of its schema.
fn candidates(shape: &Shape, schema: &Value) -> Vec<Value> {
    match shape {
        Shape::Text | Shape::Lines => TEXTS.iter().map(|text| Value::from(*text)).collect(),
        Shape::Integer | Shape::Number => {
            let bounds = ["minimum", "maximum"].into_iter().filter_map(|it| schema.get(it));
            bounds.cloned().chain([1, 0, 10, 100, 8080].map(Value::from)).collect()
        }
        Shape::Boolean => vec![true.into(), false.into()],
        Shape::Choice(choices) => choices.iter().map(|it| it.value.clone()).collect(),
        Shape::Choices(choices) => {
            let all: Vec<_> = choices.iter().map(|it| it.value.clone()).collect();
            vec![Value::List(all), Value::List(Vec::new())]
        }
        Shape::List(item) => {
            let items = candidates(item, schema.get("items").unwrap_or(&Value::Null));
            let lists = items.into_iter().map(|item| Value::List(vec![item]));
            lists.chain([Value::List(Vec::new())]).collect()
        }
        Shape::Map(inner) => {
            let values =
                candidates(inner, schema.get("additionalProperties").unwrap_or(&Value::Null));
            let maps = values.into_iter().map(|value| Value::map([("sample", value)]));
            maps.chain([Value::Map(Vec::new())]).collect()
        }
        Shape::Object(fields) => vec![whole(fields)],
        Shape::Any => Vec::new(),
    }
}

/// A map with a value for each of its keys that takes one.
pub(super) fn whole(fields: &[Parameter]) -> Value {
    let value = |it: &Parameter| Some((it.name.as_str().into(), samples(it).into_iter().next()?));
    Value::Map(fields.iter().filter_map(value).collect())
}

/// Those of `values` that a parameter takes.
pub(super) fn fitting(parameter: &Parameter, values: Vec<Value>) -> Vec<Value> {
    if values.is_empty() {
        return values;
    }
    let Ok(schema) = Schema::compile(&parameter.schema) else { return Vec::new() };
    values.into_iter().filter(|it| schema.mistakes(it).is_empty()).collect()
}
