//! Variables for a process, as `gotenv` reads them for conftest, in an environment that is empty:
//! what a file refers to and does not say is an empty text, on every machine.
//!
//! **Invariant:** references that make a text of more than [`MAX_GROWN`] bytes are a mistake.

use std::collections::BTreeMap;

use super::mistake;
use crate::{
    data::{Content, Part},
    diag::Diagnostic,
    text::{Document, Span},
};

/// What all values together may be, in bytes.
const MAX_GROWN: usize = 16 << 20;

/// The variables of a text; of one that stands twice, the last.
pub(super) fn parse(document: &Document) -> Result<Part, Diagnostic> {
    let text = document.text();
    let mut variables = BTreeMap::new();
    let mut grown = 0;
    let mut lines = lines(text);
    while let Some((line, at)) = lines.next() {
        let start = at + (line.len() - line.trim_start().len());
        let first = line.trim();
        if first.is_empty() || first.starts_with('#') {
            continue;
        }
        let wrong = |message: &str| {
            let span = Span { start, end: start + first.len() };
            mistake("dotenv", "dotenv", message, document.place(span))
        };
        let mut whole = first.to_owned();
        let mut open = open_quote(first);
        while let Some(quote) = open {
            let (line, _) = lines.next().ok_or_else(|| wrong("a quote has no end"))?;
            whole.push('\n');
            whole += line;
            let closes = line
                .rfind(quote)
                .is_some_and(|at| !line.get(..at).unwrap_or_default().ends_with('\\'));
            open = open.filter(|_| !closes);
        }
        let entry = Entry::parse(&whole).ok_or_else(|| wrong("it is no `NAME=VALUE`"))?;
        let value = entry.value(&variables);
        grown += value.len();
        if grown > MAX_GROWN {
            return Err(wrong("its references make too much of it"));
        }
        let key = start + entry.key_at;
        let key = Span { start: key, end: key + entry.key.len() };
        let at = start + entry.value_at;
        let part = Part::new(Content::Text(value), Span { start: at, end: at + entry.raw.len() });
        variables.insert(entry.key.to_owned(), part.behind(key));
    }
    Ok(Part::new(Content::Map(variables), Span { start: 0, end: text.len() }))
}

/// The lines of a text without their ends, which are CR, LF or both, and where each begins.
fn lines(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut at = mark;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let start = at;
        let length = rest.find(['\r', '\n']).unwrap_or(rest.len());
        let end = match rest.as_bytes().get(length..) {
            Some([b'\r', b'\n', ..]) => 2,
            Some([_, ..]) => 1,
            _ => 0,
        };
        at += length + end;
        Some((rest.get(..length).unwrap_or_default(), start))
    })
}

/// The quote that begins the value of a line and does not end on it.
fn open_quote(line: &str) -> Option<char> {
    let at = line.find('=').or_else(|| line.find(':')).filter(|at| *at > 0)?;
    let value = line.get(at + 1..)?.trim();
    let quote = value.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    let rest = value.get(1..)?.trim();
    let is_closed = rest.rfind(quote).is_some_and(|at| value.as_bytes().get(at) != Some(&b'\\'));
    (!is_closed).then_some(quote)
}

/// One variable, as it is written.
struct Entry<'a> {
    key: &'a str,
    key_at: usize,
    raw: &'a str,
    value_at: usize,
}

impl<'a> Entry<'a> {
    /// `export NAME = VALUE # comment`, where the value may be quoted and go over lines.
    fn parse(line: &'a str) -> Option<Self> {
        let exported = line
            .strip_prefix("export")
            .filter(|rest| rest.starts_with(is_space))
            .map(|rest| rest.trim_start_matches(is_space));
        exported.and_then(|rest| Self::of(line, rest)).or_else(|| Self::of(line, line))
    }

    fn of(line: &'a str, from: &'a str) -> Option<Self> {
        let is_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '.');
        let rest = from.trim_start_matches(is_name);
        let key = from.strip_suffix(rest).filter(|key| !key.is_empty())?;
        let equals = rest.trim_start_matches(is_space).strip_prefix('=');
        let starts = match equals {
            Some(value) => [value.trim_start_matches(is_space); 2],
            // One space belongs to the colon, and all only if nothing else fits.
            None => {
                let value = rest.strip_prefix(':')?.strip_prefix(is_space)?;
                [value, value.trim_start_matches(is_space)]
            }
        };
        let offset = |part: &str| line.len() - part.len();
        starts.into_iter().find_map(|value| {
            let raw = quoted(value).or_else(|| bare(value))?;
            Some(Self { key, key_at: offset(from), raw, value_at: offset(value) })
        })
    }

    /// What it says, with what it refers to.
    fn value(&self, known: &BTreeMap<String, Part>) -> String {
        let raw = self.raw.trim();
        let inside = |quote| raw.strip_prefix(quote).and_then(|it| it.strip_suffix(quote));
        if let Some(text) = inside('\'') {
            return text.to_owned();
        }
        match inside('"') {
            Some(text) => expand(&unescape(&text.replace("\\n", "\n").replace("\\r", "\r")), known),
            None => expand(raw, known),
        }
    }
}

/// `\s` of Go's expressions.
const fn is_space(it: char) -> bool {
    matches!(it, '\t' | '\n' | '\x0c' | '\r' | ' ')
}

/// A quoted value up to the last quote that nothing follows, or only a comment.
fn quoted(value: &str) -> Option<&str> {
    let quote = value.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    let last_line = value.rfind('\n').unwrap_or(0);
    let is_end = |at: &usize| {
        let tail = value.get(at + 1..).unwrap_or_default().trim_start_matches(is_space);
        tail.is_empty() || (tail.starts_with('#') && value.len() - tail.len() >= last_line)
    };
    let mut ends = value.rmatch_indices(quote).map(|(at, _)| at).filter(|at| *at > 0);
    value.get(..=ends.find(is_end)?)
}

/// A value without quotes up to a comment, or nothing.
fn bare(value: &str) -> Option<&str> {
    let end = value.find(['#', '\n']).unwrap_or(value.len());
    is_tail(value.get(end..)?).then(|| value.get(..end)).flatten()
}

/// Whether nothing but white space and a comment stands there.
fn is_tail(text: &str) -> bool {
    let text = text.trim_start_matches(is_space);
    text.is_empty() || (text.starts_with('#') && !text.contains('\n'))
}

/// Takes every backslash that stands before something else than `$`.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(it) = rest.next() {
        match (it, rest.clone().next()) {
            ('\\', Some(next)) if next != '$' => {
                rest.next();
                plain.push(next);
            }
            _ => plain.push(it),
        }
    }
    plain
}

/// Puts in what `$NAME` and `${NAME}` refer to, as far as a file may grow; `\$` is a dollar.
fn expand(text: &str, known: &BTreeMap<String, Part>) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let is_escaped = before.ends_with('\\');
        plain += before.strip_suffix('\\').unwrap_or(before);
        let after = from.strip_prefix('$').unwrap_or_default();
        let open = after.strip_prefix('{').unwrap_or(after);
        let end = open
            .find(|it: char| !(it.is_ascii_uppercase() || it.is_ascii_digit() || it == '_'))
            .unwrap_or(open.len());
        let name = open.get(..end).unwrap_or_default();
        let behind = open.get(end..).unwrap_or_default();
        rest = behind.strip_prefix('}').unwrap_or(behind);
        if is_escaped || name.is_empty() {
            plain += from.get(..from.len() - rest.len()).unwrap_or_default();
        } else if let Some(Part { content: Content::Text(value), .. }) = known.get(name) {
            plain += value;
        }
        if plain.len() > MAX_GROWN {
            break;
        }
    }
    plain + rest
}
