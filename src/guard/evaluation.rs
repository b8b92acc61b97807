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

pub(super) use judge::Group;

/// Policies as they are evaluated: data is a value of the evaluator.
#[derive(Deserialize)]
struct Asked {
    bundles: Vec<AskedBundle>,
    now: i64,
    care: Care,
}

#[derive(Deserialize)]
pub(super) struct AskedBundle {
    pub(super) origin: String,
    pub(super) sources: Vec<Source>,
    pub(super) data: regorus::Value,
}

/// A subject before its input is read: whoever judges it does that.
struct AskedSubject<'s> {
    path: Option<String>,
    packages: Packages,
    input: &'s [u8],
}

/// What stands on the first of a subject's two lines.
#[derive(Deserialize)]
struct Head {
    path: Option<String>,
    packages: Packages,
}

/// More than this nobody reads; a run with more has failed.
const MAX_FINDINGS: usize = 10_000;

/// For fewer subjects another thread is not worth its while.
const FEW: usize = 4;

/// Policies that were read and wait for subjects.
pub struct Opened {
    care: Care,
    bundles: Vec<Result<Ready, Vec<Failure>>>,
    unread: Option<Failure>,
}

/// A bundle that can be asked.
struct Ready {
    bundle: AskedBundle,
    loaded: Loaded,
    groups: Vec<Group>,
    rules: BTreeSet<String>,
    off: Vec<Off>,
}

impl Opened {
    /// Reads policies as [`Request::policies_json`](super::Request::policies_json) wrote them; `begun` is
    /// told of every step.
    pub fn read(policies: &[u8], begun: &mut dyn FnMut(Step)) -> Self {
        let Asked { bundles, now, care } = match serde_json::from_slice(policies) {
            Ok(asked) => asked,
            Err(error) => {
                let unread = Some(unreadable(&error));
                return Self { care: Care::Quick, bundles: Vec::new(), unread };
            }
        };
        let bundles = bundles.into_iter().enumerate();
        let ready = bundles.map(|(index, bundle)| Ready::read(index, bundle, now, begun));
        Self { care, bundles: ready.collect(), unread: None }
    }

    /// Judges subjects as [`Request::subjects_json`](super::Request::subjects_json) wrote them, with at
    /// most `threads` at once.
    pub fn judge(&self, subjects: &[u8], threads: usize, begun: &mut dyn FnMut(Step)) -> Verdict {
        let subjects = match (&self.unread, asked_subjects(subjects)) {
            (None, Ok(subjects)) => subjects,
            (Some(failure), _) => return Verdict::failed(failure.clone()),
            (None, Err(failure)) => return Verdict::failed(failure),
        };
        let mut verdict = Verdict::default();
        for (index, ready) in self.bundles.iter().enumerate() {
            match ready {
                Ok(ready) => {
                    verdict.rules += ready.rules.len();
                    verdict.off.extend(ready.off.iter().cloned());
                    let judge =
                        Judge { bundle: &ready.bundle, index, loaded: ready.loaded.clone() };
                    let care = self.care;
                    let mut run = Run { judge, care, threads, begun, is_told: false, verdict };
                    run.all(&ready.groups, &subjects);
                    verdict = run.verdict;
                }
                Err(failures) => verdict.failures.extend(failures.iter().cloned()),
            }
        }
        verdict.decide()
    }
}

impl Ready {
    fn read(
        index: usize,
        bundle: AskedBundle,
        now: i64,
        begun: &mut dyn FnMut(Step),
    ) -> Result<Self, Vec<Failure>> {
        let mut loaded = Loaded::load(index, &bundle, now, begun)?;
        let entries = loaded.entries().to_vec();
        let (on, off): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|it| absent(&bundle, it).is_empty());
        let rules: BTreeSet<_> = on.iter().map(Entry::id).collect();
        let off = off.iter().flat_map(|entry| {
            let rule = entry.id();
            let is_whole = !rules.contains(&rule);
            let absent = absent(&bundle, entry).into_iter();
            absent.map(move |needs| Off { rule: rule.clone(), needs, is_whole })
        });
        let off = off.collect();
        let groups: Vec<_> = on
            .chunk_by(|one, other| one.package == other.package)
            .enumerate()
            .map(|(number, entries)| Group { number, entries: entries.to_vec() })
            .collect();
        let expected = loaded.expect(&groups);
        expected.map_err(|it| vec![Failure::new("guard-failed", it.message)])?;
        Ok(Self { bundle, loaded, groups, rules, off })
    }
}

/// Reads all of the subjects but their inputs.
fn asked_subjects(text: &[u8]) -> Result<Vec<AskedSubject<'_>>, Failure> {
    let mut lines = text.split(|it| *it == b'\n').filter(|it| !it.is_empty());
    let mut subjects = Vec::new();
    while let Some(head) = lines.next() {
        let Head { path, packages } =
            serde_json::from_slice(head).map_err(|error| unreadable(&error))?;
        let input = lines.next().ok_or_else(|| {
            Failure::new("guard-request", "the request ends before its last input")
        })?;
        subjects.push(AskedSubject { path, packages, input });
    }
    Ok(subjects)
}

fn unreadable(error: &serde_json::Error) -> Failure {
    Failure::new("guard-request", format!("the request can't be read: {error}"))
}

/// One bundle over every subject.
struct Run<'r> {
    judge: Judge<'r>,
    care: Care,
    threads: usize,
    begun: &'r mut dyn FnMut(Step),
    /// Whether the last step that was told is that rules are evaluated, and not which.
    is_told: bool,
    verdict: Verdict,
}

impl Run<'_> {
    fn all(&mut self, groups: &[Group], subjects: &[AskedSubject<'_>]) {
        let questions = subjects.iter().enumerate().filter_map(|(at, subject)| {
            let is_asked = |it: &&Group| subject.packages.contain(it.package());
            let groups: Vec<_> = groups.iter().filter(is_asked).collect();
            (!groups.is_empty()).then_some(Question { at, subject, groups })
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
        if threads < 2 || self.care != Care::Quick {
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
        if self.care == Care::Quick {
            self.tell(question.at);
            if let Some(piece) = self.judge.quick(question) {
                return self.keep(piece);
            }
        }
        self.is_told = false;
        if let Err(failure) = self.judge.look_at(question.subject) {
            let failures = vec![failure];
            return self.keep(Piece { failures, ..Piece::default() });
        }
        for entry in question.groups.iter().flat_map(|it| &it.entries) {
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
