//! What a golden path asks: every question as it stands with the answers so far, and what each answer
//! opens; and all of it as JSON Schema.
//!
//! A manifest and given answers flow in, [`Inputs`] or a schema flows out.
//!
//! **Invariant:** whoever answers every input that [`Input::remains`] has answered all that a run
//! without a person needs.

mod condition;
mod opening;
mod schema;
#[cfg(test)]
mod tests;

pub use opening::Opening;
pub use schema::{parameters_schema, spec_schema};

use crate::{
    answer::{Answer, Origin},
    data::Value,
    diag::Diagnostic,
    manifest::{Manifest, Parameter},
    resolve::{GivenAnswers, Questionnaire, Standing, Survey, survey},
};

/// Every question of a golden path with the answers so far.
#[derive(Debug)]
pub struct Inputs<'a> {
    /// The questions, in the order of the manifest; computed values are none.
    pub inputs: Vec<Input<'a>>,
    /// Where something was given that answers nothing: every mistake, as a run without a person tells
    /// them. A wrong answer and a broken rule alone are told at their questions.
    pub mistakes: Vec<Diagnostic>,
}

/// One question as it stands.
#[derive(Debug, Clone)]
pub struct Input<'a> {
    /// What is asked.
    pub parameter: &'a Parameter,
    /// How it stands.
    pub standing: Standing,
    /// The answer where none is given, as it would be now.
    pub default: Option<Value>,
    /// The parameters that its condition, default and choices speak of.
    pub depends_on: Vec<String>,
    /// What its answers open.
    pub opens: Vec<Opening>,
    /// The choices that the other answers close, each with the reason.
    pub closed: Vec<(Value, String)>,
}

impl Input<'_> {
    /// Whether a run without a person needs an answer to it, or may need one after other answers.
    pub fn remains(&self) -> bool {
        match &self.standing {
            Standing::Missing | Standing::Wrong(_) => true,
            Standing::Unknown => self.parameter.is_required && self.parameter.default.is_none(),
            Standing::Answered(_) | Standing::Inactive => false,
        }
    }

    /// The answer that was given to it.
    pub fn given(&self) -> Option<&Answer> {
        match &self.standing {
            Standing::Answered(answer) if answer.origin.is_given() => Some(answer),
            _ => None,
        }
    }
}

/// Looks at all that a golden path asks, with the answers that were given.
///
/// # Errors
/// Conditions and defaults that don't parse, and parameters that depend on each other in a circle.
pub fn inputs<'a>(
    manifest: &'a Manifest,
    given: &GivenAnswers,
) -> Result<Inputs<'a>, Vec<Diagnostic>> {
    let questionnaire = Questionnaire::new(&manifest.parameters, &manifest.rules)?;
    let found = survey(&questionnaire, given);
    let openings = opening::Openings::new(manifest, &found.standings)?;
    let mut inputs = Vec::new();
    for parameter in manifest.parameters.iter().filter(|it| it.computed.is_none()) {
        let standing = found.standings.iter().find(|(it, _)| it.name == parameter.name);
        let Some((_, standing)) = standing else { continue };
        let standing = &broken(&found, &parameter.name).unwrap_or_else(|| standing.clone());
        let default = match standing {
            Standing::Answered(Answer { value, origin: Origin::Default }) => Some(value.clone()),
            Standing::Answered(_) | Standing::Wrong(_) => default(&questionnaire, given, parameter),
            Standing::Inactive | Standing::Missing | Standing::Unknown => None,
        };
        inputs.push(Input {
            parameter,
            standing: standing.clone(),
            default: default.filter(|it| *it != Value::Null),
            depends_on: questionnaire.depends_on(&parameter.name),
            opens: openings.of(parameter),
            closed: found.closed.get(&parameter.name).cloned().unwrap_or_default(),
        });
    }
    // Manifests can make a rule that no answer mends.
    let is_hopeless = found.broken.iter().any(|(name, _)| name.is_none());
    let is_told = found.has_unknown || is_hopeless;
    Ok(Inputs { inputs, mistakes: if is_told { found.mistakes } else { Vec::new() } })
}

/// How a question stands whose answer breaks a rule.
fn broken(found: &Survey<'_>, name: &str) -> Option<Standing> {
    let of_it = found.broken.iter().filter(|(at, _)| at.as_deref() == Some(name));
    let rules: Vec<_> = of_it.map(|(_, mistake)| mistake.clone()).collect();
    (!rules.is_empty()).then_some(Standing::Wrong(rules))
}

/// What a parameter would be answered with, had nobody answered it.
fn default(
    questionnaire: &Questionnaire<'_>,
    given: &GivenAnswers,
    parameter: &Parameter,
) -> Option<Value> {
    let mut others = given.clone();
    others.remove(&parameter.name);
    let standings = survey(questionnaire, &others).standings;
    standings.into_iter().find_map(|(it, standing)| match standing {
        Standing::Answered(answer) if it.name == parameter.name => Some(answer.value),
        _ => None,
    })
}
