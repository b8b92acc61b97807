//! The parameters of a manifest, made ready for answering.

use std::collections::BTreeSet;

use super::{
    given::{Given, GivenAnswers, origin_note},
    order::{Node, order},
};
use crate::{
    answer::Origin,
    data::Value,
    diag::Diagnostic,
    manifest::{Parameter, Shape, Source, is_template},
    name,
    schema::Schema,
    secret::looks_secret,
    template::{Expressions, SourceKind},
};

/// The parameters of a manifest in the order in which they can be answered.
pub struct Questionnaire<'a> {
    prepared: Vec<Prepared<'a>>,
    expressions: Expressions,
}

struct Prepared<'a> {
    parameter: &'a Parameter,
    schema: Schema,
    needs: BTreeSet<String>,
}

impl<'a> Questionnaire<'a> {
    /// Makes parameters ready: compiles their schemas, finds out what depends on what.
    ///
    /// # Errors
    /// Expressions that don't parse or speak of unknown parameters, and cycles, by name.
    pub fn new(parameters: &'a [Parameter]) -> Result<Self, Vec<Diagnostic>> {
        let expressions = Expressions::new();
        let mut mistakes = Vec::new();
        let mut prepared = Vec::new();
        for parameter in parameters {
            match prepare(&expressions, parameter, parameters) {
                Ok(ready) => prepared.push(ready),
                Err(found) => mistakes.extend(found),
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let node = |it: &Prepared<'a>| Node { name: &it.parameter.name, needs: it.needs.clone() };
        let nodes: Vec<_> = prepared.iter().map(node).collect();
        let sequence = order(&nodes).map_err(|names| vec![cycle(&names, parameters)])?;
        let mut slots: Vec<_> = prepared.into_iter().map(Some).collect();
        let take = |index: usize| slots.get_mut(index).and_then(Option::take);
        Ok(Self { prepared: sequence.into_iter().filter_map(take).collect(), expressions })
    }

    /// The names that a parameter's condition, default or computed value speaks of.
    pub fn depends_on(&self, name: &str) -> Vec<String> {
        let of = |it: &&Prepared<'a>| it.parameter.name == name;
        let needs = self.prepared.iter().find(of).map(|it| it.needs.iter().cloned().collect());
        needs.unwrap_or_default()
    }

    /// The parameter at a position of the order.
    pub(super) fn at(&self, position: usize) -> Option<&'a Parameter> {
        self.prepared.get(position).map(|it| it.parameter)
    }

    /// The names in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> + Clone {
        self.prepared.iter().map(|it| it.parameter.name.as_str())
    }

    /// The position of a parameter in the order.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.prepared.iter().position(|it| it.parameter.name == name)
    }

    /// What a parameter's condition, default or computed value speaks of.
    pub(super) fn needs(&self, parameter: &Parameter) -> BTreeSet<String> {
        self.find(parameter).map(|it| it.needs.clone()).unwrap_or_default()
    }

    /// Whether a parameter applies with these variables.
    pub(super) fn applies(
        &self,
        parameter: &Parameter,
        variables: &Value,
    ) -> Result<bool, Diagnostic> {
        match &parameter.when {
            Some(condition) => self.expressions.evaluate_condition(condition, variables),
            None => Ok(true),
        }
    }

    /// Renders a default or computed value; a list item by item.
    pub(super) fn render(
        &self,
        parameter: &Parameter,
        value: &Value,
        variables: &Value,
    ) -> Result<Value, Diagnostic> {
        match value {
            Value::Text(text) if is_template(value) => {
                let place = parameter.value_place.clone();
                self.expressions.evaluate_template(&Source { text: text.clone(), place }, variables)
            }
            Value::List(items) => {
                let items = items.iter().map(|item| self.render(parameter, item, variables));
                items.collect::<Result<_, _>>().map(Value::List)
            }
            other => Ok(other.clone()),
        }
    }

    /// Whether anything that was given is wrong, so that a person would answer in vain.
    pub(super) fn is_wrong(&self, given: &GivenAnswers) -> bool {
        given.iter().any(|(name, given)| {
            let parameter = self.position(name).and_then(|at| self.at(at));
            parameter.is_none_or(|it| it.computed.is_some() || !self.mistakes(it, given).is_empty())
        })
    }

    /// Given answers to parameters that do not exist or are never asked.
    pub(super) fn unknown(&self, given: &GivenAnswers) -> Vec<Diagnostic> {
        let complaint = |(name, given): (&String, &Given)| match self.position(name) {
            None => Some(unknown(name, given, self.names())),
            Some(at) => {
                let is_computed = self.at(at).is_some_and(|it| it.computed.is_some());
                is_computed.then(|| computed(name, given))
            }
        };
        given.iter().filter_map(complaint).collect()
    }

    /// What is wrong with a given answer, at its place.
    pub(super) fn mistakes(&self, parameter: &Parameter, given: &Given) -> Vec<Diagnostic> {
        if given.value == Value::Null {
            return Vec::new();
        }
        let complaints = self.complaints(parameter, &given.value);
        let is_secret = holds_secret(&given.value).is_some();
        let diagnostic = |(complaint, help): (String, Option<String>)| {
            let message = format!("parameter `{}` {complaint}", parameter.name);
            let help = help.or_else(|| parameter.description.clone());
            let mistake = Diagnostic::error("invalid-answer", message).maybe_help(help);
            let mistake = match (&given.place, is_secret) {
                // The excerpt would print it.
                (Some(place), true) => mistake.note(format!("it stands at {}", place.label())),
                (place, _) => mistake.at(place.clone()),
            };
            match origin_note(parameter, given) {
                Some(note) => mistake.note(note),
                None => mistake,
            }
        };
        complaints.into_iter().map(diagnostic).collect()
    }

    /// What is wrong with a value, in words for a prompt.
    pub(super) fn complaint(&self, parameter: &Parameter, value: &Value) -> Result<(), String> {
        if *value == Value::Null && !parameter.is_required {
            return Ok(());
        }
        match self.complaints(parameter, value).into_iter().next() {
            Some((complaint, Some(help))) => Err(format!("{complaint}; {help}")),
            Some((complaint, None)) => Err(complaint),
            None => Ok(()),
        }
    }

    fn complaints(&self, parameter: &Parameter, value: &Value) -> Vec<(String, Option<String>)> {
        if let Some(kind) = holds_secret(value) {
            let help =
                "give a reference to it, such as `vault:…` or `env:…`, where one is asked for";
            return vec![(format!("looks like {kind}, and is not printed"), Some(help.to_owned()))];
        }
        let schema = self.find(parameter).map(|it| &it.schema);
        let mistakes = schema.map(|it| it.mistakes(value)).unwrap_or_default();
        let words = |mistake: crate::schema::Mistake| {
            let place = mistake.pointer.dotted();
            let place = if place.is_empty() { place } else { format!("item {place} ") };
            (format!("{place}{}", mistake.message), mistake.help)
        };
        let mut complaints: Vec<_> = mistakes.into_iter().map(words).collect();
        if complaints.is_empty() {
            complaints.extend(form_complaint(parameter, value).map(|words| (words, None)));
        }
        complaints
    }

    fn find(&self, parameter: &Parameter) -> Option<&Prepared<'a>> {
        self.prepared.iter().find(|it| it.parameter.name == parameter.name)
    }
}

fn prepare<'a>(
    expressions: &Expressions,
    parameter: &'a Parameter,
    all: &[Parameter],
) -> Result<Prepared<'a>, Vec<Diagnostic>> {
    let schema = Schema::compile(&parameter.schema).map_err(|error| {
        let message = format!("the schema of `{}` can't be used: {error}", parameter.name);
        vec![Diagnostic::error("parameter-schema", message).at(parameter.place.clone())]
    })?;
    let needs = references(expressions, parameter).map_err(|mistake| vec![mistake])?;
    let known = || all.iter().map(|it| it.name.as_str());
    let unknown = needs.iter().filter(|name| !known().any(|known| known == name.as_str()));
    let mistakes: Vec<_> = unknown
        .map(|name| {
            let message = format!("parameter `{}` speaks of unknown `{name}`", parameter.name);
            Diagnostic::error("unknown-parameter", message)
                .at(parameter.value_place.clone())
                .maybe_help(name::did_you_mean(name, known()))
        })
        .collect();
    if mistakes.is_empty() { Ok(Prepared { parameter, schema, needs }) } else { Err(mistakes) }
}

fn references(
    expressions: &Expressions,
    parameter: &Parameter,
) -> Result<BTreeSet<String>, Diagnostic> {
    let mut needs = BTreeSet::new();
    if let Some(condition) = &parameter.when {
        needs.extend(expressions.references(condition, SourceKind::Condition)?);
    }
    for value in parameter.computed.iter().chain(&parameter.default) {
        for text in templates(value) {
            let source = Source { text: text.to_owned(), place: parameter.value_place.clone() };
            needs.extend(expressions.references(&source, SourceKind::Template)?);
        }
    }
    Ok(needs)
}

fn templates(value: &Value) -> Vec<&str> {
    match value {
        Value::Text(text) if is_template(value) => vec![text],
        Value::List(items) => items.iter().flat_map(templates).collect(),
        _ => Vec::new(),
    }
}

fn cycle(names: &[String], parameters: &[Parameter]) -> Diagnostic {
    let first = parameters.iter().find(|it| names.first() == Some(&it.name));
    let message = format!("parameters depend on each other in a circle: {}", names.join(" → "));
    Diagnostic::error("cycle", message)
        .at(first.map(|it| it.value_place.clone()))
        .help("give one of them a default that does not speak of the others")
}

fn unknown<'n>(
    name: &str,
    given: &Given,
    known: impl Iterator<Item = &'n str> + Clone,
) -> Diagnostic {
    let all: Vec<_> = known.clone().map(|name| format!("`{name}`")).collect();
    Diagnostic::error("unknown-parameter", format!("there is no parameter `{name}`"))
        .at(given.key.clone())
        .help(match all.as_slice() {
            [] => "this golden path asks nothing".to_owned(),
            some => format!("parameters: {}", some.join(", ")),
        })
        .maybe_help(name::did_you_mean(name, known))
}

fn computed(name: &str, given: &Given) -> Diagnostic {
    let message = format!("parameter `{name}` is computed and takes no answer");
    Diagnostic::error("computed-parameter", message).at(given.key.clone()).help("leave it out")
}

/// What the schema can't say: texts are single lines unless declared otherwise, and where a
/// reference to a secret is asked for, nothing else will do.
fn form_complaint(parameter: &Parameter, value: &Value) -> Option<String> {
    let allowed: &[char] = match parameter.shape {
        Shape::Lines => &['\n', '\t'],
        _ => &[],
    };
    let is_bad = |it: char| it.is_control() && !allowed.contains(&it);
    if value.texts().iter().any(|text| text.contains(is_bad)) {
        return Some(match parameter.shape {
            Shape::Lines => "must not hold control characters".to_owned(),
            _ => "must be on one line, without control characters".to_owned(),
        });
    }
    let is_reference = |text: &str| {
        text.split_once(':').is_some_and(|(scheme, rest)| {
            let is_scheme = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
            !scheme.is_empty() && scheme.chars().all(is_scheme) && !rest.trim().is_empty()
        })
    };
    let refused = parameter.is_secret_reference && !value.texts().into_iter().all(is_reference);
    refused.then(|| {
        "must be a reference to a secret, such as `vault:…` or `env:…`, never the secret".to_owned()
    })
}

fn holds_secret(value: &Value) -> Option<&'static str> {
    value.texts().into_iter().find_map(looks_secret)
}

/// The origin that an answer has in a layer, whoever gave it to the golden path.
pub(super) const LAYER_ORIGIN: Origin = Origin::GoldenPath;
