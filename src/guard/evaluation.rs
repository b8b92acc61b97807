//! A request, bundle by bundle and subject by subject.

mod crew;
mod judge;

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{
    Care, Failure, Off, Packages, Source, Step, Verdict, bundle::Loaded, entry::Entry, print::MOST,
};
use crate::policy::reference;
use judge::{Judge, LIMIT, Piece, Question};

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

/// For fewer subjects another thread is not worth its while.
const FEW: usize = 4;

/// Evaluates a request, with at most `threads` at once.
pub(super) fn evaluate(asked: Asked, threads: usize, begun: &mut dyn FnMut(Step)) -> Verdict {
    let mut verdict = Verdict::default();
    for (index, bundle) in asked.bundles.iter().enumerate() {
        match Loaded::load(index, bundle, asked.now, begun) {
            Ok(loaded) => {
                let judge = Judge { bundle, index, loaded };
                let mut run = Run { judge, asked: &asked, threads, begun, is_told: false, verdict };
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
    judge: Judge<'r>,
    asked: &'r Asked,
    threads: usize,
    begun: &'r mut dyn FnMut(Step),
    /// Whether the last step that was told is that rules are evaluated, and not which.
    is_told: bool,
    verdict: Verdict,
}

impl Run<'_> {
    fn all(&mut self) {
        let entries: Vec<_> = self.judge.loaded.entries().to_vec();
        let absent = |it: &Entry| absent(self.judge.bundle, it);
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
        if let Err(stopped) = self.judge.loaded.expect(&groups) {
            self.verdict.failures.push(Failure::new("guard-failed", stopped.message));
            return;
        }
        let subjects = self.asked.subjects.iter().zip(of_subjects).enumerate();
        let questions = subjects.filter_map(|(at, (subject, group))| {
            let entries = groups.get(group)?.as_slice();
            (!entries.is_empty()).then_some(Question { at, subject, group, entries })
        });
        let questions: Vec<_> = questions.collect();
        let pieces = self.side_by_side(&questions);
        for (question, piece) in questions.iter().zip(pieces) {
            let next = match piece {
                Some(piece) => self.keep(piece),
                None => self.one(question),
            };
            if next == Next::Stop {
                break;
            }
        }
    }

    /// What is found where nothing errs, by several threads; nothing where something does, or where
    /// one after another shall be asked.
    fn side_by_side(&mut self, questions: &[Question<'_>]) -> Vec<Option<Piece>> {
        let threads = self.threads.min(questions.len() / FEW);
        let Some(first) = questions.first() else { return Vec::new() };
        if threads < 2 || self.asked.care != Care::Quick {
            return questions.iter().map(|_| None).collect();
        }
        self.tell(first.at);
        crew::side_by_side(&mut self.judge, questions, threads)
    }

    /// Whoever hears nothing after it asks again, with care: once is enough.
    fn tell(&mut self, at: usize) {
        if !self.is_told {
            let bundle = self.judge.index;
            (self.begun)(Step { bundle, subject: Some(at), ..Step::default() });
            self.is_told = true;
        }
    }

    /// Judges one subject: by all rules at once, or, if something errs, rule by rule, so that it is
    /// named and the others are heard.
    fn one(&mut self, question: &Question<'_>) -> Next {
        if self.asked.care == Care::Quick {
            self.tell(question.at);
            if let Some(piece) = self.judge.quick(question) {
                return self.keep(piece);
            }
        }
        self.is_told = false;
        self.judge.loaded.set_input(question.subject.input.clone());
        for entry in question.entries {
            (self.begun)(Step {
                bundle: self.judge.index,
                source: Some(entry.source),
                line: Some(entry.line),
                subject: Some(question.at),
            });
            let piece = self.judge.slow(question.subject, entry);
            if self.keep(piece) == Next::Stop {
                return Next::Stop;
            }
        }
        Next::GoOn
    }

    /// Adds a piece to the verdict. After what took too long every other rule and subject may take as
    /// long.
    fn keep(&mut self, piece: Piece) -> Next {
        let Piece { findings, mut failures, printed } = piece;
        let room = MOST.saturating_sub(self.verdict.printed.len());
        self.verdict.printed.extend(printed.into_iter().take(room));
        self.verdict.findings.extend(findings);
        if let Some(last) = self.verdict.findings.get(MAX_FINDINGS) {
            failures.push(self.judge.too_many(last, MAX_FINDINGS));
            self.verdict.findings.truncate(MAX_FINDINGS);
        }
        let is_limit = failures.iter().any(|it| it.code == LIMIT);
        self.verdict.failures.append(&mut failures);
        if is_limit { Next::Stop } else { Next::GoOn }
    }

    fn off(&self, entry: &Entry, on: &BTreeSet<String>) -> Vec<Off> {
        let rule = entry.id();
        let is_whole = !on.contains(&rule);
        let absent = absent(self.judge.bundle, entry).into_iter();
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
