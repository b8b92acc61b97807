//! One walk through a questionnaire: what is settled, what is asked, what is wrong.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Ask, Asking, Given, GivenAnswers, Question, Questionnaire, Reply, ResolveError, Resolved,
    complaint::Closed,
    nested::{self, Ended, Progress, Subject, is_open},
    rule::PreparedRule,
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

pub(super) struct Run<'a> {
    questionnaire: &'a Questionnaire<'a>,
    given: &'a GivenAnswers,
    steps: Vec<Step>,
    remembered: BTreeMap<String, Value>,
    /// The replies of each dialogue over the parts of an answer.
    dialogues: BTreeMap<String, Progress>,
    /// What the person is told at the parameter that is asked again.
    complaint: Option<(String, String)>,
    /// Rules that do not hold, each with the position at which that was seen.
    broken: Vec<(usize, Diagnostic)>,
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

    /// Every answer, or every mistake.
    pub(super) fn finish(self) -> Result<Resolved, ResolveError> {
        let mut mistakes = self.questionnaire.unknown(self.given);
        for step in &self.steps {
            if let Step::Wrong(found) = step {
                mistakes.extend(found.iter().cloned());
            }
        }
        mistakes.extend(self.broken.iter().map(|(_, mistake)| mistake.clone()));
        if !mistakes.is_empty() {
            return Err(ResolveError::Mistakes(mistakes));
        }
        let (answers, stated) =
            (self.answers(|answer, _| answer), self.answers(|_, stated| stated));
        Ok(Resolved { answers, stated, warnings: self.warnings() })
    }

    /// Judges the rules that speak of the last parameter and of none to come. Where a person has
    /// answered what one is told at, that is asked again.
    fn judge(&mut self) {
        let questionnaire = self.questionnaire;
        let last = self.steps.len().saturating_sub(1);
        for prepared in questionnaire.rules_at(last) {
            if prepared.names.iter().any(|name| self.is_wrong(name)) {
                continue;
            }
            match questionnaire.holds(prepared, &self.variables()) {
                Ok(true) => {}
                Ok(false) => {
                    if let Some(name) = self.to_ask_again(prepared) {
                        return self.ask_again(&name, &prepared.rule.message);
                    }
                    self.broken.push((last, self.breach(prepared)));
                }
                Err(mistake) => self.broken.push((last, mistake)),
            }
        }
    }

    /// The parameter that a rule is told at, or else the last that it speaks of, if a person
    /// answered it.
    fn to_ask_again(&self, prepared: &PreparedRule<'_>) -> Option<String> {
        let was_asked = |name: &&String| {
            let step = self.questionnaire.position(name).and_then(|at| self.steps.get(at));
            step.is_some_and(Step::was_asked)
        };
        let at = Some(&prepared.rule.at).filter(was_asked);
        let position = |name: &&String| self.questionnaire.position(name);
        at.or_else(|| prepared.names.iter().filter(was_asked).max_by_key(position)).cloned()
    }

    fn ask_again(&mut self, name: &str, message: &str) {
        if let Some(position) = self.questionnaire.position(name) {
            self.complaint = Some((name.to_owned(), message.to_owned()));
            self.return_to(position);
        }
    }

    /// A rule that given answers break.
    fn breach(&self, prepared: &PreparedRule<'_>) -> Diagnostic {
        let rule = prepared.rule;
        let given = self.given.get(&rule.at);
        let place = given.and_then(|it| it.place.clone());
        // What is a secret by mistake is told as such; this excerpt must not print it.
        let place =
            place.filter(|_| given.is_none_or(|it| !super::complaint::holds_secret(&it.value)));
        let of: Vec<_> = prepared.names.iter().map(|name| format!("`{name}`")).collect();
        Diagnostic::error("rule", format!("parameter `{}`: {}", rule.at, rule.message))
            .at(place)
            .note(format!("a rule of the golden path over {}", of.join(", ")))
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
        match parameter.shape.is_nested() {
            true => self.ask_for_parts(parameter, default, *ask),
            false => self.ask_at_once(parameter, default, *ask),
        }
    }

    fn ask_at_once(
        &mut self,
        parameter: &Parameter,
        default: Option<Value>,
        ask: &mut dyn Ask,
    ) -> Result<Option<Step>, ResolveError> {
        let questionnaire = self.questionnaire;
        let choices: Vec<_> = parameter.shape.choices().into_iter().cloned().collect();
        let closed: Closed = match questionnaire.closed(&choices, &self.variables()) {
            Ok(closed) => closed,
            Err(mistake) => return Ok(Some(wrong(mistake))),
        };
        let check = |value: &Value| {
            questionnaire.complaint(parameter, value).and_then(|()| is_open(&closed, value))
        };
        let complaint = self.complaint.take().filter(|(of, _)| *of == parameter.name);
        let proposal = self.remembered.get(&parameter.name).or(default.as_ref());
        let question = Question {
            parameter,
            proposal: proposal.filter(|value| is_open(&closed, value).is_ok()),
            answered: self.asked(),
            check: &check,
            closed: &closed,
            complaint: complaint.as_ref().map(|(_, message)| message.as_str()),
        };
        match ask.ask(&question).map_err(ResolveError::Asked)? {
            Reply::Answer(value) => Ok(Some(self.replied(parameter, value, default))),
            Reply::Back => self.go_back(),
        }
    }

    fn ask_for_parts(
        &mut self,
        parameter: &Parameter,
        default: Option<Value>,
        ask: &mut dyn Ask,
    ) -> Result<Option<Step>, ResolveError> {
        let variables = self.variables();
        let mut progress = self.dialogues.remove(&parameter.name).unwrap_or_default();
        progress.step_back();
        let complaint = self.complaint.take().filter(|(of, _)| *of == parameter.name);
        progress.complaint = complaint.map(|(_, message)| message);
        let subject = Subject {
            questionnaire: self.questionnaire,
            variables: &variables,
            parameter,
            proposal: self.remembered.get(&parameter.name).or(default.as_ref()),
            answered: self.asked(),
        };
        let ended = nested::ask(&subject, &mut progress, ask).map_err(ResolveError::Asked)?;
        match ended {
            Ended::Answer(value) => {
                self.dialogues.insert(parameter.name.clone(), progress);
                let whole = match value {
                    Value::Null => Ok(Value::Null),
                    value => self.questionnaire.complete(parameter, value, &variables),
                };
                let whole = match whole {
                    Ok(whole) => whole,
                    Err(mistake) => return Ok(Some(wrong(mistake))),
                };
                if let Err(why) = self.questionnaire.complaint(parameter, &whole) {
                    return Ok(Some(wrong(unfit(parameter, Origin::Default, &why))));
                }
                Ok(Some(self.replied(parameter, whole, default)))
            }
            Ended::Back => self.go_back(),
            Ended::Wrong(mistake) => Ok(Some(wrong(*mistake))),
        }
    }

    fn replied(&mut self, parameter: &Parameter, value: Value, default: Option<Value>) -> Step {
        self.remembered.insert(parameter.name.clone(), value.clone());
        let origin = match default {
            Some(default) if default == value => Origin::Default,
            _ if value == Value::Null => Origin::Default,
            _ => Origin::Prompt,
        };
        Step::Answered(Answered { asked: true, ..answered(parameter, value, origin) })
    }

    fn asked(&self) -> usize {
        let dialogue = |name: &str| self.dialogues.get(name).map_or(1, |it| it.replies.len());
        let asked = self.entries().filter(|(_, step)| step.was_asked());
        asked.map(|(name, _)| dialogue(name)).sum()
    }

    fn go_back(&mut self) -> Result<Option<Step>, ResolveError> {
        let last = self.steps.iter().rposition(Step::was_asked).ok_or(ResolveError::Back)?;
        self.return_to(last);
        Ok(None)
    }

    fn return_to(&mut self, position: usize) {
        self.steps.truncate(position);
        self.broken.retain(|(at, _)| *at < position);
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
}

/// An answer that is complete; in templates each of its known keys is there.
fn answered(parameter: &Parameter, whole: Value, origin: Origin) -> Answered {
    let value = parameter.shape.padded(whole.clone());
    Answered { answer: Answer { value, origin }, stated: whole, asked: false }
}

fn wrong(mistake: Diagnostic) -> Step {
    Step::Wrong(vec![mistake])
}

fn missing(parameter: &Parameter) -> Diagnostic {
    let name = &parameter.name;
    let mistake = Diagnostic::error("missing-answer", format!("parameter `{name}` has no answer"))
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
