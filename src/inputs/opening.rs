//! What an answer opens: the questions and layers whose conditions it makes true.

use std::collections::BTreeSet;

use super::condition::Condition;
use crate::{
    answer::Answer,
    data::Value,
    diag::Diagnostic,
    manifest::{Manifest, Parameter, Shape, Source},
    resolve::Standing,
    template::{Expressions, SourceKind},
};

/// What one answer opens, or what the answer decides where its values can't be listed.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// The answer; none: it depends on the answer, whatever that is.
    pub answer: Option<Value>,
    /// The parameters that apply then, or may apply after other answers.
    pub parameters: Vec<String>,
    /// The layers that are part of the service then, or may be after other answers.
    pub layers: Vec<String>,
}

/// Every condition of a manifest, ready to be tried with other answers.
pub(super) struct Openings<'a> {
    targets: Vec<Target<'a>>,
    /// Every answer that is known, null where a parameter does not apply.
    known: Vec<(String, Value)>,
    expressions: Expressions,
}

/// A question or layer with a condition.
struct Target<'a> {
    name: &'a str,
    is_layer: bool,
    when: &'a Source,
    speaks_of: BTreeSet<String>,
    condition: Option<Condition>,
}

impl<'a> Openings<'a> {
    /// Reads every condition of a manifest.
    ///
    /// # Errors
    /// One that does not parse.
    pub(super) fn new(
        manifest: &'a Manifest,
        standings: &[(&Parameter, Standing)],
    ) -> Result<Self, Vec<Diagnostic>> {
        let expressions = Expressions::new();
        let shape_of = |name: &str| {
            manifest.parameters.iter().find(|it| it.name == name).map(|it| it.shape.clone())
        };
        let questions = manifest.parameters.iter();
        let questions = questions.filter_map(|it| Some((&it.name, false, it.when.as_ref()?)));
        let layers = manifest.layers.iter();
        let layers = layers.filter_map(|it| Some((&it.name, true, it.when.as_ref()?)));
        let target = |(name, is_layer, when): (&'a String, bool, &'a Source)| {
            let speaks_of = expressions.references(when, SourceKind::Condition)?;
            let condition = Condition::parse(&when.text, &shape_of);
            Ok(Target { name, is_layer, when, speaks_of, condition })
        };
        let targets = questions.chain(layers).map(target).collect::<Result<_, _>>();
        let known = |(parameter, standing): &(&Parameter, Standing)| match standing {
            Standing::Answered(Answer { value, .. }) => {
                Some((parameter.name.clone(), value.clone()))
            }
            Standing::Inactive => Some((parameter.name.clone(), Value::Null)),
            Standing::Missing | Standing::Wrong(_) | Standing::Unknown => None,
        };
        let known = standings.iter().filter_map(known).collect();
        let targets = targets.map_err(|mistake: Diagnostic| vec![mistake])?;
        Ok(Self { targets, known, expressions })
    }

    /// What the answers of a parameter open.
    pub(super) fn of(&self, parameter: &Parameter) -> Vec<Opening> {
        let name = parameter.name.as_str();
        let targets: Vec<_> =
            self.targets.iter().filter(|it| it.speaks_of.contains(name)).collect();
        let Some(answers) = enumerable(&parameter.shape) else {
            return opening(None, &targets).into_iter().collect();
        };
        let trials: Vec<Vec<_>> = targets
            .iter()
            .map(|it| answers.iter().map(|answer| self.holds(it, name, answer)).collect())
            .collect();
        let opened = |(at, answer): (usize, &Value)| {
            let opens = |trials: &Vec<Option<bool>>| {
                trials.contains(&Some(false)) && trials.get(at) != Some(&Some(false))
            };
            let opened = targets.iter().zip(&trials).filter(|(_, trials)| opens(trials));
            opening(Some(answer.clone()), &opened.map(|(target, _)| *target).collect::<Vec<_>>())
        };
        answers.iter().enumerate().filter_map(opened).collect()
    }

    /// Whether a target would be there with another answer to `name`; nothing if others decide too.
    fn holds(&self, target: &Target<'_>, name: &str, answer: &Value) -> Option<bool> {
        let known = |of: &str| match of == name {
            true => Some(answer.clone()),
            false => self.known.iter().find(|(it, _)| it == of).map(|(_, value)| value.clone()),
        };
        if let Some(condition) = &target.condition {
            return condition.holds(&known);
        }
        let values = target.speaks_of.iter().map(|it| Some((it.as_str(), known(it)?)));
        let variables = Value::map(values.collect::<Option<Vec<_>>>()?);
        self.expressions.evaluate_condition(target.when, &variables).ok()
    }
}

fn opening(answer: Option<Value>, targets: &[&Target<'_>]) -> Option<Opening> {
    let named = |is_layer: bool| {
        let of_kind = targets.iter().filter(|it| it.is_layer == is_layer);
        of_kind.map(|it| it.name.to_owned()).collect()
    };
    let opening = Opening { answer, parameters: named(false), layers: named(true) };
    (!targets.is_empty()).then_some(opening)
}

/// Every answer that a parameter takes, if one can list them.
fn enumerable(shape: &Shape) -> Option<Vec<Value>> {
    match shape {
        Shape::Boolean => Some(vec![true.into(), false.into()]),
        Shape::Choice(choices) => Some(choices.iter().map(|it| it.value.clone()).collect()),
        _ => None,
    }
}
