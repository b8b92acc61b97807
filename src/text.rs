//! A named text, and places in it: spans in bytes, lines and columns for people.
//!
//! **Invariant:** never reads the disk; whoever holds a text made the [`Document`].

mod conflict;

pub use conflict::conflict_markers;

use std::{ops::Range, sync::Arc};

/// A text with a name that people can find it by. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document(Arc<Inner>);

#[derive(Debug, PartialEq, Eq)]
struct Inner {
    name: String,
    text: String,
    line_starts: Vec<usize>,
    is_ascii: bool,
    /// What nobody is shown.
    hidden: Vec<Span>,
}

/// A stretch of a text, in bytes, end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A line and a column as people count them: both from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// A span of a certain document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The text that the span is of.
    pub document: Document,
    /// The stretch that is meant.
    pub span: Span,
}

impl Document {
    /// Names a text. `name` is what people will read in front of line and column.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let line_starts =
            std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let is_ascii = text.is_ascii();
        let hidden = Vec::new();
        Self(Arc::new(Inner { name: name.into(), text, line_starts, is_ascii, hidden }))
    }

    /// The same text, of which these parts are never shown.
    #[must_use]
    pub fn hiding(&self, hidden: Vec<Span>) -> Self {
        let Inner { name, text, line_starts, is_ascii, .. } = &*self.0;
        let (name, text, line_starts) = (name.clone(), text.clone(), line_starts.clone());
        Self(Arc::new(Inner { name, text, line_starts, is_ascii: *is_ascii, hidden }))
    }

    /// The name that people find the text by, usually a path.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Where byte `offset` stands. Offsets past the end stand at the end.
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.0.text.len());
        let line = self.0.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_start(line);
        let before = self.0.text.get(start..offset).unwrap_or_default();
        Position { line, column: before.chars().count() + 1 }
    }

    /// The byte offset of a line and column (both from 1, columns in characters).
    pub fn offset(&self, position: Position) -> usize {
        let start = self.line_start(position.line);
        let rest = self.0.text.get(start..).unwrap_or_default();
        let column = position.column.saturating_sub(1);
        if self.0.is_ascii {
            return self.0.text.len().min(start + column);
        }
        rest.char_indices().nth(column).map_or(self.0.text.len(), |(at, _)| start + at)
    }

    /// A span of this text as a place.
    pub fn place(&self, span: Span) -> Place {
        Place { document: self.clone(), span: self.clamp(span) }
    }

    /// The part of the text that `span` covers; empty where it covers none.
    pub fn slice(&self, span: Span) -> &str {
        self.0.text.get(span.start..span.end).unwrap_or_default()
    }

    /// The part of the text that `span` covers, for people: a `*` for each byte that is hidden.
    pub fn shown(&self, span: Span) -> String {
        let mut shown = self.slice(span).to_owned();
        for hidden in &self.0.hidden {
            let at = |offset: usize| offset.clamp(span.start, span.end) - span.start;
            let (start, end) = (at(hidden.start), at(hidden.end));
            if shown.is_char_boundary(start) && shown.is_char_boundary(end) {
                shown.replace_range(start..end, &"*".repeat(end - start));
            }
        }
        shown
    }

    /// The whole line number `line` (from 1) without its line break.
    pub fn line_span(&self, line: usize) -> Span {
        let start = self.line_start(line);
        let rest = self.0.text.get(start..).unwrap_or_default();
        let length = rest.find('\n').unwrap_or(rest.len());
        Span { start, end: start + length }
    }

    fn line_start(&self, line: usize) -> usize {
        self.0.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(self.0.text.len())
    }

    fn clamp(&self, span: Span) -> Span {
        let end = floor_boundary(&self.0.text, span.end);
        Span { start: floor_boundary(&self.0.text, span.start).min(end), end }
    }
}

impl Place {
    /// Line and column of the place's first character.
    pub fn position(&self) -> Position {
        self.document.position(self.span.start)
    }

    /// `name:line:column`, as compilers write it.
    pub fn label(&self) -> String {
        let Position { line, column } = self.position();
        format!("{}:{line}:{column}", self.document.name())
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self { start: range.start, end: range.end }
    }
}

fn floor_boundary(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    (0..=offset).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_not_shown_and_keeps_every_byte_in_its_place() {
        let document = Document::new("a", "x: [hunter2, ü]\ny\n");
        let hiding = document.hiding(vec![(4..11).into(), (13..30).into()]);
        assert_eq!(hiding.shown(hiding.line_span(1)), "x: [*******, ***");
        assert_eq!(document.shown(document.line_span(1)), "x: [hunter2, ü]");
        assert_eq!(hiding.text(), document.text());
    }

    #[test]
    fn lines_and_columns_are_counted_in_characters_from_one() {
        let document = Document::new("a.yaml", "ä: 1\nbc: 2\n");
        assert_eq!(document.position(0), Position { line: 1, column: 1 });
        assert_eq!(document.position(2), Position { line: 1, column: 2 });
        assert_eq!(document.position(6), Position { line: 2, column: 1 });
        assert_eq!(document.position(999), Position { line: 3, column: 1 });
    }

    #[test]
    fn an_offset_is_the_inverse_of_its_position() {
        let document = Document::new("a", "ä: 1\n\nbc: 2");
        for (offset, _) in document.text().char_indices() {
            assert_eq!(document.offset(document.position(offset)), offset);
        }
    }

    #[test]
    fn a_place_inside_a_character_is_moved_to_its_start() {
        let place = Document::new("a", "ä").place(Span { start: 1, end: 9 });
        assert_eq!(place.span, Span { start: 0, end: 2 });
    }
}
