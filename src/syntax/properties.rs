//! Java's properties, as `magiconair/properties` reads them for conftest: values stand as they are
//! written, and what they refer to by `${…}` is checked and not put in.

use std::{collections::BTreeMap, iter::Peekable, str::CharIndices};

use super::mistake;
use crate::{
    data::{Content, Part},
    diag::Diagnostic,
    text::{Document, Span},
};

/// How long a chain of references may be.
const MAX_CHAIN: usize = 64;

/// The keys of a text; of one that stands twice, the last.
pub(super) fn parse(document: &Document) -> Result<Part, Diagnostic> {
    let text = document.text();
    let mut reader = Reader { length: text.len(), rest: text.char_indices().peekable() };
    reader.rest.next_if(|(_, it)| *it == '\u{feff}');
    let mut entries = BTreeMap::new();
    let wrong = |message: &str, span: Span| {
        mistake("properties", "properties", message, document.place(span))
    };
    while let Some(start) = reader.next_key() {
        let here = |end| Span { start, end };
        let key = reader.text(true).map_err(|it| wrong(it, here(reader.at())))?;
        let key_span = here(reader.at());
        if key.is_empty() {
            return Err(wrong("a key has no name", key_span));
        }
        reader.skip_separator();
        let value_start = reader.at();
        let value = reader.text(false).map_err(|it| wrong(it, here(reader.at())))?;
        let span = Span { start: value_start, end: reader.at() };
        entries.insert(key, Part::new(Content::Text(value), span).behind(key_span));
    }
    let mut references = References { entries: &entries, chains: BTreeMap::new() };
    for (key, part) in &entries {
        references.check(key, &mut Vec::new()).map_err(|message| wrong(message, part.span))?;
    }
    Ok(Part::new(Content::Map(entries), Span { start: 0, end: text.len() }))
}

struct Reader<'a> {
    length: usize,
    rest: Peekable<CharIndices<'a>>,
}

impl Reader<'_> {
    /// Where the next character stands.
    fn at(&self) -> usize {
        self.rest.clone().next().map_or(self.length, |(at, _)| at)
    }

    fn peek(&mut self) -> Option<char> {
        self.rest.peek().map(|(_, it)| *it)
    }

    fn next(&mut self) -> Option<char> {
        self.rest.next().map(|(_, it)| it)
    }

    fn skip(&mut self, is_skipped: impl Fn(char) -> bool) {
        while self.rest.next_if(|(_, it)| is_skipped(*it)).is_some() {}
    }

    /// Where the next key begins, behind white space and comments.
    fn next_key(&mut self) -> Option<usize> {
        loop {
            self.skip(|it| is_space(it) || is_end(it));
            match self.peek()? {
                '#' | '!' => self.skip(|it| !is_end(it)),
                _ => return Some(self.at()),
            }
        }
    }

    fn skip_separator(&mut self) {
        self.skip(is_space);
        self.rest.next_if(|(_, it)| matches!(it, ':' | '='));
        self.skip(is_space);
    }

    /// A key up to its separator, or a value up to the end of its line, without escapes.
    fn text(&mut self, is_key: bool) -> Result<String, &'static str> {
        let mut text = String::new();
        while let Some(it) = self.peek() {
            if is_end(it) || (is_key && (is_space(it) || matches!(it, ':' | '='))) {
                break;
            }
            self.next();
            match it {
                '\\' if !is_key && self.peek().is_some_and(is_end) => {
                    self.next();
                    self.skip(is_space);
                }
                '\\' => text.push(self.escaped()?),
                other => text.push(other),
            }
        }
        Ok(text)
    }

    fn escaped(&mut self) -> Result<char, &'static str> {
        Ok(match self.next().ok_or("a backslash ends it")? {
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let digits = (0..4).try_fold(0, |code, _| {
                    self.next().and_then(|it| it.to_digit(16)).map(|digit| code * 16 + digit)
                });
                let code = digits.ok_or("`\\u` wants four digits")?;
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            other => other,
        })
    }
}

const fn is_space(it: char) -> bool {
    matches!(it, ' ' | '\x0c' | '\t')
}

const fn is_end(it: char) -> bool {
    matches!(it, '\n' | '\r')
}

/// What refers to what.
struct References<'a> {
    entries: &'a BTreeMap<String, Part>,
    /// How long the longest chain is that begins with a key.
    chains: BTreeMap<&'a str, usize>,
}

impl<'a> References<'a> {
    /// Refuses references that have no end or lead back to themselves, and chains that are too
    /// long; says how long the chain is.
    fn check(&mut self, key: &'a str, from: &mut Vec<&'a str>) -> Result<usize, &'static str> {
        if from.contains(&key) {
            return Err("a reference leads back to itself");
        }
        let known = self.chains.get(key).copied().unwrap_or(1);
        if from.len() + known > MAX_CHAIN {
            return Err("a chain of references is too long");
        }
        let Some(Part { content: Content::Text(value), .. }) = self.entries.get(key) else {
            return Ok(1);
        };
        if self.chains.contains_key(key) {
            return Ok(known);
        }
        from.push(key);
        let mut chain = 1;
        let mut rest = value.as_str();
        while let Some((_, after)) = rest.split_once("${") {
            let (name, behind) = after.split_once('}').ok_or("a reference has no `}`")?;
            chain = chain.max(1 + self.check(name, from)?);
            rest = behind;
        }
        from.pop();
        self.chains.insert(key, chain);
        Ok(chain)
    }
}
