//! How every parameter stands with what was given so far: answered, missing, wrong or not yet known.

use std::collections::BTreeMap;

use super::{GivenAnswers, Questionnaire, run::Run};
use crate::{answer::Answer, data::Value, diag::Diagnostic, manifest::Parameter};

/// How one parameter stands when nobody is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// It has an answer: a given one, the default, a computed one, or null where it may go without.
    Answered(Answer),
    /// It does not apply with these answers.
    Inactive,
    /// It must be answered.
    Missing,
    /// Its answer, default or condition is wrong.
    Wrong(Vec<Diagnostic>),
    /// It depends on one that is missing or wrong.
    Unknown,
}

/// Every parameter in the order in which they can be answered, and the given answers that answer none.
#[derive(Debug)]
pub struct Survey<'a> {
    /// How each parameter stands.
    pub standings: Vec<(&'a Parameter, Standing)>,
    /// Rules that do not hold with these answers, each with the question whose answer could mend it.
    pub broken: Vec<(Option<String>, Diagnostic)>,
    /// The choices that can't be chosen with these answers, by parameter, each with the reason.
    pub closed: BTreeMap<String, Vec<(Value, String)>>,
    /// Whether anything was given that answers no question.
    pub has_unknown: bool,
    /// Every mistake, as [`resolve`](super::resolve) tells them.
    pub mistakes: Vec<Diagnostic>,
}

/// Looks at a questionnaire without asking anybody and without giving up at a mistake.
pub fn survey<'a>(questionnaire: &'a Questionnaire<'a>, given: &'a GivenAnswers) -> Survey<'a> {
    let mut run = Run::new(questionnaire, given);
    while run.next().is_some() {
        run.answer_alone();
    }
    let has_unknown = !questionnaire.unknown(given).is_empty();
    let (mistakes, broken, closed) = (run.mistakes(), run.told_at(), run.closed());
    Survey { standings: run.standings(), broken, closed, has_unknown, mistakes }
}
