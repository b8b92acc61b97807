//! The rules of a golden path, judged as soon as all that they speak of is settled.

use super::{Broken, Run, Step};
use crate::{
    diag::Diagnostic,
    resolve::{complaint::holds_secret, rule::PreparedRule},
};

impl Run<'_> {
    /// Judges the rules that speak of the last parameter and of none to come. Where a person has
    /// answered what one is told at, that is asked again.
    pub(super) fn judge(&mut self) {
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
                    let (told_at, mistake) = (self.mended_by(prepared), self.breach(prepared));
                    self.broken.push(Broken { seen: last, told_at, mistake });
                }
                Err(mistake) => self.broken.push(Broken { seen: last, told_at: None, mistake }),
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

    /// The question whose answer could make a rule hold: the one that it is told at, or else the last
    /// that it speaks of and that applies.
    fn mended_by(&self, prepared: &PreparedRule<'_>) -> Option<String> {
        let is_answered = |name: &&String| {
            let at = self.questionnaire.position(name);
            let parameter = at.and_then(|at| self.questionnaire.at(at));
            parameter.is_some_and(|it| it.computed.is_none())
                && matches!(at.and_then(|at| self.steps.get(at)), Some(Step::Answered(_)))
        };
        let at = Some(&prepared.rule.at).filter(is_answered);
        let position = |name: &&String| self.questionnaire.position(name);
        at.or_else(|| prepared.names.iter().filter(is_answered).max_by_key(position)).cloned()
    }

    /// The rules that do not hold, each with the question whose answer could mend it.
    pub(in crate::resolve) fn told_at(&self) -> Vec<(Option<String>, Diagnostic)> {
        self.broken.iter().map(|it| (it.told_at.clone(), it.mistake.clone())).collect()
    }

    /// A rule that given answers break; it stands where one of them does.
    fn breach(&self, prepared: &PreparedRule<'_>) -> Diagnostic {
        let rule = prepared.rule;
        let stands = |name: &&String| self.given.get(*name).is_some_and(|it| it.place.is_some());
        let name = Some(&rule.at).filter(stands);
        let name = name.or_else(|| prepared.names.iter().find(stands)).unwrap_or(&rule.at);
        let given = self.given.get(name);
        let place = given.and_then(|it| it.place.clone());
        // What is a secret by mistake is told as such; this excerpt must not print it.
        let place = place.filter(|_| given.is_none_or(|it| !holds_secret(&it.value)));
        let of: Vec<_> = prepared.names.iter().map(|name| format!("`{name}`")).collect();
        Diagnostic::error("rule", format!("parameter `{}`: {}", rule.at, rule.message))
            .at(place)
            .note(format!("a rule of the golden path over {}", of.join(", ")))
    }
}
