//! A text as those take it who read such files, and what of it others may take otherwise.
//!
//! conftest stops at the first mistake, and so does [`parse`](super::parse). Kubernetes' tools take the
//! documents before it, streams of JSON, tabs between words and UTF-16; old readers of YAML end lines at
//! signs that are letters to new ones. Policies see all that any of them sees.

use std::borrow::Cow;

use super::{Config, Kind, check_size, configs, items, parse, yaml};
use crate::{
    data::json_parts,
    diag::Diagnostic,
    text::{Document, Span},
};

/// What a text says, and what is doubtful in it.
#[derive(Debug, Default)]
pub struct Reading {
    /// Its documents, or their items.
    pub configs: Vec<Config>,
    /// What could not be read, or may be read otherwise.
    pub doubts: Vec<Doubt>,
}

/// Something of a text that nobody can be shown.
#[derive(Debug)]
pub struct Doubt {
    /// What kind of thing.
    pub kind: Doubtful,
    /// What it is, at its place.
    pub mistake: Diagnostic,
}

/// What is doubtful in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubtful {
    /// A document can't be read.
    Broken,
    /// A key stands twice, and the last one is taken.
    Twice,
    /// Two keys are one for the reader, and two for others.
    Collapsed,
}

impl Reading {
    /// Whether a document of it could not be read.
    pub fn is_broken(&self) -> bool {
        self.doubts.iter().any(|it| it.kind == Doubtful::Broken)
    }
}

/// Signs that end a line in YAML 1.1, and are letters in YAML 1.2.
const BREAKS: [&str; 3] = ["\u{85}", "\u{2028}", "\u{2029}"];

/// What the file at `path` says to those who read such files; nothing if it has no kind.
pub fn reading(path: &str, text: &str) -> Reading {
    let Some(kind) = Kind::of(path) else { return Reading::default() };
    let Reading { configs, doubts } = read(kind, &Document::new(path, text));
    Reading { configs: items(configs), doubts }
}

/// What a text of a known kind says to those who read such texts.
pub fn read(kind: Kind, document: &Document) -> Reading {
    if let Err(mistake) = check_size(document) {
        return Reading { configs: Vec::new(), doubts: vec![broken(mistake)] };
    }
    match kind {
        Kind::Yaml(_) => of_yaml(kind, document),
        Kind::Json | Kind::Jsonc => of_json(kind, document),
        Kind::Toml | Kind::Dockerfile | Kind::Dotenv | Kind::Ini | Kind::Properties | Kind::Hcl => {
            match parse(kind, document) {
                Ok(configs) => Reading { configs, doubts: Vec::new() },
                Err(mistake) => Reading { configs: Vec::new(), doubts: vec![broken(mistake)] },
            }
        }
    }
}

/// The text of a file: UTF-8, or UTF-16 behind its mark; and whether it is whole, for what is no text
/// is replaced.
pub fn decoded(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    let (text, is_whole) = match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => {
            let text = String::from_utf8_lossy(bytes);
            let is_whole = matches!(text, Cow::Borrowed(_));
            (text, is_whole)
        }
    };
    match text.contains('\0') {
        true => (text.replace('\0', "\u{fffd}").into(), false),
        false => (text, is_whole),
    }
}

fn wide(bytes: &[u8], word: fn([u8; 2]) -> u16) -> (Cow<'static, str>, bool) {
    let words = bytes.chunks_exact(2).map(|it| match it {
        [first, second] => word([*first, *second]),
        _ => 0,
    });
    let mut is_whole = bytes.len().is_multiple_of(2);
    let letters = char::decode_utf16(words).map(|it| {
        it.unwrap_or_else(|_| {
            is_whole = false;
            char::REPLACEMENT_CHARACTER
        })
    });
    (letters.collect::<String>().into(), is_whole)
}

fn of_yaml(kind: Kind, document: &Document) -> Reading {
    let broken_up = broken_up(document);
    let mut reading = yaml(kind, document, broken_up.as_ref().unwrap_or(document));
    add_other(&mut reading, broken_up.as_ref().map(|_| yaml(kind, document, document)));
    if !reading.is_broken() {
        return reading;
    }
    if document.text().trim_start().starts_with('{') {
        add_other(&mut reading, Some(json(kind, document)));
    }
    if document.text().contains('\t') {
        let spaced = broken_up.as_ref().unwrap_or(document).text().replace('\t', " ");
        let spaced = yaml(kind, document, &Document::new(document.name(), spaced));
        if !spaced.is_broken() {
            reading.doubts.retain(|it| it.kind != Doubtful::Broken);
            add_other(&mut reading, Some(spaced));
        }
    }
    reading
}

/// The documents that another reader sees in a text; what it can't read, that one does not take.
fn add_other(reading: &mut Reading, other: Option<Reading>) {
    for config in other.into_iter().flat_map(|it| it.configs) {
        let value = config.root.to_value();
        if !reading.configs.iter().any(|it| it.root.to_value() == value) {
            reading.configs.push(config);
        }
    }
}

/// The text with line breaks for every sign that is one to some; as long as before.
fn broken_up(document: &Document) -> Option<Document> {
    let text = document.text();
    if text.is_ascii() || !BREAKS.iter().any(|it| text.contains(it)) {
        return None;
    }
    let text = text.replace(BREAKS[0], " \n").replace(BREAKS[1], "  \n").replace(BREAKS[2], "  \n");
    Some(Document::new(document.name(), text))
}

/// What is read in `shown`, which is `document` but for spaces.
fn yaml(kind: Kind, document: &Document, shown: &Document) -> Reading {
    let Kind::Yaml(version) = kind else { return Reading::default() };
    let yaml::Read { roots, broken: mistakes, twice } = yaml::read(version, shown);
    let again = |(span, again): (Span, yaml::Again)| match again {
        yaml::Again::Same => doubt(Doubtful::Twice, document, span),
        yaml::Again::Other => doubt(Doubtful::Collapsed, document, span),
    };
    Reading {
        configs: configs(kind, document, roots),
        doubts: mistakes.into_iter().map(broken).chain(twice.into_iter().map(again)).collect(),
    }
}

/// Strictly if it can be, for that is what conftest does; then with comments, as a stream, or as YAML.
fn of_json(kind: Kind, document: &Document) -> Reading {
    let mut reading = json(kind, document);
    if reading.configs.is_empty() && !reading.doubts.is_empty() {
        let version = super::YamlVersion::V1_1;
        let other = of_yaml_alone(Kind::Yaml(version), document);
        reading = other.unwrap_or(reading);
    }
    reading
}

/// What YAML's readers make of a text that is no JSON, if it is all theirs.
fn of_yaml_alone(kind: Kind, document: &Document) -> Option<Reading> {
    use crate::data::Content;
    let reading = of_yaml(kind, document);
    let says = |it: &Config| matches!(it.root.content, Content::Map(_) | Content::List(_));
    (!reading.is_broken() && reading.configs.iter().any(says)).then_some(reading)
}

fn json(kind: Kind, document: &Document) -> Reading {
    let read = json_parts(document);
    let twice = read.twice.into_iter().map(|it| doubt(Doubtful::Twice, document, it));
    Reading {
        doubts: read.broken.into_iter().map(broken).chain(twice).collect(),
        configs: configs(kind, document, read.parts),
    }
}

fn broken(mistake: Diagnostic) -> Doubt {
    Doubt { kind: Doubtful::Broken, mistake }
}

fn doubt(kind: Doubtful, document: &Document, key: Span) -> Doubt {
    let word = document.slice(key).trim();
    let message = match kind {
        Doubtful::Collapsed => {
            format!("`{word}` is the same key as another one here, and not for every reader")
        }
        Doubtful::Twice | Doubtful::Broken => {
            format!("the key `{word}` stands twice, and not every reader takes the last one")
        }
    };
    Doubt { kind, mistake: Diagnostic::error("key-twice", message).at(document.place(key)) }
}
