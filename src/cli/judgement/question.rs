//! A person who is asked, with policies listening: what they deny is told at the question.

use std::{cell::RefCell, collections::BTreeMap};

use super::{at_answer, judged};
use crate::{
    cli::Failure,
    data::Value,
    docket::{Docket, Judged},
    guard::{PlanInput, Verdict},
    resolve::{Ask, AskError, Question, Reply},
};

/// Who asks a person, and lets no answer pass that policies deny.
pub(in crate::cli) struct Guarded<'a> {
    person: &'a mut dyn Ask,
    docket: &'a Docket,
    /// What is known before anything is answered.
    input: PlanInput,
    /// The answers so far.
    answers: BTreeMap<String, Value>,
    now: i64,
}

impl<'a> Guarded<'a> {
    /// Asks `person`; `answers` are those that nobody is asked for.
    pub(in crate::cli) fn new(
        person: &'a mut dyn Ask,
        docket: &'a Docket,
        (input, answers): (PlanInput, BTreeMap<String, Value>),
        now: i64,
    ) -> Self {
        Self { person, docket, input, answers, now }
    }
}

/// Judges the answers of flags before anybody is asked: no question could mend them.
pub(in crate::cli) fn at_flags(
    docket: &Docket,
    (input, answers): (&PlanInput, &BTreeMap<String, Value>),
    flags: &[(String, String)],
    now: i64,
) -> Result<(), Failure> {
    if !flags.iter().any(|(name, _)| docket.judges_answer(name)) {
        return Ok(());
    }
    let verdict = judged(&docket.question(&seen(input, answers.clone()), now))?;
    let against = |(name, value): &(String, String)| {
        let mut finding = docket.against(name, &verdict)?.clone();
        finding.message = format!("{} (`--set {name}={value}` said so)", finding.message);
        finding.path = None;
        finding.pointer = None;
        Some(finding)
    };
    let findings: Vec<_> = flags.iter().filter_map(against).collect();
    if findings.is_empty() {
        return Ok(());
    }
    // What can't be judged yet is told when everything is answered.
    let verdict = Verdict { findings: Vec::new(), failures: Vec::new(), ..verdict };
    let service = input.service.name.clone();
    let verdict = verdict.with(findings);
    Err(Failure::Denied(Box::new(Judged { service, verdict, ..Judged::default() })))
}

/// What policies see with these answers.
fn seen(input: &PlanInput, answers: BTreeMap<String, Value>) -> PlanInput {
    let text = |name: &str| answers.get(name).and_then(Value::as_text).map(str::to_owned);
    let mut seen = input.clone();
    let service = &mut seen.service;
    service.name = text("name").unwrap_or_else(|| service.name.clone());
    service.owner = text("owner").or_else(|| service.owner.take());
    service.description = text("description").or_else(|| service.description.take());
    seen.parameters = Value::map(answers);
    seen
}

impl Ask for Guarded<'_> {
    fn ask(&mut self, question: &Question<'_>) -> Result<Reply, AskError> {
        let Self { person, docket, input, answers, now } = self;
        let name = &question.parameter.name;
        let reply = if docket.judges_answer(name) {
            // Prompts check what they show each time that they draw it.
            let said: RefCell<BTreeMap<String, Result<(), String>>> = RefCell::default();
            let judge = |value: &Value| {
                let known = said.borrow().get(&value.to_json()).cloned();
                known.unwrap_or_else(|| {
                    let mut answers = answers.clone();
                    answers.insert(name.clone(), value.clone());
                    let judged = at_answer(docket, (name, &seen(input, answers)), *now);
                    said.borrow_mut().insert(value.to_json(), judged.clone());
                    judged
                })
            };
            let check = |value: &Value| {
                (question.check)(value)?;
                judge(value)
            };
            person.ask(&Question { check: &check, ..*question })?
        } else {
            person.ask(question)?
        };
        match &reply {
            Reply::Answer(value) => answers.insert(name.clone(), value.clone()),
            Reply::Back => answers.remove(name),
        };
        Ok(reply)
    }
}
