//! HCL 2 (Terraform and its kin) as `hcl2json` makes JSON of it for conftest: a block is a map of its
//! labels down to a list of bodies; what only Terraform can work out stands as `${…}`, as written.
//!
//! **Invariant:** nothing is evaluated, no function called, no file read.

mod cursor;
mod expression;
mod shape;
mod template;

use std::collections::BTreeMap;

use super::mistake;
use crate::{
    data::{Content, Part},
    diag::Diagnostic,
    text::{Document, Span},
};
use cursor::{Cursor, Mistake, Read};

/// The body of a whole file.
pub(super) fn parse(document: &Document) -> Result<Part, Diagnostic> {
    let text = document.text();
    let mut cursor = Cursor::new(text);
    let body = cursor.body(None).map_err(|(message, at)| {
        let end = text.get(at..).and_then(|it| it.chars().next()).map_or(0, char::len_utf8);
        mistake("hcl", "HCL", message, document.place(Span { start: at, end: at + end }))
    })?;
    Ok(Part::new(Content::Map(body), Span { start: 0, end: text.len() }))
}

type Entries = BTreeMap<String, Part>;

impl Cursor<'_> {
    /// Attributes and blocks up to `end`, or to the end of the text. Blocks come first: an attribute
    /// takes the place of blocks with its name.
    fn body(&mut self, end: Option<char>) -> Read<Entries> {
        self.deeper(|cursor| {
            let mut attributes = Entries::new();
            let mut blocks = Entries::new();
            loop {
                cursor.skip();
                match cursor.peek() {
                    next if next == end => break,
                    Some('\n') => {
                        cursor.take();
                        continue;
                    }
                    _ => {}
                }
                let key = cursor.identifier().ok_or_else(|| cursor.wrong("a name is missing"))?;
                cursor.skip();
                if cursor.is_at_equals() {
                    cursor.take();
                    cursor.attribute(key, &mut attributes)?;
                } else {
                    cursor.block(key, &mut blocks)?;
                }
                cursor.end_of_line()?;
            }
            cursor.take();
            blocks.extend(attributes);
            Ok(blocks)
        })
    }

    fn attribute(&mut self, key: Span, attributes: &mut Entries) -> Read<()> {
        let value = self.expression()?;
        let value = self.part_of(&value)?.behind(key);
        match attributes.insert(self.slice(key).to_owned(), value) {
            None => Ok(()),
            Some(_) => Err(("an attribute stands twice", key.start)),
        }
    }

    fn block(&mut self, kind: Span, blocks: &mut Entries) -> Read<()> {
        let mut labels = vec![(self.slice(kind).to_owned(), kind)];
        loop {
            self.skip();
            let start = self.at();
            match self.peek() {
                Some('{') => break,
                Some('"') => {
                    let label = self.label()?;
                    labels.push((label, Span { start, end: self.at() }));
                }
                _ => {
                    let label =
                        self.identifier().ok_or_else(|| self.wrong("a block has no `{`"))?;
                    labels.push((self.slice(label).to_owned(), label));
                }
            }
        }
        let span = Span { start: kind.start, end: self.at() };
        self.take();
        self.skip();
        let body = match self.peek() {
            Some('\n' | '}') => self.body(Some('}'))?,
            None => return Err(("a block has no end", kind.start)),
            Some(_) => self.body_on_one_line()?,
        };
        let body = Part::new(Content::Map(body), span);
        insert(blocks, labels, body, span)
            .ok_or(("blocks of one name have labels or an attribute, and have none", kind.start))
    }

    fn body_on_one_line(&mut self) -> Read<Entries> {
        let mut attributes = Entries::new();
        let key = self.identifier().ok_or_else(|| self.wrong("a name is missing"))?;
        self.skip();
        if !self.is_at_equals() {
            return Err(self.wrong("a block on one line has one attribute"));
        }
        self.take();
        self.attribute(key, &mut attributes)?;
        self.skip();
        match self.take() {
            Some('}') => Ok(attributes),
            _ => Err(self.wrong("a block on one line has one attribute")),
        }
    }

    fn end_of_line(&mut self) -> Read<()> {
        self.skip();
        match self.peek() {
            None => Ok(()),
            Some('\n') => {
                self.take();
                Ok(())
            }
            Some(_) => Err(self.wrong("a line goes on where it must end")),
        }
    }
}

/// Puts a body below its labels, beside the others that stand there; nothing if something else does.
fn insert(blocks: &mut Entries, labels: Vec<(String, Span)>, body: Part, span: Span) -> Option<()> {
    let mut labels = labels.into_iter();
    let (mut key, mut key_span) = labels.next()?;
    let mut entries = blocks;
    for (label, label_span) in labels {
        let part = entries
            .entry(key)
            .or_insert_with(|| Part::new(Content::Map(Entries::new()), span).behind(key_span));
        let Content::Map(inner) = &mut part.content else { return None };
        entries = inner;
        (key, key_span) = (label, label_span);
    }
    let part = entries
        .entry(key)
        .or_insert_with(|| Part::new(Content::List(Vec::new()), span).behind(key_span));
    let Content::List(bodies) = &mut part.content else { return None };
    bodies.push(body);
    Some(())
}
