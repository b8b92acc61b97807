//! Entries that begin a line each, at one indent: YAML's blocks, and the lines of TOML.

use super::{
    Format, Piece, Source,
    outline::{Entry, Part, Shape},
    piece::{behind_key, lead, tail},
    source::is_comment,
    text::{indent, is_first, line_end, line_start, reindent, slice, splice},
    write,
};
use crate::data::Value;

/// Adds an entry before the one at `index`, or at the end.
pub(super) fn insert(source: &Source, part: &Part, index: usize, piece: &Piece) -> Option<String> {
    let text = source.text();
    let first = part.entries().first()?;
    let margin = indent(text, first.range.start);
    match index.checked_sub(1).and_then(|index| part.entries().get(index)) {
        Some(previous) => {
            let end = tail(text, source.format(), previous)?;
            Some(behind(text, end_of_body(source.format(), text, end, &margin), piece, &margin))
        }
        None if is_first(text, first.range.start) => {
            // The first comment of a file is the file's.
            let start = match lead(text, source.format(), first.range.start) {
                0 => line_start(text, first.range.start),
                lead => lead,
            };
            Some(splice(text, start..start, &format!("{}\n", piece.lines(&margin, ""))))
        }
        None if piece.comments.is_empty() => {
            let start = first.range.start;
            let lines = piece.lines(&margin, "");
            Some(splice(text, start..start, &format!("{}\n{margin}", lines.trim_start())))
        }
        None => None,
    }
}

/// Adds a piece behind the line that ends at `end`.
pub(super) fn behind(text: &str, end: usize, piece: &Piece, margin: &str) -> String {
    let apart = if piece.is_apart { "\n" } else { "" };
    splice(text, end..end, &format!("\n{apart}{}", piece.lines(margin, "")))
}

/// Comments that stand deeper than an entry, directly below it, are of its body.
fn end_of_body(format: Format, text: &str, end: usize, margin: &str) -> usize {
    let mut end = end;
    loop {
        let next = line_end(text, (end + 1).min(text.len()));
        let line = slice(text, end + 1..next);
        let depth = line.len() - line.trim_start().len();
        if next <= end || depth <= margin.len() || !is_comment(format, line.trim_start()) {
            return end;
        }
        end = next;
    }
}

/// Puts a piece in place of an entry and its comments.
pub(super) fn replace(source: &Source, entry: &Entry, piece: &Piece) -> Option<String> {
    let text = source.text();
    let start = lead(text, source.format(), entry.range.start);
    let end = tail(text, source.format(), entry)?;
    let margin = indent(text, entry.range.start);
    let lines = piece.lines(&margin, "");
    match is_first(text, entry.range.start) {
        true => Some(splice(text, start..end, &lines)),
        false if piece.comments.is_empty() => {
            Some(splice(text, start..end, lines.strip_prefix(margin.as_str())?))
        }
        false => None,
    }
}

/// Takes an entry away, with its comments; of two empty lines around it one stays.
pub(super) fn remove(source: &Source, part: &Part, index: usize) -> Option<String> {
    let text = source.text();
    let entry = part.entries().get(index)?;
    let end = tail(text, source.format(), entry)?;
    if !is_first(text, entry.range.start) {
        // The first of an item, behind its dash: the next one takes its place.
        let next = part.entries().get(index + 1)?.range.start;
        let is_plain = slice(text, end..next).trim().is_empty();
        return is_plain.then(|| splice(text, entry.range.start..next, ""));
    }
    let start = match lead(text, source.format(), entry.range.start) {
        0 => line_start(text, entry.range.start),
        lead => lead,
    };
    let end = (end + 1).min(text.len());
    let is_apart = slice(text, 0..start).ends_with("\n\n");
    let rest = slice(text, end..text.len());
    let start =
        if is_apart && (rest.is_empty() || rest.starts_with('\n')) { start - 1 } else { start };
    Some(splice(text, start..end, ""))
}

/// Puts a value in place of the only entry of a text.
pub(super) fn replace_only(source: &Source, part: &Part, value: &Value) -> Option<String> {
    let text = source.text();
    let entry = part.entries().first()?;
    let end = tail(text, source.format(), entry)?;
    Some(splice(text, entry.range.start..end, &write::inline(source.format(), value)))
}

/// Writes a value behind a key or dash, as lines or on the same line.
pub(super) fn set_value(source: &Source, part: &Part, entry: &Entry, value: &Value) -> String {
    let text = source.text();
    let start = behind_key(text, part, entry);
    let margin = indent(text, entry.range.start);
    let new = match write::block(value) {
        Some(body) => format!("\n{margin}{}", reindent(&body, &margin)),
        None => format!(" {}", write::inline(source.format(), value)),
    };
    // The comments of a block go with it; one behind a scalar stays.
    let end = match entry.value.shape {
        Shape::Scalar => None,
        Shape::Map(..) | Shape::List(..) => tail(text, source.format(), entry),
    };
    splice(text, start..end.unwrap_or(entry.range.end), &new)
}

/// Puts a first entry below a key or dash with nothing behind it.
pub(super) fn fill(source: &Source, entry: &Entry, piece: &Piece) -> String {
    let text = source.text();
    let end = line_end(text, entry.range.end);
    let margin = format!("{}  ", indent(text, entry.range.start));
    splice(text, end..end, &format!("\n{}", piece.lines(&margin, "")))
}

/// Puts a first entry into a text that says nothing.
pub(super) fn first(source: &Source, piece: &Piece) -> Option<String> {
    let text = source.text();
    let space = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    (source.format() == Format::Yaml && source.outline().span.is_empty())
        .then(|| format!("{text}{space}{}\n", piece.lines("", "")))
}
