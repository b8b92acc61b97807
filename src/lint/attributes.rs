//! What is rendered must be what git keeps: a fixed point of its own `.gitattributes`.

use super::{render::Rendered, subject::Subject};
use crate::{
    diag::{Diagnostic, FixEdit},
    glob::Glob,
    plan::{Plan, PlannedFile},
    text::{Document, Span},
    tree::{Mode, RepoPath},
};

const FILE: &str = ".gitattributes";

/// One line of a `.gitattributes`.
struct Line<'a> {
    glob: Glob,
    words: Vec<&'a str>,
    text: &'a str,
}

/// Whether a template of this path may render to attributes.
pub(super) fn are_in(path: &RepoPath) -> bool {
    path.as_str().contains(FILE)
}

pub(super) fn check(subject: &Subject<'_>, rendered: &Rendered<'_>) -> Vec<Diagnostic> {
    let of_name = |plan: &'_ Plan| {
        let mut files = plan.files.iter();
        files.find(|(path, _)| path.as_str() == FILE).map(|(_, file)| file.clone())
    };
    let check = |plan| of_name(plan).map(|file| check_plan(subject, plan, &file));
    rendered.all().filter_map(check).flatten().collect()
}

fn check_plan(subject: &Subject<'_>, plan: &Plan, file: &PlannedFile) -> Vec<Diagnostic> {
    let Some(text) = file.entry.text() else { return Vec::new() };
    let lines: Vec<_> = text.lines().filter_map(line).collect();
    let mut found = Vec::new();
    for (path, planned) in &plan.files {
        if planned.entry.mode == Mode::Link || path.as_str() == FILE {
            continue;
        }
        let attributes = Attributes { lines: &lines, path };
        let Some((word, what)) = attributes.changed(&planned.entry.bytes) else { continue };
        let own = planned.source.layer == subject.manifest.metadata.name;
        let at = attributes.set(word.split('=').next().unwrap_or(word));
        let place = at.and_then(|(line, _)| place(subject, file, line.text));
        let message = format!("git would change `{path}`, which {what}");
        let mistake = Diagnostic::error("not-as-git-keeps-it", message).at(place.clone());
        let source = own.then(|| subject.request.document(&planned.source.path)).flatten();
        let (help, fix) = match source.filter(|it| word == "text" && it.text().contains('\r')) {
            Some(source) => ("write the file with line feeds alone", line_feeds(&source)),
            None => ("remove the attribute", place.and_then(|place| without(&place, word))),
        };
        found.push(mistake.help(help).fix(fix));
    }
    found
}

fn line(text: &str) -> Option<Line<'_>> {
    let mut words = text.split_whitespace();
    let pattern = words.next().filter(|it| !it.starts_with(['#', '"', '!']))?;
    Some(Line { glob: Glob::parse(pattern).ok()?, words: words.collect(), text })
}

struct Attributes<'l, 'a> {
    lines: &'l [Line<'a>],
    path: &'l RepoPath,
}

impl<'l, 'a> Attributes<'l, 'a> {
    /// The last line that says something of an attribute, and what.
    fn set(&self, name: &str) -> Option<(&'l Line<'a>, &'a str)> {
        let matching = self.lines.iter().rev().filter(|line| line.glob.matches(self.path));
        let says = |word: &&str| {
            let bare = word.trim_start_matches(['-', '!']);
            bare.split('=').next() == Some(name) || (*word == "binary" && name == "text")
        };
        let word = |line: &'l Line<'a>| Some((line, *line.words.iter().rev().find(|it| says(it))?));
        matching.into_iter().find_map(word)
    }

    fn value(&self, name: &str) -> Option<&'a str> {
        let word = self.set(name)?.1;
        (!word.starts_with(['-', '!']) && word != "binary").then_some(word)
    }

    /// The attribute by which git would change these bytes, and what is in their way.
    fn changed(&self, bytes: &[u8]) -> Option<(&'a str, String)> {
        if let Some(word) = self.value("filter").filter(|it| it.contains('=')) {
            let name = word.trim_start_matches("filter=");
            return Some((word, format!("goes through the filter `{name}`")));
        }
        if let Some(word) = self.value("working-tree-encoding").filter(|it| !is_utf8(it)) {
            return Some((word, "would be written in another encoding".to_owned()));
        }
        let text = std::str::from_utf8(bytes).ok().filter(|it| !it.contains('\0'));
        let holds_id = |text: &&str| text.contains("$Id$") || text.contains("$Id:");
        if let Some(word) = self.value("ident")
            && text.as_ref().is_some_and(holds_id)
        {
            return Some((word, "holds `$Id$`".to_owned()));
        }
        let is_text = match self.set("text") {
            Some((_, word)) if word.starts_with(['-', '!']) || word == "binary" => return None,
            Some((_, "text=auto")) => text.is_some(),
            Some(_) => true,
            None => self.value("eol").is_some(),
        };
        let has = |what: &str| text.is_some_and(|text| text.contains(what));
        if is_text && self.value("eol") == Some("eol=crlf") && has("\n") {
            return Some(("eol=crlf", "is written with line feeds".to_owned()));
        }
        (is_text && has("\r\n")).then(|| ("text", "has carriage returns".to_owned()))
    }
}

fn is_utf8(word: &str) -> bool {
    word.rsplit('=').next().is_some_and(|it| it.eq_ignore_ascii_case("utf-8"))
}

/// Where a line of the rendered file stands in the template that it came from.
fn place(subject: &Subject<'_>, file: &PlannedFile, line: &str) -> Option<crate::text::Place> {
    let document = (file.source.layer == subject.manifest.metadata.name)
        .then(|| subject.request.document(&file.source.path))
        .flatten()?;
    let start = document.text().find(line).unwrap_or_default();
    let end = start + if document.text().contains(line) { line.len() } else { 0 };
    Some(document.place(Span { start, end }))
}

/// The line without an attribute; without the line, if nothing else is in it.
fn without(place: &crate::text::Place, word: &str) -> Option<FixEdit> {
    let line = place.document.slice(place.span);
    let words: Vec<_> = line.split_whitespace().filter(|it| *it != word).collect();
    let is_gone = words.len() == line.split_whitespace().count();
    (!is_gone).then(|| FixEdit::Replace { place: place.clone(), text: words.join(" ") })
}

fn line_feeds(source: &Document) -> Option<FixEdit> {
    let text = source.text().replace("\r\n", "\n");
    let place = source.place(Span { start: 0, end: source.text().len() });
    Some(FixEdit::Replace { place, text })
}
