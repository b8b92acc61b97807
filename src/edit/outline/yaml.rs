//! Where every part of a YAML text stands: from the parser's events, whose places are those of the
//! words, and from the text between them, which has the colons and dashes.
//!
//! Keys that are no scalars, and pairs in a flow list without braces, are not followed: then the
//! text has no outline, and is not edited.

use std::{iter::Peekable, ops::Range, vec};

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::{Entry, Form, Layout, Part, Shape};
use crate::edit::text::{line_end, slice};

/// The outline of a YAML text: of its only document, or of a list of several.
pub(in crate::edit) fn yaml(text: &str) -> Option<Part> {
    let mut reader = Reader { text, events: events(text)?.into_iter().peekable() };
    let mut documents = Vec::new();
    loop {
        match reader.events.next()? {
            (Event::StreamStart, _) => {}
            (Event::DocumentStart(is_explicit), range) => {
                let from = if is_explicit { range.end } else { range.start };
                documents.push(reader.node(from, false)?);
            }
            (Event::DocumentEnd, _) => {}
            (Event::StreamEnd, _) => break,
            _ => return None,
        }
    }
    match documents.len() {
        1 => documents.pop(),
        _ => Some(stream(documents, text.len())),
    }
}

fn stream(documents: Vec<Part>, end: usize) -> Part {
    let entry = |value: Part| Entry {
        name: None,
        key: value.span.start..value.span.start,
        range: value.span.clone(),
        value,
        form: Form::Line,
    };
    let documents = documents.into_iter().map(entry).collect();
    Part { span: 0..end, shape: Shape::List(Layout::Stream, documents) }
}

/// The parser's events with their places in bytes: it counts characters.
fn events(text: &str) -> Option<Vec<(Event<'_>, Range<usize>)>> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let byte = |index: usize| starts.get(index).copied().unwrap_or(text.len());
    Parser::new_from_str(text)
        .map(|event| {
            let (event, span) = event.ok()?;
            Some((event, byte(span.start.index())..byte(span.end.index())))
        })
        .collect()
}

struct Reader<'a> {
    text: &'a str,
    events: Peekable<vec::IntoIter<(Event<'a>, Range<usize>)>>,
}

impl Reader<'_> {
    /// The next node; `from` is where the words before it end.
    fn node(&mut self, from: usize, in_flow: bool) -> Option<Part> {
        let (event, range) = self.events.next()?;
        match event {
            Event::Scalar(_, style, ..) => Some(Part::scalar(self.scalar(style, range, from))),
            Event::Alias(_) => Some(Part::scalar(range)),
            Event::SequenceStart(..) => match self.opens_with(&range, '[') {
                true => self.flow_list(self.start(from, range.start)),
                false if in_flow => None,
                false => self.block_list(from),
            },
            Event::MappingStart(..) => match self.opens_with(&range, '{') {
                true => self.flow_map(self.start(from, range.start)),
                false if in_flow => None,
                false => self.block_map(),
            },
            _ => None,
        }
    }

    fn opens_with(&self, range: &Range<usize>, bracket: char) -> bool {
        slice(self.text, range.clone()).trim_end().ends_with(bracket)
    }

    /// Where a value begins: on the line of the words before it, or where the parser says; behind
    /// an anchor.
    fn start(&self, from: usize, parsed: usize) -> usize {
        let at = self.skip(from, &[' ', '\t']);
        let start = match self.text.as_bytes().get(at) {
            None | Some(b'\n' | b'\r' | b'#') => parsed,
            Some(_) => at,
        };
        self.behind_anchor(start)
    }

    fn behind_anchor(&self, start: usize) -> usize {
        match self.text.as_bytes().get(start) {
            Some(b'&') => {
                let rest = slice(self.text, start..self.text.len());
                let name = rest.find([' ', '\t', '\n', '\r', ',', ']', '}']).unwrap_or(rest.len());
                self.skip(start + name, &[' ', '\t'])
            }
            _ => start,
        }
    }

    fn skip(&self, at: usize, what: &[char]) -> usize {
        let rest = slice(self.text, at..self.text.len());
        at + (rest.len() - rest.trim_start_matches(what).len())
    }

    fn scalar(&self, style: ScalarStyle, range: Range<usize>, from: usize) -> Range<usize> {
        match style {
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let start = self.start(from, range.start);
                let header = line_end(self.text, start);
                let body = slice(self.text, 0..range.end).trim_end().len();
                start..line_end(self.text, body.max(start)).max(header)
            }
            // Nothing is written: it stands directly behind the colon or dash.
            ScalarStyle::Plain if range.is_empty() => from..from,
            ScalarStyle::Plain => self.behind_anchor(range.start).min(range.end)..range.end,
            // The parser's place reaches over the space and comment behind it.
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                let start = self.behind_anchor(range.start).min(range.end);
                start..start + quoted(slice(self.text, start..range.end))
            }
        }
    }

    fn block_map(&mut self) -> Option<Part> {
        let mut entries = Vec::new();
        while !matches!(self.events.peek()?.0, Event::MappingEnd) {
            let (name, key) = self.key()?;
            let colon = self.skip(key.end, &[' ', '\t']);
            if self.text.as_bytes().get(colon) != Some(&b':') {
                return None;
            }
            let value = self.node(colon + 1, false)?;
            let range = key.start..value.span.end.max(colon + 1);
            entries.push(Entry { name: Some(name), key, range, value, form: Form::Line });
        }
        self.events.next();
        let span = entries.first()?.range.start..entries.last()?.range.end;
        Some(Part { span, shape: Shape::Map(Layout::Block, entries) })
    }

    fn key(&mut self) -> Option<(String, Range<usize>)> {
        match self.events.next()? {
            (Event::Scalar(text, ScalarStyle::Plain, ..), range) if !range.is_empty() => {
                Some((text.into_owned(), range))
            }
            (
                Event::Scalar(text, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted, ..),
                at,
            ) => {
                let end = at.start + quoted(slice(self.text, at.clone()));
                Some((text.into_owned(), at.start..end))
            }
            _ => None,
        }
    }

    fn block_list(&mut self, from: usize) -> Option<Part> {
        let mut items: Vec<Entry> = Vec::new();
        while !matches!(self.events.peek()?.0, Event::SequenceEnd) {
            let dash = self.dash(items.last().map_or(from, |item| item.range.end))?;
            let value = self.node(dash + 1, false)?;
            let range = dash..value.span.end.max(dash + 1);
            items.push(Entry { name: None, key: dash..dash + 1, range, value, form: Form::Line });
        }
        self.events.next();
        let span = items.first()?.range.start..items.last()?.range.end;
        Some(Part { span, shape: Shape::List(Layout::Block, items) })
    }

    /// The next dash: behind white space, comments, anchors and tags.
    fn dash(&self, from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            at = self.skip(at, &[' ', '\t', '\n', '\r']);
            match self.text.as_bytes().get(at)? {
                b'-' => return Some(at),
                b'#' => at = line_end(self.text, at),
                b'&' | b'!' => {
                    let rest = slice(self.text, at..self.text.len());
                    at += rest.find(char::is_whitespace)?;
                }
                _ => return None,
            }
        }
    }

    fn flow_map(&mut self, start: usize) -> Option<Part> {
        let mut entries = Vec::new();
        while !matches!(self.events.peek()?.0, Event::MappingEnd) {
            let (name, key) = self.key()?;
            let colon = self.skip(key.end, &[' ', '\t', '\n', '\r']);
            let from = match self.text.as_bytes().get(colon) {
                Some(b':') => colon + 1,
                _ => key.end,
            };
            let value = self.node(from, true)?;
            let range = key.start..value.span.end.max(from);
            entries.push(Entry { name: Some(name), key, range, value, form: Form::Inline });
        }
        let (_, end) = self.events.next()?;
        Some(Part { span: start..end.start + 1, shape: Shape::Map(Layout::Flow, entries) })
    }

    fn flow_list(&mut self, start: usize) -> Option<Part> {
        let mut items = Vec::new();
        while !matches!(self.events.peek()?.0, Event::SequenceEnd) {
            let from = self.events.peek()?.1.start;
            let value = self.node(from, true)?;
            let range = value.span.clone();
            let key = range.start..range.start;
            items.push(Entry { name: None, key, range, value, form: Form::Inline });
        }
        let (_, end) = self.events.next()?;
        Some(Part { span: start..end.start + 1, shape: Shape::List(Layout::Flow, items) })
    }
}

/// How long a quoted scalar is, with the tag before it.
fn quoted(text: &str) -> usize {
    let open = text.find(['"', '\'']).unwrap_or_default();
    let quote = text.as_bytes().get(open).copied();
    let mut bytes = text.bytes().enumerate().skip(open + 1).peekable();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' if quote == Some(b'"') => {
                bytes.next();
            }
            b'\'' if quote == Some(byte) && bytes.peek().is_some_and(|next| next.1 == byte) => {
                bytes.next();
            }
            _ if quote == Some(byte) => return at + 1,
            _ => {}
        }
    }
    text.trim_end().len()
}
