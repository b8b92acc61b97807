//! One bundle over one subject.

use super::{AskedBundle, AskedSubject, unreadable};
use crate::{
    guard::{
        Failure, Finding,
        bundle::{Loaded, Stopped},
        entry::Entry,
        finding::findings,
        print::Printed,
    },
    policy::reference,
};

/// The code of what took too long, or found too much.
pub(super) const LIMIT: &str = "guard-limit";

/// A bundle that judges subjects.
#[derive(Clone)]
pub(super) struct Judge<'r> {
    pub(super) bundle: &'r AskedBundle,
    pub(super) index: usize,
    pub(super) loaded: Loaded,
}

/// The definitions of a package, which are asked at once.
pub(in crate::guard) struct Group {
    /// Which of the groups that the bundle expects.
    pub(in crate::guard) number: usize,
    pub(in crate::guard) entries: Vec<Entry>,
}

impl Group {
    /// Whose definitions they are.
    pub(super) fn package(&self) -> &[String] {
        self.entries.first().map_or(&[], |it| &it.package)
    }
}

/// A subject, and the definitions that judge it.
pub(super) struct Question<'q> {
    /// Which of the subjects it is.
    pub(super) at: usize,
    pub(super) subject: &'q AskedSubject<'q>,
    pub(super) groups: Vec<&'q Group>,
}

/// What came of a question, or of a part of it.
#[derive(Default)]
pub(super) struct Piece {
    pub(super) findings: Vec<Finding>,
    pub(super) failures: Vec<Failure>,
    pub(super) printed: Vec<Printed>,
}

impl Judge<'_> {
    /// Reads what is judged next.
    pub(super) fn look_at(&mut self, subject: &AskedSubject<'_>) -> Result<(), Failure> {
        let input = serde_json::from_slice(subject.input).map_err(|it| unreadable(&it))?;
        self.loaded.set_input(input);
        Ok(())
    }

    /// All definitions of a package at once; what they share is worked out once. Nothing if one of
    /// them errs.
    pub(super) fn quick(&mut self, question: &Question<'_>) -> Option<Piece> {
        let Question { subject, groups, .. } = question;
        self.look_at(subject).ok()?;
        let mut piece = Piece::default();
        for group in groups {
            let Ok(values) = self.loaded.all(group) else {
                // It is all printed another time.
                drop(self.loaded.take_printed());
                return None;
            };
            for (entry, value) in group.entries.iter().zip(values) {
                self.take(subject, entry, &value, &mut piece);
            }
        }
        piece.printed = self.printed();
        Some(piece)
    }

    /// One definition; the input is the subject's already.
    pub(super) fn slow(&mut self, subject: &AskedSubject<'_>, entry: &Entry) -> Piece {
        let mut piece = Piece::default();
        let value = self.loaded.one(entry);
        piece.printed = self.printed();
        match value {
            Ok(value) => self.take(subject, entry, &value, &mut piece),
            Err(stopped) => piece.failures.push(self.failure(subject, entry, stopped)),
        }
        piece
    }

    /// That so many things were found that nobody is told of this one.
    pub(super) fn too_many(&self, found: &Finding, most: usize) -> Failure {
        let source = self.bundle.sources.iter().position(|it| it.path == found.policy);
        Failure {
            source: source.map(|it| (self.index, it)),
            position: source.map(|_| (found.policy_line, 1)),
            path: found.path.clone(),
            ..Failure::new(LIMIT, format!("more than {most} things were found"))
        }
    }

    fn take(
        &mut self,
        subject: &AskedSubject<'_>,
        entry: &Entry,
        value: &regorus::Value,
        piece: &mut Piece,
    ) {
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
                piece.findings.append(&mut found);
            }
            Err(stopped) => piece.failures.push(self.failure(subject, entry, stopped)),
        }
    }

    fn failure(&self, subject: &AskedSubject<'_>, entry: &Entry, stopped: Stopped) -> Failure {
        let here = (entry.source, (entry.line, entry.column));
        let (source, position) = stopped.place.unwrap_or(here);
        Failure {
            code: if stopped.is_limit { LIMIT } else { "guard-failed" }.to_owned(),
            message: stopped.message,
            help: stopped.help,
            source: Some((self.index, source)),
            position: Some(position),
            path: subject.path.clone(),
        }
    }

    fn printed(&mut self) -> Vec<Printed> {
        let printed = self.loaded.take_printed().into_iter();
        printed.map(|(at, line, text)| Printed { policy: self.path(at), line, text }).collect()
    }

    fn path(&self, source: usize) -> String {
        self.bundle.sources.get(source).map(|it| it.path.clone()).unwrap_or_default()
    }
}
