//! YAML, as `sigs.k8s.io/yaml` and conftest's splitting of documents make JSON of it; or with the
//! words of YAML 1.2.
//!
//! Of two equal keys the last one stands. In YAML 1.1 a merge key is one of them: what stands before
//! it, it replaces, because that is what conftest's reader does.
//!
//! **Invariant:** what aliases and anchors copy is paid for before it is copied, from a purse that
//! is as large as a few dozen texts.

mod scalar;

use std::collections::{BTreeMap, HashMap};

use super::{YamlVersion, mistake, point};
use crate::{
    data::{Content, Part, Structure, YamlPart, placed_yaml_parts, too_deep_yaml},
    diag::Diagnostic,
    text::{Document, Span},
};
use scalar::Scalar;

/// How deep lists and maps may stand in each other.
const MAX_DEPTH: usize = 100;

/// What aliases may copy in a text, in bytes of values and of what holds them.
const MAX_COPIED: usize = 32 << 20;

/// What holds a value, in bytes.
const WEIGHT: usize = 128;

/// What a text says as far as it goes.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// Its documents.
    pub(super) roots: Vec<Part>,
    /// What is wrong with documents that can't be read.
    pub(super) broken: Vec<Diagnostic>,
    /// Keys that stand twice in their map, and whether it is the same word both times.
    pub(super) twice: Vec<(Span, Again)>,
}

/// How a key stands twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// In the same words.
    Same,
    /// In other words, which other readers may take for another key.
    Other,
}

/// Every document of a text.
pub(super) fn parse(version: YamlVersion, document: &Document) -> Result<Vec<Part>, Diagnostic> {
    let mut read = read(version, document);
    if read.broken.is_empty() { Ok(read.roots) } else { Err(read.broken.swap_remove(0)) }
}

/// Every document of a text that can be read.
pub(super) fn read(version: YamlVersion, document: &Document) -> Read {
    let text = document.text();
    let wrong = |message: &str, span: Span| mistake("yaml", "YAML", message, document.place(span));
    let mut read = Read::default();
    if let Some(at) = too_deep_yaml(text) {
        read.broken.push(wrong("it is nested too deeply", Span { start: at, end: at + 1 }));
        return read;
    }
    for Span { start, end } in chunks(text) {
        let before = read.roots.len();
        let chunk = document.slice(Span { start, end });
        let parts = placed_yaml_parts(chunk);
        let mut reader = Reader {
            parts,
            version,
            chunk,
            base: start,
            anchors: HashMap::new(),
            purse: MAX_COPIED,
            twice: Vec::new(),
        };
        let broken = loop {
            match reader.document() {
                Ok(Some(root)) => read.roots.push(root),
                Ok(None) => break None,
                Err(mistake) => break Some(mistake),
            }
        };
        read.twice.append(&mut reader.twice);
        match broken {
            Some((message, span)) => {
                let span = Span { start: start + span.start, end: start + span.end };
                read.broken.push(wrong(&message, span));
            }
            None if read.roots.len() == before => {
                read.roots.push(Part::new(Content::Null, point(start)));
            }
            None => {}
        }
    }
    read
}

/// The stretches that conftest takes for documents: it splits at whole lines of `---`, before
/// anything is read. What stands before a first `---` is one, even if it is a comment.
fn chunks(text: &str) -> Vec<Span> {
    let separator = if text.contains("\r\n") { "\r\n---\r\n" } else { "\n---\n" };
    let mut chunks = Vec::new();
    let mut start = 0;
    for (index, (at, _)) in text.match_indices(separator).enumerate() {
        // Directives belong to the document behind them.
        if index > 0 || !text.starts_with('%') {
            chunks.push(Span { start, end: at });
            start = at + separator.len();
        }
    }
    chunks.push(Span { start, end: text.len() });
    chunks
}

/// What is wrong, and where in the stretch that is read.
type Mistake = (String, Span);

type Placed<'a> = Result<(YamlPart<'a>, Span), Mistake>;

struct Reader<'a, I> {
    parts: I,
    version: YamlVersion,
    /// The stretch.
    chunk: &'a str,
    /// Where the stretch begins in the text.
    base: usize,
    anchors: HashMap<usize, (Part, usize)>,
    purse: usize,
    twice: Vec<(Span, Again)>,
}

/// A part that is read, and what a copy of it costs.
struct Node {
    part: Part,
    weight: usize,
    is_merge: bool,
}

impl<'a, I: Iterator<Item = Placed<'a>>> Reader<'a, I> {
    /// The next document, if there is one.
    fn document(&mut self) -> Result<Option<Part>, Mistake> {
        while let Some((part, span)) = self.next()? {
            if part == YamlPart::Mark(Structure::Document, None) {
                let root = self.node(0)?.map(|read| read.part);
                return Ok(Some(
                    root.unwrap_or_else(|| Part::new(Content::Null, self.placed(span))),
                ));
            }
        }
        Ok(None)
    }

    fn next(&mut self) -> Result<Option<(YamlPart<'a>, Span)>, Mistake> {
        self.parts.next().transpose()
    }

    /// The next node, or nothing where a list, a map or a document ends.
    fn node(&mut self, depth: usize) -> Result<Option<Node>, Mistake> {
        let Some((part, span)) = self.next()? else { return Ok(None) };
        if depth > MAX_DEPTH {
            return Err(("it is nested too deeply".to_owned(), span));
        }
        let (read, mark) = match part {
            YamlPart::Scalar { text, is_plain, mark } => {
                let tag = mark.as_ref().and_then(|it| it.tag());
                let scalar = Scalar::read(self.version, &text, is_plain, tag)
                    .ok_or_else(|| (format!("`{text}` is not what its tag says"), span))?;
                let is_merge = text == "<<" && (is_plain || tag == Some("tag:yaml.org,2002:merge"));
                let weight = WEIGHT + text.len();
                let content = scalar.content(text).ok_or_else(|| {
                    let message = match scalar {
                        Scalar::Binary => "`!!binary` wants base64",
                        _ => "JSON has no such number",
                    };
                    (message.to_owned(), span)
                })?;
                let part = Part::new(content, self.placed(span));
                (Node { part, weight, is_merge }, mark)
            }
            YamlPart::Mark(Structure::List, mark) => (self.list(span, depth)?, mark),
            YamlPart::Mark(Structure::Map, mark) => (self.map(span, depth)?, mark),
            YamlPart::Mark(Structure::Alias, mark) => {
                return self.alias(mark.map_or(0, |it| it.anchor()), span).map(Some);
            }
            YamlPart::Mark(..) => return Ok(None),
        };
        if let Some(anchor) = mark.map(|it| it.anchor()).filter(|it| *it != 0) {
            self.pay(read.weight, span)?;
            self.anchors.insert(anchor, (read.part.clone(), read.weight));
        }
        Ok(Some(read))
    }

    fn list(&mut self, span: Span, depth: usize) -> Result<Node, Mistake> {
        let mut items = Vec::new();
        let mut weight = WEIGHT;
        while let Some(item) = self.node(depth + 1)? {
            weight += item.weight;
            items.push(item.part);
        }
        let part = Part::new(Content::List(items), self.placed(span));
        Ok(Node { part, weight, is_merge: false })
    }

    fn map(&mut self, span: Span, depth: usize) -> Result<Node, Mistake> {
        let mut entries = BTreeMap::new();
        let mut merged = BTreeMap::new();
        let mut weight = WEIGHT;
        while let Some(key) = self.node(depth + 1)? {
            let at = key.part.span;
            let here = Span { start: at.start - self.base, end: at.end - self.base };
            let Some(value) = self.node(depth + 1)? else { break };
            weight += key.weight + value.weight;
            if key.is_merge {
                let given = sources(value.part)
                    .ok_or_else(|| ("`<<` wants a map, or a list of maps".to_owned(), here))?;
                match self.version {
                    YamlVersion::V1_1 => {
                        let is_other = |(name, part): (&String, &Part)| {
                            entries.get(name).is_some_and(|it: &Part| it.content != part.content)
                        };
                        if given.iter().any(is_other) {
                            self.twice.push((at, Again::Same));
                        }
                        entries.extend(given);
                    }
                    YamlVersion::V1_2 => merged.extend(given),
                }
                continue;
            }
            let name = scalar::name(key.part.content)
                .ok_or_else(|| ("JSON has no such key".to_owned(), here))?;
            let old = entries.insert(name, value.part.behind(at));
            // What a merge has brought stands elsewhere, and may be said again.
            let is_of_this = |it: &Span| it.start >= self.placed(span).start;
            if let Some(old) = old.and_then(|it| it.key).filter(is_of_this) {
                let old = Span { start: old.start - self.base, end: old.end - self.base };
                let is_same = self.word(old) == self.word(here);
                self.twice.push((at, if is_same { Again::Same } else { Again::Other }));
            }
        }
        merged.extend(entries);
        let part = Part::new(Content::Map(merged), self.placed(span));
        Ok(Node { part, weight, is_merge: false })
    }

    /// A copy of what has the anchor. It stands where it is used, its parts where they are written.
    fn alias(&mut self, anchor: usize, span: Span) -> Result<Node, Mistake> {
        let Some((_, weight)) = self.anchors.get(&anchor) else {
            return Err(("an alias stands inside of what it means".to_owned(), span));
        };
        let weight = *weight;
        self.pay(weight, span)?;
        let content = self.anchors.get(&anchor).map(|(part, _)| part.content.clone());
        let part = Part::new(content.unwrap_or(Content::Null), self.placed(span));
        Ok(Node { part, weight, is_merge: false })
    }

    fn pay(&mut self, weight: usize, span: Span) -> Result<(), Mistake> {
        self.purse = self
            .purse
            .checked_sub(weight)
            .ok_or_else(|| ("its aliases make too much of it".to_owned(), span))?;
        Ok(())
    }

    /// A key as it is written, without quotes.
    fn word(&self, span: Span) -> Option<&str> {
        let word = self.chunk.get(span.start..span.end)?;
        Some(word.trim().trim_matches(['"', '\'']))
    }

    /// A span of the stretch as one of the text.
    const fn placed(&self, span: Span) -> Span {
        Span { start: self.base + span.start, end: self.base + span.end }
    }
}

/// The entries that a merge key brings; of a list of maps, the first one with a key has it.
fn sources(value: Part) -> Option<BTreeMap<String, Part>> {
    match value.content {
        Content::Map(entries) => Some(entries),
        Content::List(items) => {
            items.into_iter().rev().try_fold(BTreeMap::new(), |mut all, item| match item.content {
                Content::Map(entries) => {
                    all.extend(entries);
                    Some(all)
                }
                _ => None,
            })
        }
        Content::Null | Content::Bool(_) | Content::Number(_) | Content::Text(_) => None,
    }
}
