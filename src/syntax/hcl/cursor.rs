//! A place in a text of HCL, what may be passed over there, and names.

use crate::text::Span;

/// What is wrong, and where.
pub(super) type Mistake = (&'static str, usize);

/// What was read, or what is wrong.
pub(super) type Read<T> = Result<T, Mistake>;

/// How deep blocks, brackets and templates may stand in each other.
const MAX_DEPTH: usize = 60;

/// A place in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// Whether the end of a line ends something.
    minds_lines: bool,
}

impl<'a> Cursor<'a> {
    /// The begin of a text, behind the mark of its byte order.
    pub(super) fn new(text: &'a str) -> Self {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, at, depth: 0, minds_lines: true }
    }

    /// Where it stands.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// A mistake where it stands.
    pub(super) const fn wrong(&self, message: &'static str) -> Mistake {
        (message, self.at)
    }

    /// The text that is left.
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// A stretch of the text.
    pub(super) fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// The next character; the end of a line is `\n`, however it is written.
    pub(super) fn peek(&self) -> Option<char> {
        match self.rest().as_bytes() {
            [b'\r', b'\n', ..] => Some('\n'),
            _ => self.rest().chars().next(),
        }
    }

    /// Takes the next character.
    pub(super) fn take(&mut self) -> Option<char> {
        let next = self.peek()?;
        let is_pair = next == '\n' && self.rest().starts_with('\r');
        self.at += next.len_utf8() + usize::from(is_pair);
        Some(next)
    }

    /// Takes `words` if they are next.
    pub(super) fn eat(&mut self, words: &str) -> bool {
        let is_next = self.rest().starts_with(words);
        if is_next {
            self.at += words.len();
        }
        is_next
    }

    /// Goes to a byte.
    pub(super) const fn go(&mut self, at: usize) {
        self.at = at;
    }

    /// Passes over spaces and comments, and over the ends of lines where they end nothing.
    pub(super) fn skip(&mut self) {
        loop {
            match self.peek() {
                Some(' ' | '\t') => _ = self.take(),
                Some('\n') if !self.minds_lines => _ = self.take(),
                Some('#') => self.skip_line(),
                Some('/') if self.rest().starts_with("//") => self.skip_line(),
                Some('/') if self.rest().starts_with("/*") => {
                    let comment = self.rest().get(2..).and_then(|it| it.find("*/"));
                    // Without an end it is no comment, and nothing else either.
                    let Some(length) = comment else { return };
                    self.at += length + 4;
                }
                _ => return,
            }
        }
    }

    fn skip_line(&mut self) {
        let line = self.rest().split('\n').next().unwrap_or_default();
        self.at += line.strip_suffix('\r').unwrap_or(line).len();
    }

    /// Whether a single `=` is next.
    pub(super) fn is_at_equals(&self) -> bool {
        let rest = self.rest();
        rest.starts_with('=') && !rest.starts_with("==") && !rest.starts_with("=>")
    }

    /// Takes a name, if one is next.
    pub(super) fn identifier(&mut self) -> Option<Span> {
        let rest = self.rest();
        let is_part = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-');
        let length = rest.find(|it| !is_part(it)).unwrap_or(rest.len());
        let starts = rest.starts_with(|it: char| it.is_alphabetic() || it == '_');
        let span = Span { start: self.at, end: self.at + length };
        starts.then(|| self.at = span.end).map(|()| span)
    }

    /// Takes the name `word`, if it is next.
    pub(super) fn keyword(&mut self, word: &str) -> bool {
        let before = self.at;
        let is_next = self.identifier().is_some_and(|span| self.slice(span) == word);
        if !is_next {
            self.at = before;
        }
        is_next
    }

    /// Reads something one step deeper.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth >= MAX_DEPTH {
            return Err(self.wrong("it is nested too deeply"));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Reads something where lines end something, or where they don't.
    pub(super) fn minding<T>(&mut self, lines: bool, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.minds_lines, lines);
        let result = read(self);
        self.minds_lines = before;
        result
    }
}
