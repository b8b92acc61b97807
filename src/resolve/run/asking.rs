//! One question, asked at once or part by part.

use super::{Answered, Run, Step, answered, mistake::unfit, wrong};
use crate::{
    answer::Origin,
    data::Value,
    manifest::Parameter,
    resolve::{
        Ask, Asking, Question, Reply, ResolveError,
        complaint::Closed,
        nested::{self, Ended, Subject, is_open},
    },
};

impl Run<'_> {
    /// Asks for an answer, takes the default, or notes that there is none. `None`: went back.
    pub(super) fn ask(
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
            questionnaire
                .complaint(parameter, value)
                .and_then(|()| is_open(&closed, value))
                .and_then(|()| questionnaire.repeats(&parameter.name, value))
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
}
