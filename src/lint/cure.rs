//! Edits that make a printed value safe where it stands, each tried before it is offered.
//!
//! **Invariant:** an edit is offered only where it makes its finding go, makes no new one with any
//! answers that it was tried with, and lets data say what it said before.

use std::collections::BTreeSet;

use super::{
    advice::{in_workflow, of_list},
    printed::{Candidate, candidates},
    render::plan_changed,
    sample::Sample,
    subject::Subject,
};
use crate::{
    data::{Value, parse_json, parse_toml, parse_yaml_values},
    diag::{Diagnostic, FixEdit, Wanted},
    text::{Document, Place},
    tree::{Entry, RepoPath, Tree},
};

/// How many findings get an edit in one look; the others wait for the next one.
const MOST: usize = 40;

/// How many services an edit is tried with.
const TRIES: usize = 12;

/// What is found, and the service that it was found with.
pub(super) type Found<'s> = (Diagnostic, &'s Sample);

/// The findings, each once, with the edits that mend them where there is one.
pub(super) fn cured<'s>(
    subject: &Subject<'_>,
    samples: &[&'s Sample],
    found: Vec<Found<'s>>,
) -> Vec<Diagnostic> {
    let mut seen = BTreeSet::new();
    let mut left = MOST;
    let mut all = Vec::new();
    for (mistake, sample) in found {
        let place = mistake.place.as_ref().map(|it| (it.document.name().to_owned(), it.span));
        if !seen.insert((mistake.code, place, mistake.message.clone())) {
            continue;
        }
        if let Some(help) = of_list(subject, &mistake) {
            all.push(mistake.help(help));
            continue;
        }
        let is_printed = matches!(mistake.code, "unsafe-text" | "no-text");
        let ward = match is_printed && left > 0 {
            true => Ward::new(subject, samples, &mistake, sample),
            false => None,
        };
        left -= usize::from(ward.is_some());
        let cured = match ward.and_then(|it| it.cure()) {
            Some((text, edit)) if !text.contains('\n') => {
                mistake.help(format!("write `{}`", text.trim())).fix(edit)
            }
            Some((_, edit)) => mistake
                .help("write the script as a block (`|-`), and print the text in it by `sh_quote`")
                .fix(edit),
            None => {
                let help = in_workflow(subject, &mistake);
                mistake.maybe_help(help)
            }
        };
        all.push(cured);
    }
    all
}

/// One finding, and what its edits are tried on.
struct Ward<'s, 'a> {
    subject: &'s Subject<'a>,
    place: Place,
    code: &'static str,
    wanted: Option<Wanted>,
    path: &'a RepoPath,
    entry: &'a Entry,
    files: Tree,
    samples: Vec<&'s Sample>,
}

/// Where mistakes stand: file, code, line and column.
type Marks = BTreeSet<(String, &'static str, usize, usize)>;

impl<'s, 'a> Ward<'s, 'a> {
    fn new(
        subject: &'s Subject<'a>,
        samples: &[&'s Sample],
        mistake: &Diagnostic,
        own: &'s Sample,
    ) -> Option<Self> {
        let place = mistake.place.clone()?;
        let path = place.document.name().strip_prefix(&subject.request.label(""))?;
        let (path, entry) = subject.request.files.iter().find(|(it, _)| it.as_str() == path)?;
        // A partial may be printed by any template.
        let is_needed =
            |it: &RepoPath| it == path || !it.is_below("template") || path.is_below("partials");
        let files = subject.request.files.iter().filter(|(it, _)| is_needed(it));
        let files = files.map(|(path, entry)| (path.clone(), entry.clone())).collect();
        let samples = [own].into_iter().chain(samples.iter().copied()).take(TRIES).collect();
        let wanted = mistake.wanted.clone();
        Some(Self { subject, place, code: mistake.code, wanted, path, entry, files, samples })
    }

    /// The first edit that mends it: what the expression becomes, and the edit.
    fn cure(&self) -> Option<(String, FixEdit)> {
        let text = self.entry.text()?;
        let syntax = match self.path.is_below("template") {
            true => self.subject.syntax(self.path),
            false => crate::manifest::Syntax::Curly,
        };
        let before = self.marks(&self.files);
        let said = self.said(&self.files);
        let is_cure = |it: &Candidate| self.is_cure(it, text, (&before, &said));
        let candidates = candidates(text, self.place.span, syntax, self.wanted.as_ref());
        let candidate = candidates.into_iter().find(is_cure)?;
        let place = self.place.document.place(candidate.span);
        Some((candidate.text.clone(), FixEdit::Replace { place, text: candidate.text }))
    }

    fn is_cure(
        &self,
        candidate: &Candidate,
        text: &str,
        (before, said): (&Marks, &[Option<Vec<Value>>]),
    ) -> bool {
        let mut new = text.to_owned();
        new.replace_range(candidate.span.start..candidate.span.end, &candidate.text);
        let grown = new.lines().count() - text.lines().count();
        let mut files = self.files.clone();
        let entry = Entry { mode: self.entry.mode, bytes: new.into_bytes().into() };
        if files.insert(self.path.clone(), entry).is_none() {
            return false;
        }
        let line = self.place.document.position(candidate.span.start).line;
        let name = self.place.document.name();
        let is_here = |(file, _, at, _): &(String, &str, usize, usize)| {
            file == name && (line..=line + grown).contains(at)
        };
        let count = |marks: &Marks| marks.iter().filter(|it| is_here(it)).count();
        let own = self.place.document.position(self.place.span.start);
        // What is no text ends a file's rendering: nothing behind it was seen before.
        let was_hidden = |(file, code, at, column): &(String, &'static str, usize, usize)| {
            [self.code, *code] == ["no-text"; 2]
                && file == name
                && (*at, *column) > (own.line, own.column)
        };
        let mut after = self.marks(&files);
        after.retain(|it| !was_hidden(it));
        let was_there = |(file, code, at, column): &(String, &'static str, usize, usize)| {
            let old = if file == name && *at > line { at - grown } else { *at };
            before.contains(&(file.clone(), code, old, *column))
        };
        count(&after) < count(before)
            && after.iter().all(|it| is_here(it) || was_there(it))
            && (!candidate.keeps_data || self.says_the_same(said, &files))
    }

    fn marks(&self, files: &Tree) -> Marks {
        let of =
            |sample: &&Sample| plan_changed(self.subject, sample, files).err().unwrap_or_default();
        let mark = |it: Diagnostic| {
            let Some(place) = it.place else { return (String::new(), it.code, 0, 0) };
            let at = place.document.position(place.span.start);
            (place.document.name().to_owned(), it.code, at.line, at.column)
        };
        self.samples.iter().flat_map(of).map(mark).collect()
    }

    /// What the file says as data with each sample that it is rendered with.
    fn said(&self, files: &Tree) -> Vec<Option<Vec<Value>>> {
        let of = |sample: &&Sample| {
            let plan = plan_changed(self.subject, sample, files).ok()?;
            let mut all = plan.files.iter();
            let (path, file) = all.find(|(_, it)| it.source.path == self.path.as_str())?;
            let document = Document::new(path.as_str(), file.entry.text()?);
            match path.extension()? {
                "json" => Some(vec![parse_json(&document).ok()?.value]),
                "toml" => Some(vec![parse_toml(&document).ok()?.value]),
                _ => parse_yaml_values(&document).ok(),
            }
        };
        self.samples.iter().map(of).collect()
    }

    fn says_the_same(&self, before: &[Option<Vec<Value>>], files: &Tree) -> bool {
        let after = self.said(files);
        before.iter().zip(&after).all(|(one, two)| one.is_none() || one == two)
    }
}
