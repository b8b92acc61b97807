//! A request, bundle by bundle and subject by subject.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{
    Care, Failure, Off, Packages, Source, Step, Verdict,
    bundle::{Loaded, Stopped},
    entry::Entry,
    finding::findings,
    print::{MOST, Printed},
};
use crate::policy::reference;

/// A request as it is evaluated: inputs and data are values of the evaluator.
#[derive(Deserialize)]
pub(super) struct Asked {
    pub(super) bundles: Vec<AskedBundle>,
    pub(super) subjects: Vec<AskedSubject>,
    pub(super) now: i64,
    #[serde(default)]
    pub(super) care: Care,
}

#[derive(Deserialize)]
pub(super) struct AskedBundle {
    pub(super) origin: String,
    pub(super) sources: Vec<Source>,
    pub(super) data: regorus::Value,
}

#[derive(Deserialize)]
pub(super) struct AskedSubject {
    pub(super) path: Option<String>,
    pub(super) packages: Packages,
    pub(super) input: regorus::Value,
}

/// More than this nobody reads; a run with more has failed.
const MAX_FINDINGS: usize = 10_000;

/// Evaluates a request.
pub(super) fn evaluate(asked: Asked, begun: &mut dyn FnMut(Step)) -> Verdict {
    let mut verdict = Verdict::default();
    for (index, bundle) in asked.bundles.iter().enumerate() {
        match Loaded::load(index, bundle, asked.now, begun) {
            Ok(loaded) => {
                let mut run =
                    Run { bundle, index, loaded, asked: &asked, begun, is_told: false, verdict };
                run.all();
                verdict = run.verdict;
            }
            Err(failures) => verdict.failures.extend(failures),
        }
    }
    verdict.decide()
}

/// One bundle over every subject.
struct Run<'r> {
    bundle: &'r AskedBundle,
    index: usize,
    loaded: Loaded,
    asked: &'r Asked,
    begun: &'r mut dyn FnMut(Step),
    /// Whether the last step that was told is that rules are evaluated, and not which.
    is_told: bool,
    verdict: Verdict,
}

impl Run<'_> {
    fn all(&mut self) {
        let entries: Vec<_> = self.loaded.entries().to_vec();
        let absent = |it: &Entry| absent(self.bundle, it);
        let (on, off): (Vec<_>, Vec<_>) = entries.into_iter().partition(|it| absent(it).is_empty());
        let ids: BTreeSet<_> = on.iter().map(Entry::id).collect();
        self.verdict.rules += ids.len();
        let off: Vec<_> = off.iter().flat_map(|it| self.off(it, &ids)).collect();
        self.verdict.off.extend(off);
        let mut groups: Vec<Vec<&Entry>> = Vec::new();
        let mut group_of = |subject: &AskedSubject| {
            let judging: Vec<_> =
                on.iter().filter(|it| subject.packages.contain(&it.package)).collect();
            let same = |it: &Vec<&Entry>| {
                it.len() == judging.len()
                    && it.iter().zip(&judging).all(|(a, b)| std::ptr::eq(*a, *b))
            };
            groups.iter().position(same).unwrap_or_else(|| {
                groups.push(judging);
                groups.len() - 1
            })
        };
        let of_subjects: Vec<_> = self.asked.subjects.iter().map(&mut group_of).collect();
        if let Err(stopped) = self.loaded.expect(&groups) {
            self.verdict.failures.push(Failure::new("guard-failed", stopped.message));
            return;
        }
        for (at, (subject, group)) in self.asked.subjects.iter().zip(of_subjects).enumerate() {
            let Some(entries) = groups.get(group).filter(|it| !it.is_empty()) else { continue };
            if self.judge((at, subject), (group, entries)) == Next::Stop {
                break;
            }
        }
    }

    fn judge(
        &mut self,
        (at, subject): (usize, &AskedSubject),
        (group, entries): (usize, &[&Entry]),
    ) -> Next {
        self.loaded.set_input(subject.input.clone());
        if self.asked.care == Care::Quick {
            // Whoever hears nothing after it asks again, with care: once is enough.
            if !self.is_told {
                (self.begun)(Step { bundle: self.index, subject: Some(at), ..Step::default() });
                self.is_told = true;
            }
            if let Ok(values) = self.loaded.all(group, entries) {
                for (entry, value) in entries.iter().zip(values) {
                    self.take(subject, entry, &value);
                }
                self.print();
                return Next::GoOn;
            }
            // It is all printed another time.
            drop(self.loaded.take_printed());
        }
        // Something erred: rule by rule, so that it is named and the others are heard.
        self.is_told = false;
        for entry in entries {
            (self.begun)(Step {
                bundle: self.index,
                source: Some(entry.source),
                line: Some(entry.line),
                subject: Some(at),
            });
            let value = self.loaded.one(entry);
            self.print();
            match value {
                Ok(value) => self.take(subject, entry, &value),
                Err(stopped) => {
                    let is_limit = stopped.is_limit;
                    self.fail(subject, entry, stopped);
                    // Every other rule and subject may take as long.
                    if is_limit {
                        return Next::Stop;
                    }
                }
            }
        }
        Next::GoOn
    }

    fn take(&mut self, subject: &AskedSubject, entry: &Entry, value: &regorus::Value) {
        let found = findings(entry, value).map_err(|message| {
            let help = "a finding is a text, or an object with a text `msg`".to_owned();
            Stopped { message, help: Some(help), ..Stopped::default() }
        });
        let excepted = match &found {
            Ok(found) if !found.is_empty() => self.loaded.is_excepted(entry),
            Ok(_) | Err(_) => Ok(false),
        };
        match found.and_then(|found| Ok((found, excepted?))) {
            Ok((mut found, is_excepted)) => {
                for it in &mut found {
                    it.path = it.path.take().or_else(|| subject.path.clone());
                    it.origin.clone_from(&self.bundle.origin);
                    it.policy = self.path(entry.source);
                    it.excepted = is_excepted.then(|| reference(&entry.package));
                    it.seal();
                }
                self.verdict.findings.append(&mut found);
                if self.verdict.findings.len() > MAX_FINDINGS {
                    self.verdict.findings.truncate(MAX_FINDINGS);
                    let message = format!("more than {MAX_FINDINGS} things were found");
                    let stopped = Stopped { message, is_limit: true, ..Stopped::default() };
                    self.fail(subject, entry, stopped);
                }
            }
            Err(stopped) => self.fail(subject, entry, stopped),
        }
    }

    fn fail(&mut self, subject: &AskedSubject, entry: &Entry, stopped: Stopped) {
        let here = (entry.source, (entry.line, entry.column));
        let (source, position) = stopped.place.unwrap_or(here);
        self.verdict.failures.push(Failure {
            code: if stopped.is_limit { "guard-limit" } else { "guard-failed" }.to_owned(),
            message: stopped.message,
            help: stopped.help,
            source: Some((self.index, source)),
            position: Some(position),
            path: subject.path.clone(),
        });
    }

    /// Keeps what was printed.
    fn print(&mut self) {
        let room = MOST.saturating_sub(self.verdict.printed.len());
        let printed = self.loaded.take_printed().into_iter().take(room);
        let told =
            printed.map(|(source, line, text)| Printed { policy: self.path(source), line, text });
        let told: Vec<_> = told.collect();
        self.verdict.printed.extend(told);
    }

    fn path(&self, source: usize) -> String {
        self.bundle.sources.get(source).map(|it| it.path.clone()).unwrap_or_default()
    }

    fn off(&self, entry: &Entry, on: &BTreeSet<String>) -> Vec<Off> {
        let rule = entry.id();
        let is_whole = !on.contains(&rule);
        let absent = absent(self.bundle, entry).into_iter();
        absent.map(|needs| Off { rule: rule.clone(), needs, is_whole }).collect()
    }
}

/// The data that a rule needs and that is not there.
pub(super) fn absent(bundle: &AskedBundle, entry: &Entry) -> Vec<String> {
    let is_there = |way: &Vec<String>| {
        let step = |value: &regorus::Value, step: &String| match value {
            regorus::Value::Object(map) => map.get(&regorus::Value::from(step.as_str())).cloned(),
            _ => None,
        };
        way.iter().try_fold(bundle.data.clone(), |value, it| step(&value, it)).is_some()
    };
    entry.said.needs.iter().filter(|it| !is_there(it)).map(|it| reference(it)).collect()
}

/// Whether the next subject is judged.
#[derive(PartialEq, Eq)]
enum Next {
    GoOn,
    Stop,
}
