//! The answers of a layer, given by the golden path that composes it.

use super::{
    Asking, Questionnaire, ResolveError, Resolved,
    given::{Given, GivenAnswers},
    questionnaire::LAYER_ORIGIN,
    resolve,
};
use crate::{
    answer::Answers,
    data::Value,
    diag::Diagnostic,
    manifest::{LayerUse, Manifest, Source, render_value},
    spec::METADATA_ANSWERS,
    template::Expressions,
};

/// The answers to a layer's parameters: what `with` gives, and what the service's metadata says.
///
/// # Errors
/// Every mistake in the layer's `with`, and every answer that it lacks.
pub fn layer_answers(
    layer: &LayerUse,
    manifest: &Manifest,
    answers: &Answers,
) -> Result<Resolved, Vec<Diagnostic>> {
    LayerQuestions::new(manifest)?.answers(layer, answers)
}

/// What a layer asks, read once for many services.
pub struct LayerQuestions<'m> {
    manifest: &'m Manifest,
    questionnaire: Questionnaire<'m>,
    expressions: Expressions,
}

impl<'m> LayerQuestions<'m> {
    /// What the layer of a manifest asks.
    ///
    /// # Errors
    /// What is wrong with its parameters.
    pub fn new(manifest: &'m Manifest) -> Result<Self, Vec<Diagnostic>> {
        let questionnaire = Questionnaire::new(&manifest.parameters, &manifest.rules)?;
        Ok(Self { manifest, questionnaire, expressions: Expressions::new() })
    }

    /// As [`layer_answers`].
    ///
    /// # Errors
    /// Every mistake in the layer's `with`, and every answer that it lacks.
    pub fn answers(
        &self,
        layer: &LayerUse,
        answers: &Answers,
    ) -> Result<Resolved, Vec<Diagnostic>> {
        let variables = variables(answers);
        let (mut given, mut mistakes) = (common(self.manifest, answers), Vec::new());
        for (name, value) in &layer.with {
            match render(&self.expressions, layer, value, &variables) {
                Ok(value) => {
                    let (place, key) = (Some(layer.place.clone()), Some(layer.place.clone()));
                    let value = Given { place, key, ..Given::new(value, LAYER_ORIGIN) };
                    given.insert(name.clone(), value);
                }
                Err(mistake) => mistakes.push(mistake),
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        resolve(&self.questionnaire, &given, Asking::Nobody).map_err(|error| match error {
            ResolveError::Mistakes(mistakes) => {
                mistakes.into_iter().map(|it| of_layer(it, layer)).collect()
            }
            ResolveError::Asked(_) | ResolveError::Back => unreachable!("nobody is asked"),
        })
    }
}

impl LayerUse {
    /// Whether the layer is part of a service with these answers.
    ///
    /// # Errors
    /// If its `when` can't be evaluated.
    pub fn applies(&self, answers: &Answers) -> Result<bool, Diagnostic> {
        match &self.when {
            Some(condition) => {
                Expressions::new().evaluate_condition(condition, &variables(answers))
            }
            None => Ok(true),
        }
    }
}

/// The answers as expressions and templates see them.
pub fn variables(answers: &Answers) -> Value {
    Value::map(answers.iter().map(|(name, answer)| (name.as_str(), answer.value.clone())))
}

/// Every layer may know of the service what its spec's `metadata` says, without being told by `with`.
fn common(manifest: &Manifest, answers: &Answers) -> GivenAnswers {
    let asks = |name: &&str| manifest.parameters.iter().any(|it| it.name == *name);
    let given = |name: &str| {
        let value = answers.get(name)?.value.clone();
        Some((name.to_owned(), Given::new(value, LAYER_ORIGIN)))
    };
    METADATA_ANSWERS.into_iter().filter(asks).filter_map(given).collect()
}

fn render(
    expressions: &Expressions,
    layer: &LayerUse,
    value: &Value,
    variables: &Value,
) -> Result<Value, Diagnostic> {
    render_value(value, &mut |text| {
        let source = Source { text: text.to_owned(), place: layer.place.clone() };
        expressions.evaluate_template(&source, variables)
    })
}

/// A layer's missing answer is the golden path's mistake, not the user's.
fn of_layer(mistake: Diagnostic, layer: &LayerUse) -> Diagnostic {
    let mend = || format!("mend `with` of the layer `{}` in the golden path", layer.name);
    let is_known = mistake.code == "unknown-parameter";
    let help = mistake.help.clone().filter(|_| is_known).unwrap_or_else(mend);
    let place = mistake.place.clone().unwrap_or_else(|| layer.place.clone());
    Diagnostic { message: format!("layer `{}`: {}", layer.name, mistake.message), ..mistake }
        .at(place)
        .help(help)
}
