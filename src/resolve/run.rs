//! One walk through a questionnaire: what is settled, what is asked, what is wrong.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Asking, Given, GivenAnswers, Question, Questionnaire, Reply, ResolveError, Resolved, Standing,
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
    /// It has an answer; `asked` tells whether a person gave it just now.
    Answered { answer: Answer, asked: bool },
    /// It does not apply.
    Inactive,
    /// It has mistakes, or depends on one that has; then there are none of its own.
    Wrong(Vec<Diagnostic>),
}

enum Settled {
    Known(Step),
    /// Nothing was given; this is the default.
    Open(Option<Value>),
}

pub(super) struct Run<'a> {
    questionnaire: &'a Questionnaire<'a>,
    given: &'a GivenAnswers,
    steps: Vec<Step>,
    remembered: BTreeMap<String, Value>,
}

impl<'a> Run<'a> {
    pub(super) const fn new(questionnaire: &'a Questionnaire<'a>, given: &'a GivenAnswers) -> Self {
        Self { questionnaire, given, steps: Vec::new(), remembered: BTreeMap::new() }
    }

    /// The parameter that is to be answered next.
    pub(super) fn next(&self) -> Option<&'a Parameter> {
        self.questionnaire.at(self.steps.len())
    }

    /// Answers the next parameter, or goes back to an earlier one.
    pub(super) fn answer(
        &mut self,
        parameter: &Parameter,
        asking: &mut Asking<'_>,
    ) -> Result<(), ResolveError> {
        let step = match self.settle(parameter) {
            Settled::Known(step) => Some(step),
            Settled::Open(default) => self.ask(parameter, default, asking)?,
        };
        self.steps.extend(step);
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
    }

    /// How each parameter stands that was dealt with.
    pub(super) fn standings(self) -> Vec<(&'a Parameter, Standing)> {
        let parameters = (0..).map_while(|at| self.questionnaire.at(at));
        parameters.zip(self.steps.iter().map(Step::standing)).collect()
    }

    /// Every answer, or every mistake.
    pub(super) fn finish(self) -> Result<Resolved, ResolveError> {
        let mut mistakes = self.questionnaire.unknown(self.given);
        for step in &self.steps {
            if let Step::Wrong(found) = step {
                mistakes.extend(found.iter().cloned());
            }
        }
        if !mistakes.is_empty() {
            return Err(ResolveError::Mistakes(mistakes));
        }
        Ok(Resolved { answers: self.answers(), warnings: self.warnings() })
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
            let mistakes = self.questionnaire.mistakes(parameter, given);
            return Settled::Known(match mistakes.is_empty() {
                true => answered(given.value.clone(), given.origin),
                false => Step::Wrong(mistakes),
            });
        }
        let default = parameter.default.as_ref();
        match default.map(|it| self.questionnaire.render(parameter, it, &variables)).transpose() {
            Ok(default) => Settled::Open(default),
            Err(mistake) => Settled::Known(Step::Wrong(vec![mistake])),
        }
    }

    /// Asks for an answer, takes the default, or notes that there is none. `None`: went back.
    fn ask(
        &mut self,
        parameter: &Parameter,
        default: Option<Value>,
        asking: &mut Asking<'_>,
    ) -> Result<Option<Step>, ResolveError> {
        let ask = match asking {
            Asking::ForAll(ask) => ask,
            Asking::ForNew(ask, known) if !known.contains(&parameter.name) => ask,
            Asking::ForMissing(ask) | Asking::ForNew(ask, _)
                if default.is_none() && parameter.is_required =>
            {
                ask
            }
            Asking::Nobody | Asking::ForMissing(_) | Asking::ForNew(..) => {
                return Ok(Some(self.without_asking(parameter, default)));
            }
        };
        let questionnaire = self.questionnaire;
        let check = |value: &Value| questionnaire.complaint(parameter, value);
        let question = Question {
            parameter,
            proposal: self.remembered.get(&parameter.name).or(default.as_ref()),
            answered: self.steps.iter().filter(|step| step.was_asked()).count(),
            check: &check,
        };
        match ask.ask(&question).map_err(ResolveError::Asked)? {
            Reply::Answer(value) => {
                self.remembered.insert(parameter.name.clone(), value.clone());
                let origin = match default {
                    Some(default) if default == value => Origin::Default,
                    _ if value == Value::Null => Origin::Default,
                    _ => Origin::Prompt,
                };
                Ok(Some(Step::Answered { answer: Answer { value, origin }, asked: true }))
            }
            Reply::Back => self.go_back(),
        }
    }

    fn go_back(&mut self) -> Result<Option<Step>, ResolveError> {
        let last = self.steps.iter().rposition(Step::was_asked).ok_or(ResolveError::Back)?;
        self.steps.truncate(last);
        Ok(None)
    }

    fn without_asking(&self, parameter: &Parameter, default: Option<Value>) -> Step {
        match default {
            Some(value) => self.checked(parameter, Ok(value), Origin::Default),
            None if parameter.is_required => Step::Wrong(vec![missing(parameter)]),
            None => answered(Value::Null, Origin::Default),
        }
    }

    /// A default or computed value that its own schema refuses is the manifest's mistake.
    fn checked(
        &self,
        parameter: &Parameter,
        value: Result<Value, Diagnostic>,
        origin: Origin,
    ) -> Step {
        let complaint = |value: Value| match self.questionnaire.complaint(parameter, &value) {
            Ok(()) => Ok(value),
            Err(complaint) => Err(unfit(parameter, origin, &complaint)),
        };
        match value.and_then(complaint) {
            Ok(value) => answered(value, origin),
            Err(mistake) => Step::Wrong(vec![mistake]),
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
            Step::Answered { answer, .. } => answer.value.clone(),
            Step::Inactive | Step::Wrong(_) => Value::Null,
        };
        Value::map(self.entries().map(|(name, step)| (name, value(step))))
    }

    fn answers(&self) -> Answers {
        let none = Answer { value: Value::Null, origin: Origin::Default };
        let answer = |step: &Step| match step {
            Step::Answered { answer, .. } => answer.clone(),
            Step::Inactive | Step::Wrong(_) => none.clone(),
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
        matches!(self, Self::Answered { asked: true, .. })
    }

    fn standing(&self) -> Standing {
        match self {
            Self::Answered { answer, .. } => Standing::Answered(answer.clone()),
            Self::Inactive => Standing::Inactive,
            Self::Wrong(mistakes) if mistakes.is_empty() => Standing::Unknown,
            Self::Wrong(mistakes) if mistakes.iter().any(|it| it.code == MISSING) => {
                Standing::Missing
            }
            Self::Wrong(mistakes) => Standing::Wrong(mistakes.clone()),
        }
    }
}

const fn answered(value: Value, origin: Origin) -> Step {
    Step::Answered { answer: Answer { value, origin }, asked: false }
}

/// The code of a parameter that must have an answer and has none.
const MISSING: &str = "missing-answer";

fn missing(parameter: &Parameter) -> Diagnostic {
    let name = &parameter.name;
    let mistake = Diagnostic::error(MISSING, format!("parameter `{name}` has no answer"))
        .help(format!("pass `--set {name}=…`, or add `{}` to the spec file", in_spec(name)));
    match parameter.title.as_ref().or(parameter.description.as_ref()) {
        Some(title) => mistake.note(title.clone()),
        None => mistake,
    }
}

/// Where a spec answers a parameter.
fn in_spec(name: &str) -> String {
    let of_metadata = crate::spec::METADATA_ANSWERS.contains(&name);
    format!("{}.{name}", if of_metadata { "metadata" } else { "spec.parameters" })
}

fn unfit(parameter: &Parameter, origin: Origin, complaint: &str) -> Diagnostic {
    let name = &parameter.name;
    let (what, help) = match origin {
        Origin::Computed => (
            "the computed value",
            "change what it is computed from, or mend the golden path".to_owned(),
        ),
        _ => ("the default", format!("pass `--set {name}=…`, or mend the golden path")),
    };
    let message = format!("{what} of parameter `{name}` {complaint}");
    Diagnostic::error("default", message).at(parameter.value_place.clone()).help(help)
}

fn without_effect(name: &str, given: &Given) -> Diagnostic {
    let message = format!("parameter `{name}` does not apply with these answers");
    Diagnostic::warning("without-effect", message)
        .at(given.key.clone())
        .note(format!("its answer from {} is left out", given.origin))
}
