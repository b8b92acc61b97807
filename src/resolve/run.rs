//! One walk through a questionnaire: what is settled, what is asked, what is wrong.

mod asking;
mod judge;
mod mistake;

use std::collections::{BTreeMap, BTreeSet};

use self::mistake::{MISSING, missing, unfit, without_effect};
use super::{
    Asking, Given, GivenAnswers, Questionnaire, ResolveError, Resolved, Standing,
    complaint::Closed, hidden::hidden, nested::Progress,
};
use crate::{
    answer::{Answer, Answers, Origin},
    data::Value,
    diag::Diagnostic,
    manifest::Parameter,
};

/// One parameter that was dealt with.
#[derive(Debug, Clone)]
enum Step {
    /// It has an answer.
    Answered(Answered),
    /// It does not apply.
    Inactive,
    /// It has mistakes, or depends on one that has; then there are none of its own.
    Wrong(Vec<Diagnostic>),
}

/// An answer.
#[derive(Debug, Clone)]
struct Answered {
    answer: Answer,
    /// The same without the defaults of its keys.
    stated: Value,
    /// Whether a person gave it just now.
    asked: bool,
}

enum Settled {
    Known(Step),
    /// Nothing was given; this is the default.
    Open(Option<Value>),
}

/// A rule that does not hold.
struct Broken {
    /// The position at which that was seen.
    seen: usize,
    /// The parameters that it speaks of.
    names: BTreeSet<String>,
    /// The question whose answer could mend it.
    told_at: Option<String>,
    mistake: Diagnostic,
}

pub(super) struct Run<'a> {
    questionnaire: &'a Questionnaire<'a>,
    given: &'a GivenAnswers,
    steps: Vec<Step>,
    remembered: BTreeMap<String, Value>,
    /// The replies of each dialogue over the parts of an answer.
    dialogues: BTreeMap<String, Progress>,
    /// What the person is told at the parameter that is asked again.
    complaint: Option<(String, String)>,
    /// Rules that do not hold.
    broken: Vec<Broken>,
}

impl<'a> Run<'a> {
    pub(super) const fn new(questionnaire: &'a Questionnaire<'a>, given: &'a GivenAnswers) -> Self {
        Self {
            questionnaire,
            given,
            steps: Vec::new(),
            remembered: BTreeMap::new(),
            dialogues: BTreeMap::new(),
            complaint: None,
            broken: Vec::new(),
        }
    }

    /// The parameter that is to be answered next.
    pub(super) fn next(&self) -> Option<&'a Parameter> {
        self.questionnaire.at(self.steps.len())
    }

    /// Answers the next parameter, or goes back to an earlier one.
    pub(super) fn answer(
        &mut self,
        parameter: &'a Parameter,
        asking: &mut Asking<'_>,
    ) -> Result<(), ResolveError> {
        let step = match self.settle(parameter) {
            Settled::Known(step) => Some(step),
            Settled::Open(default) => self.ask(parameter, default, asking)?,
        };
        if let Some(step) = step {
            self.steps.push(step);
            self.judge();
        }
        // What no reply has caused, no reply can mend.
        let is_wrong = !self.broken.is_empty() || self.steps.iter().any(Step::has_mistakes);
        if is_wrong && !self.steps.iter().any(Step::was_asked) {
            *asking = Asking::Nobody;
        }
        Ok(())
    }

    /// Settles the next parameter without asking anybody.
    pub(super) fn answer_alone(&mut self) {
        let Some(parameter) = self.next() else { return };
        let step = match self.settle(parameter) {
            Settled::Known(step) => step,
            Settled::Open(default) => self.without_asking(parameter, default),
        };
        self.steps.push(step);
        self.judge();
    }

    /// How each parameter stands that was dealt with.
    pub(super) fn standings(self) -> Vec<(&'a Parameter, Standing)> {
        let parameters = (0..).map_while(|at| self.questionnaire.at(at));
        parameters.zip(self.steps.iter().map(Step::standing)).collect()
    }

    /// The choices of each parameter that can't be chosen, as far as the answers say.
    pub(super) fn closed(&self) -> BTreeMap<String, Closed> {
        let variables = self.variables();
        let mut all = BTreeMap::new();
        for (name, step) in self.entries() {
            let parameter =
                self.questionnaire.position(name).and_then(|at| self.questionnaire.at(at));
            let is_open = matches!(step, Step::Inactive)
                || parameter.is_none_or(|it| {
                    self.questionnaire.needs(it).iter().any(|name| self.is_wrong(name))
                });
            let Some(parameter) = parameter.filter(|_| !is_open) else { continue };
            let choices: Vec<_> = parameter.shape.choices().into_iter().cloned().collect();
            // A reason that can't be rendered is told where it matters: at an answer.
            let closed = self.questionnaire.closed(&choices, &variables).unwrap_or_default();
            if !closed.is_empty() {
                all.insert(name.to_owned(), closed);
            }
        }
        all
    }

    /// Every mistake so far.
    pub(super) fn mistakes(&self) -> Vec<Diagnostic> {
        let mut mistakes = self.questionnaire.unknown(self.given);
        for step in &self.steps {
            if let Step::Wrong(found) = step {
                mistakes.extend(found.iter().cloned());
            }
        }
        mistakes.extend(self.broken.iter().map(|it| it.mistake.clone()));
        mistakes
    }

    /// Every answer, or every mistake.
    pub(super) fn finish(self) -> Result<Resolved, ResolveError> {
        let mistakes = self.mistakes();
        if !mistakes.is_empty() {
            let mistakes = hidden(self.questionnaire, self.given, mistakes);
            return Err(ResolveError::Mistakes(mistakes));
        }
        let (answers, stated) =
            (self.answers(|answer, _| answer), self.answers(|_, stated| stated));
        Ok(Resolved { answers, stated, warnings: self.warnings() })
    }

    /// What given answers break by themselves, whatever a person would answer.
    pub(super) fn broken_by_given(mut self) -> Vec<Diagnostic> {
        while self.next().is_some() {
            self.answer_alone();
        }
        let settled = self.questionnaire.settled(self.given);
        let is_settled = |it: &Broken| it.names.iter().all(|name| settled.contains(name.as_str()));
        let broken = self.broken.into_iter().filter(is_settled).map(|it| it.mistake);
        hidden(self.questionnaire, self.given, broken.collect())
    }

    /// What can be said of a parameter without asking anybody.
    fn settle(&self, parameter: &Parameter) -> Settled {
        if self.questionnaire.needs(parameter).iter().any(|name| self.is_wrong(name)) {
            return Settled::Known(Step::Wrong(Vec::new()));
        }
        let variables = self.variables();
        match self.questionnaire.applies(parameter, &variables) {
            Ok(true) => {}
            Ok(false) => return Settled::Known(Step::Inactive),
            Err(mistake) => return Settled::Known(Step::Wrong(vec![mistake])),
        }
        if let Some(computed) = &parameter.computed {
            let value = self.questionnaire.render(parameter, computed, &variables);
            return Settled::Known(self.checked(parameter, value, Origin::Computed));
        }
        if let Some(given) = self.given.get(&parameter.name).filter(|it| it.value != Value::Null) {
            return Settled::Known(self.given(parameter, given, &variables).unwrap_or_else(wrong));
        }
        match self.default(parameter, &variables) {
            Ok(default) => Settled::Open(default),
            Err(mistake) => Settled::Known(wrong(mistake)),
        }
    }

    fn default(
        &self,
        parameter: &Parameter,
        variables: &Value,
    ) -> Result<Option<Value>, Diagnostic> {
        let questionnaire = self.questionnaire;
        let Some(default) = &parameter.default else { return Ok(None) };
        let rendered = questionnaire.render(parameter, default, variables)?;
        questionnaire.complete(parameter, rendered, variables).map(Some)
    }

    /// A given answer, with the defaults of the keys that it leaves out.
    fn given(
        &self,
        parameter: &Parameter,
        given: &Given,
        variables: &Value,
    ) -> Result<Step, Diagnostic> {
        let questionnaire = self.questionnaire;
        let whole = questionnaire.complete(parameter, given.value.clone(), variables);
        let whole = match whole {
            Ok(whole) => whole,
            Err(mistake) => {
                let mistakes = questionnaire.mistakes_without_defaults(parameter, given, variables);
                return Ok(Step::Wrong(if mistakes.is_empty() { vec![mistake] } else { mistakes }));
            }
        };
        let mut mistakes = questionnaire.mistakes(parameter, given, &whole);
        if mistakes.is_empty() {
            let closed = questionnaire.unavailable(parameter, &whole, variables)?;
            let at = |it| questionnaire.at_its_place(parameter, given, it);
            mistakes.extend(closed.map(at));
        }
        match mistakes.is_empty() {
            true => Ok(Step::Answered(Answered {
                stated: given.value.clone(),
                ..answered(parameter, whole, given.origin)
            })),
            false => Ok(Step::Wrong(mistakes)),
        }
    }

    fn go_back(&mut self) -> Result<Option<Step>, ResolveError> {
        let last = self.steps.iter().rposition(Step::was_asked).ok_or(ResolveError::Back)?;
        self.return_to(last);
        Ok(None)
    }

    fn return_to(&mut self, position: usize) {
        self.steps.truncate(position);
        self.broken.retain(|it| it.seen < position);
    }

    fn without_asking(&self, parameter: &Parameter, default: Option<Value>) -> Step {
        match default {
            Some(value) => self.checked(parameter, Ok(value), Origin::Default),
            None if parameter.is_required => Step::Wrong(vec![missing(parameter)]),
            None => Step::Answered(answered(parameter, Value::Null, Origin::Default)),
        }
    }

    /// A default or computed value that its own schema refuses is the manifest's mistake.
    fn checked(
        &self,
        parameter: &Parameter,
        value: Result<Value, Diagnostic>,
        origin: Origin,
    ) -> Step {
        let variables = self.variables();
        let fits = |value: Value| {
            let unfit = |complaint: &str| unfit(parameter, origin, complaint);
            let whole = self.questionnaire.complete(parameter, value, &variables)?;
            self.questionnaire.complaint(parameter, &whole).map_err(|it| unfit(&it))?;
            match self.questionnaire.unavailable(parameter, &whole, &variables)? {
                Some(complaint) => Err(unfit(&complaint.told())),
                None => Ok(whole),
            }
        };
        match value.and_then(fits) {
            Ok(whole) => Step::Answered(answered(parameter, whole, origin)),
            Err(mistake) => wrong(mistake),
        }
    }

    fn is_wrong(&self, name: &str) -> bool {
        let named = self.questionnaire.position(name).and_then(|at| self.steps.get(at));
        matches!(named, Some(Step::Wrong(_)))
    }

    fn entries(&self) -> impl Iterator<Item = (&'a str, &Step)> {
        self.questionnaire.names().zip(&self.steps)
    }

    /// What expressions see: every parameter so far, those that do not apply as null.
    fn variables(&self) -> Value {
        let value = |step: &Step| match step {
            Step::Answered(it) => it.answer.value.clone(),
            Step::Inactive | Step::Wrong(_) => Value::Null,
        };
        Value::map(self.entries().map(|(name, step)| (name, value(step))))
    }

    fn answers(&self, pick: fn(Value, Value) -> Value) -> Answers {
        let answer = |step: &Step| match step {
            Step::Answered(Answered { answer, stated, .. }) => {
                Answer { value: pick(answer.value.clone(), stated.clone()), ..*answer }
            }
            Step::Inactive | Step::Wrong(_) => {
                Answer { value: Value::Null, origin: Origin::Default }
            }
        };
        self.entries().map(|(name, step)| (name.to_owned(), answer(step))).collect()
    }

    fn warnings(&self) -> Vec<Diagnostic> {
        let is_inactive = |(_, step): &(&str, &Step)| matches!(step, Step::Inactive);
        let inactive: BTreeSet<_> = self.entries().filter(is_inactive).map(|it| it.0).collect();
        let given = self.given.iter().filter(|(name, _)| inactive.contains(name.as_str()));
        given.map(|(name, given)| without_effect(name, given)).collect()
    }
}

impl Step {
    const fn was_asked(&self) -> bool {
        matches!(self, Self::Answered(Answered { asked: true, .. }))
    }

    fn has_mistakes(&self) -> bool {
        matches!(self, Self::Wrong(mistakes) if !mistakes.is_empty())
    }

    fn standing(&self) -> Standing {
        match self {
            Self::Answered(it) => Standing::Answered(it.answer.clone()),
            Self::Inactive => Standing::Inactive,
            Self::Wrong(mistakes) if mistakes.is_empty() => Standing::Unknown,
            Self::Wrong(mistakes) if mistakes.iter().any(|it| it.code == MISSING) => {
                Standing::Missing
            }
            Self::Wrong(mistakes) => Standing::Wrong(mistakes.clone()),
        }
    }
}

/// An answer that is complete; in templates each of its known keys is there.
fn answered(parameter: &Parameter, whole: Value, origin: Origin) -> Answered {
    let value = parameter.shape.padded(whole.clone());
    Answered { answer: Answer { value, origin }, stated: whole, asked: false }
}

fn wrong(mistake: Diagnostic) -> Step {
    Step::Wrong(vec![mistake])
}
