//! Sections of keys, as `go-ini` reads them for conftest: numbers and booleans become such.
//!
//! What stands before the first section, or in `[DEFAULT]`, conftest does not show to policies.

use std::collections::BTreeMap;

use super::mistake;
use crate::{
    data::{Content, Number, Part},
    diag::Diagnostic,
    text::{Document, Span},
};

/// Where the keys are that nobody is shown.
const HIDDEN: &str = "DEFAULT";

/// The sections of a text; of a key that stands twice in one, the last.
pub(super) fn parse(document: &Document) -> Result<Part, Diagnostic> {
    let text = document.text();
    let mut lines = Lines { text, at: text.len() - text.trim_start_matches('\u{feff}').len() };
    let mut sections: BTreeMap<String, Part> = BTreeMap::new();
    let mut name = HIDDEN.to_owned();
    let mut count = 0;
    while let Some((whole, start)) = lines.next() {
        let line = whole.trim_start();
        let at = start + (whole.len() - line.len());
        let span = Span { start: at, end: at + line.trim_end().len() };
        let wrong = |message| mistake("ini", "INI", message, document.place(span));
        match line.chars().next() {
            None | Some('#' | ';') => continue,
            Some('[') => {
                let end = line.rfind(']').ok_or_else(|| wrong("a section has no end"))?;
                name = line.get(1..end).unwrap_or_default().to_owned();
                if name.is_empty() {
                    return Err(wrong("a section has no name"));
                }
                count = 0;
                let section = Part::new(Content::Map(BTreeMap::new()), span).behind(span);
                sections.entry(name.clone()).or_insert(section);
            }
            Some(_) => {
                let (key, offset) = key(line).map_err(wrong)?;
                let key = if key == "-" {
                    count += 1;
                    format!("#{count}")
                } else {
                    key.to_owned()
                };
                let rest = line.get(offset..).unwrap_or_default();
                let value_at = at + offset + (rest.len() - rest.trim_start().len());
                let value = value(rest, &mut lines).ok_or_else(|| wrong("a quote has no end"))?;
                let end = text.get(..lines.at).unwrap_or_default().trim_end().len();
                let value_span = Span { start: value_at.min(end), end };
                let part = Part::new(content(value), value_span).behind(span);
                if let Some(Part { content: Content::Map(keys), .. }) = sections.get_mut(&name) {
                    keys.insert(key, part);
                }
            }
        }
    }
    sections.remove(HIDDEN);
    Ok(Part::new(Content::Map(sections), Span { start: 0, end: text.len() }))
}

struct Lines<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lines<'a> {
    /// The next line with its end, and where it begins.
    fn next(&mut self) -> Option<(&'a str, usize)> {
        let start = self.at;
        let line = self.text.get(start..)?.split_inclusive('\n').next()?;
        self.at += line.len();
        Some((line, start))
    }
}

/// A key, and where behind it the value begins.
fn key(line: &str) -> Result<(&str, usize), &'static str> {
    let quote = ["\"\"\"", "\"", "`"]
        .into_iter()
        .find(|quote| line.starts_with(quote) && (quote.len() == 1 || line.len() > 6));
    let Some(quote) = quote else {
        return match line.find(['=', ':']) {
            None => Err("a line has no `=`"),
            Some(0) => Err("a key has no name"),
            Some(at) => Ok((line.get(..at).unwrap_or_default().trim(), at + 1)),
        };
    };
    let inside = line.get(quote.len()..).unwrap_or_default();
    let (name, after) = inside.split_once(quote).ok_or("a quote has no end")?;
    let at = after.find(['=', ':']).ok_or("a line has no `=`")?;
    match name.trim() {
        "" => Err("a key has no name"),
        name => Ok((name, line.len() - after.len() + at + 1)),
    }
}

/// What stands behind a key, on its line and those that it goes on to; nothing if it has no end.
fn value(rest: &str, lines: &mut Lines<'_>) -> Option<String> {
    let line = rest.trim_start();
    if line.is_empty() {
        return Some(String::new());
    }
    let quote = ["\"\"\"", "`"]
        .into_iter()
        .find(|quote| line.starts_with(quote) && (quote.len() == 1 || line.len() > 3));
    if let Some(quote) = quote {
        let inside = line.get(quote.len()..)?;
        return match inside.rfind(quote) {
            Some(end) => inside.get(..end).map(str::to_owned),
            None => multiline(inside, quote, lines),
        };
    }
    let line = line.trim_end();
    if let Some(line) = line.strip_suffix('\\') {
        return Some(continued(line, lines));
    }
    let line = line.split(['#', ';']).next().unwrap_or_default().trim();
    let unquoted = ['\'', '"'].into_iter().find_map(|quote| {
        let inside = line.strip_prefix(quote)?.strip_suffix(quote)?;
        (!inside.contains(quote)).then_some(inside)
    });
    Some(unquoted.unwrap_or(line).to_owned())
}

fn multiline(first: &str, quote: &str, lines: &mut Lines<'_>) -> Option<String> {
    let mut value = first.to_owned();
    loop {
        let (line, _) = lines.next()?;
        match line.rfind(quote) {
            Some(end) => return Some(value + line.get(..end)?),
            None => value += line,
        }
    }
}

fn continued(first: &str, lines: &mut Lines<'_>) -> String {
    let mut value = first.to_owned();
    while let Some((line, _)) = lines.next() {
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        value += line;
        if !value.ends_with('\\') {
            break;
        }
        value.pop();
    }
    value
}

/// A value as what it looks like.
fn content(value: String) -> Content {
    if let Some(number) = number(&value) {
        return Content::Number(Number::Float(number));
    }
    match value.as_str() {
        "t" | "T" | "true" | "True" | "TRUE" => Content::Bool(true),
        "f" | "F" | "false" | "False" | "FALSE" => Content::Bool(false),
        _ => Content::Text(value),
    }
}

/// A decimal number, in which `_` may stand between digits.
fn number(text: &str) -> Option<f64> {
    let is_digit = |it: Option<char>| it.is_some_and(|it| it.is_ascii_digit());
    let is_between_digits = |(at, _): (usize, &str)| {
        text.split_at_checked(at).is_some_and(|(before, after)| {
            is_digit(before.chars().next_back()) && is_digit(after.chars().nth(1))
        })
    };
    let is_number = text.bytes().all(|it| b"0123456789.eE+-_".contains(&it));
    if !is_number || !text.match_indices('_').all(is_between_digits) {
        return None;
    }
    text.replace('_', "").parse().ok().filter(|it: &f64| it.is_finite())
}
