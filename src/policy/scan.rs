//! A text to tokens and comments.
//!
//! **Invariant:** every text has tokens, also one that is no Rego; each byte is looked at once.

use super::MAX_DEPTH;
use crate::text::{Document, Place, Span};

/// What a text is made of.
pub(super) struct Scanned {
    pub(super) tokens: Vec<Token>,
    pub(super) comments: Vec<Comment>,
    /// The first bracket that stands too deep.
    pub(super) too_deep: Option<Place>,
}

/// A word, a text, a number or a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
    /// How many brackets stand open around it.
    pub(super) depth: usize,
    /// The line that it begins on, from 1, and the line that it ends on.
    pub(super) lines: (usize, usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Text,
    Number,
    Sign(char),
}

/// A comment without its `#`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Comment {
    pub(super) span: Span,
    pub(super) line: usize,
    /// Whether nothing stands before it on its line.
    pub(super) is_alone: bool,
}

/// Reads a text.
pub(super) fn scan(document: &Document) -> Scanned {
    let mut scan = Scan {
        document,
        rest: document.text().char_indices().peekable(),
        line: 1,
        costly: 0,
        brackets: Vec::new(),
        scanned: Scanned { tokens: Vec::new(), comments: Vec::new(), too_deep: None },
    };
    scan.run();
    scan.scanned
}

struct Scan<'d> {
    document: &'d Document,
    rest: std::iter::Peekable<std::str::CharIndices<'d>>,
    line: usize,
    /// Those that stand open.
    brackets: Vec<char>,
    /// How many of them the evaluator's parser suffers from.
    costly: usize,
    scanned: Scanned,
}

impl Scan<'_> {
    fn run(&mut self) {
        while let Some((start, first)) = self.rest.next() {
            match first {
                '\n' => self.line += 1,
                it if it.is_whitespace() => {}
                '#' => self.comment(start),
                '"' => self.text(start, '"'),
                '`' => self.text(start, '`'),
                it if it.is_alphabetic() || it == '_' => self.word(start, Kind::Word),
                it if it.is_ascii_digit() => self.word(start, Kind::Number),
                it => self.sign(start, it),
            }
        }
    }

    fn comment(&mut self, start: usize) {
        while self.rest.next_if(|(_, it)| *it != '\n').is_some() {}
        let is_alone = self.scanned.tokens.last().is_none_or(|it| it.lines.1 < self.line);
        let span = Span { start: start + 1, end: self.here() };
        self.scanned.comments.push(Comment { span, line: self.line, is_alone });
    }

    /// A text to its end; one in double quotes ends with its line at the latest.
    fn text(&mut self, start: usize, quote: char) {
        let first = self.line;
        let is_raw = quote == '`';
        while let Some((_, it)) = self.rest.next_if(|(_, it)| is_raw || *it != '\n') {
            match it {
                '\n' => self.line += 1,
                '\\' if !is_raw => {
                    self.rest.next_if(|(_, it)| *it != '\n');
                }
                it if it == quote => break,
                _ => {}
            }
        }
        self.push(Kind::Text, start, first);
    }

    fn word(&mut self, start: usize, kind: Kind) {
        while self.rest.next_if(|(_, it)| it.is_alphanumeric() || *it == '_').is_some() {}
        self.push(kind, start, self.line);
    }

    fn sign(&mut self, start: usize, sign: char) {
        if matches!(sign, ')' | ']' | '}') {
            let closed = self.brackets.pop();
            self.costly -= usize::from(closed.is_some_and(is_costly));
        }
        self.push(Kind::Sign(sign), start, self.line);
        if matches!(sign, '(' | '[' | '{') {
            self.brackets.push(sign);
            self.costly += usize::from(is_costly(sign));
            if self.costly > MAX_DEPTH && self.scanned.too_deep.is_none() {
                let place = self.document.place(Span { start, end: start + 1 });
                self.scanned.too_deep = Some(place);
            }
        }
    }

    fn push(&mut self, kind: Kind, start: usize, first: usize) {
        let span = Span { start, end: self.here() };
        let lines = (first, self.line);
        self.scanned.tokens.push(Token { kind, span, depth: self.brackets.len(), lines });
    }

    fn here(&mut self) -> usize {
        self.rest.peek().map_or(self.document.text().len(), |(at, _)| *at)
    }
}

/// Each level of these doubles the work of the evaluator's parser; round ones don't.
const fn is_costly(bracket: char) -> bool {
    matches!(bracket, '[' | '{')
}
