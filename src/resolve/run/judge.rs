//! The rules of a golden path, judged as soon as all that they speak of is settled.

use std::collections::BTreeSet;

use super::{Broken, Run, Step};
use crate::{
    diag::Diagnostic,
    resolve::{complaint::holds_secret, given::whence, rule::PreparedRule},
};

impl Run<'_> {
    /// Judges the rules that speak of the last parameter and of none to come. Where a person has
    /// answered what can mend one, that is asked again.
    pub(super) fn judge(&mut self) {
        let questionnaire = self.questionnaire;
        let last = self.steps.len().saturating_sub(1);
        for prepared in questionnaire.rules_at(last) {
            if prepared.spoken.iter().any(|name| self.is_wrong(name)) {
                continue;
            }
            let names = prepared.spoken.clone();
            let broken = match questionnaire.holds(prepared, &self.variables()) {
                Ok(true) => continue,
                Ok(false) => {
                    if let Some(name) = self.to_ask_again(prepared) {
                        let message = self.told(prepared);
                        return self.ask_again(&name, &message);
                    }
                    let (told_at, mistake) = (self.mended_by(prepared), self.breach(prepared));
                    Broken { seen: last, names, told_at, mistake }
                }
                Err(mistake) => Broken { seen: last, names, told_at: None, mistake },
            };
            self.broken.push(broken);
        }
    }

    /// The question that can make a rule hold, of those that a person answered: the one that it is
    /// told at, or else the last that it speaks of, or that what it speaks of depends on.
    fn to_ask_again(&self, prepared: &PreparedRule<'_>) -> Option<String> {
        let was_asked = |name: &&str| {
            let step = self.questionnaire.position(name).and_then(|at| self.steps.get(at));
            step.is_some_and(Step::was_asked)
        };
        let spoken = || prepared.spoken.iter().map(String::as_str);
        let at = spoken().find(|it| *it == prepared.rule.at).filter(was_asked);
        let last = |names: BTreeSet<&str>| {
            let asked = names.iter().copied().filter(was_asked);
            asked.max_by_key(|it| self.questionnaire.position(it)).map(str::to_owned)
        };
        let roots = |name| self.questionnaire.roots(name, self.given);
        at.map(str::to_owned)
            .or_else(|| last(spoken().collect()))
            .or_else(|| last(spoken().flat_map(roots).collect()))
    }

    /// What a person is told of a broken rule at a question: also what no question can change.
    fn told(&self, prepared: &PreparedRule<'_>) -> String {
        let given = prepared.spoken.iter().filter_map(|name| whence(name, self.given.get(name)?));
        let given: Vec<_> = given.collect();
        match given.as_slice() {
            [] => prepared.rule.message.clone(),
            given => format!("{} ({})", prepared.rule.message, given.join("; ")),
        }
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
        let mistake =
            Diagnostic::error("rule", format!("parameter `{}`: {}", rule.at, rule.message))
                .note(format!("a rule of the golden path over {}", of.join(", ")));
        // The picture shows that one.
        let others = prepared.spoken.iter().filter(|it| place.is_none() || *it != name);
        let given = others.filter_map(|name| whence(name, self.given.get(name)?));
        given.fold(mistake, Diagnostic::note).at(place)
    }
}
