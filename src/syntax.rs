//! Configuration files as values, in the shapes that conftest gives to its policies: a path and a
//! text go in, documents come out, in which every part knows its line.
//!
//! conftest 0.71 is the measure: `tests/cases/syntax` holds what it says of each text, and where we
//! differ, why. Readers of YAML, JSON and TOML are those of [`data`](crate::data); the others are
//! here, because their rules are those of the libraries that conftest uses.
//!
//! **Invariant:** never a panic, never more than linear work, for any text. A text over
//! [`MAX_BYTES`], nested too deeply or grown by its aliases is a mistake, and never cut short.

mod dockerfile;
mod dotenv;
mod hcl;
mod ini;
mod kind;
mod properties;
mod reading;
mod yaml;

pub use crate::data::MAX_BYTES;
pub use kind::{Kind, YamlVersion};
pub use reading::{Doubt, Doubtful, Reading, decoded, read, reading};

use crate::{
    data::{Content, Number, Part, json_part, jsonc_part, toml_part},
    diag::Diagnostic,
    text::{Document, Place, Span},
};

/// One document of a configuration file.
#[derive(Debug, Clone)]
pub struct Config {
    /// The whole text that it stands in.
    pub document: Document,
    /// What it says, and where.
    pub root: Part,
}

impl Config {
    /// Where the part stands that a JSON pointer leads to: its key, if it has one. For a part that
    /// is not there: the nearest one around it.
    pub fn place(&self, pointer: &str) -> Place {
        let part = self.root.nearest(pointer);
        self.document.place(part.key.unwrap_or(part.span))
    }

    /// Where the value stands that a JSON pointer leads to, or the nearest one around it.
    pub fn value_place(&self, pointer: &str) -> Place {
        self.document.place(self.root.nearest(pointer).span)
    }
}

/// What conftest hands to policies as `input` for the file at `path`, one after another: each
/// document of several, each item of a list. Nothing if the file has no kind.
///
/// # Errors
/// What is wrong with the text, at its place.
pub fn inputs(path: &str, text: &str) -> Result<Vec<Config>, Diagnostic> {
    let Some(kind) = Kind::of(path) else { return Ok(Vec::new()) };
    each(kind, &Document::new(path, text))
}

/// The same as the programs have it that read such files: everything that can be read.
///
/// # Errors
/// What is wrong with the text, at its place, if nothing of it can be read.
pub fn lenient_inputs(path: &str, text: &str) -> Result<Vec<Config>, Diagnostic> {
    let Reading { configs, doubts } = reading(path, text);
    let broken = doubts.into_iter().find(|it| it.kind == Doubtful::Broken);
    match broken.filter(|_| configs.is_empty()) {
        Some(broken) => Err(broken.mistake),
        None => Ok(configs),
    }
}

/// The documents of a text of a known kind, and the items of one that is a list.
///
/// # Errors
/// What is wrong with the text, at its place.
pub fn each(kind: Kind, document: &Document) -> Result<Vec<Config>, Diagnostic> {
    Ok(items(parse(kind, document)?))
}

/// The items of an only document that is a list.
fn items(mut configs: Vec<Config>) -> Vec<Config> {
    let [Config { root: Part { content: Content::List(items), .. }, document }] =
        configs.as_mut_slice()
    else {
        return configs;
    };
    let document = document.clone();
    let items = std::mem::take(items);
    items.into_iter().map(|root| Config { document: document.clone(), root }).collect()
}

/// Every document of a text; only YAML has several.
///
/// # Errors
/// What is wrong with the text, at its place.
pub fn parse(kind: Kind, document: &Document) -> Result<Vec<Config>, Diagnostic> {
    check_size(document)?;
    let roots = match kind {
        Kind::Yaml(version) => yaml::parse(version, document)?,
        Kind::Json => vec![json_part(document)?],
        Kind::Jsonc => vec![jsonc_part(document)?],
        Kind::Toml => vec![toml_part(document)?],
        Kind::Dockerfile => vec![dockerfile::parse(document)?],
        Kind::Dotenv => vec![dotenv::parse(document)?],
        Kind::Ini => vec![ini::parse(document)?],
        Kind::Properties => vec![properties::parse(document)?],
        Kind::Hcl => vec![hcl::parse(document)?],
    };
    Ok(configs(kind, document, roots))
}

fn check_size(document: &Document) -> Result<(), Diagnostic> {
    if document.text().len() <= MAX_BYTES {
        return Ok(());
    }
    let message = format!("`{}` is larger than {} MiB", document.name(), MAX_BYTES >> 20);
    Err(Diagnostic::error("configuration-size", message))
}

fn configs(kind: Kind, document: &Document, roots: Vec<Part>) -> Vec<Config> {
    let config = |mut root: Part| {
        normalise(&mut root, kind);
        Config { document: document.clone(), root }
    };
    roots.into_iter().map(config).collect()
}

/// Numbers as conftest has them, which are doubles everywhere but in TOML. Fractions without a
/// fraction are whole, as Go prints them.
fn normalise(part: &mut Part, kind: Kind) {
    match &mut part.content {
        Content::Number(Number::Int(_)) if kind == Kind::Toml => {}
        Content::Number(Number::Int(value)) => {
            part.content = Content::Number(double(*value as f64));
        }
        Content::Number(Number::Large(value)) => {
            part.content = Content::Number(double(*value as f64));
        }
        Content::Number(Number::Float(value)) => part.content = Content::Number(double(*value)),
        Content::List(items) => items.iter_mut().for_each(|it| normalise(it, kind)),
        Content::Map(entries) => entries.values_mut().for_each(|it| normalise(it, kind)),
        Content::Null | Content::Bool(_) | Content::Text(_) => {}
    }
}

fn double(value: f64) -> Number {
    const WHOLE: f64 = 9e18;
    if value.fract() == 0.0 && value.abs() < WHOLE {
        #[expect(clippy::cast_possible_truncation, reason = "whole, and within the bounds")]
        return Number::Int(value as i64);
    }
    Number::Float(value)
}

/// A mistake in a text of a certain kind.
fn mistake(code: &'static str, what: &str, message: &str, place: Place) -> Diagnostic {
    Diagnostic::error(code, format!("this is not valid {what}: {message}")).at(place)
}

/// A span that is empty.
const fn point(at: usize) -> Span {
    Span { start: at, end: at }
}

#[cfg(test)]
mod tests;
