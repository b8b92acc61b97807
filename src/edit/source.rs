//! A text that can be edited: what it says, and where each part stands.

use std::ops::Range;

use super::{
    Format, Step,
    outline::{Part, Shape, json, toml, yaml},
    text::{line_end, slice},
};
use crate::{
    data::{Number, Value, parse_json, parse_jsonc, parse_toml, parse_yaml_values},
    text::Document,
};

/// A text that can be edited, with line feeds and without a byte-order mark.
#[derive(Debug, Clone)]
pub struct Source {
    format: Format,
    text: String,
    outline: Part,
    value: Value,
    is_strict: bool,
}

impl Source {
    /// Parses a text; `None` if it does not parse, has a key twice or a byte-order mark, or is written in
    /// a way that is not followed. What it says has fractions as they are written: `1.10` is not `1.1`.
    pub fn parse(format: Format, text: &str) -> Option<Self> {
        // Not every reader counts it among the bytes.
        if text.starts_with('\u{feff}') {
            return None;
        }
        let document = Document::new("", text);
        let (outline, value, is_strict) = match format {
            Format::Yaml => {
                let mut values = parse_yaml_values(&document).ok()?;
                let outline = yaml(text)?;
                let value = match values.len() {
                    1 => values.pop()?,
                    _ => Value::List(values),
                };
                (outline, value, true)
            }
            Format::Json => {
                let is_strict = parse_json(&document).is_ok();
                (json(text)?, parse_jsonc(&document).ok()?.value, is_strict)
            }
            Format::Toml => (toml(text)?, parse_toml(&document).ok()?.value, true),
        };
        let value = as_written(value, Some(&outline), text);
        (!value.has_key_twice()).then(|| Self {
            format,
            text: text.to_owned(),
            outline,
            value,
            is_strict,
        })
    }

    /// What it says. Several documents of one text are a list.
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its language.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// Whether it is JSON without comments and trailing commas, or no JSON.
    pub(super) const fn is_strict(&self) -> bool {
        self.is_strict
    }

    /// Whether its documents are several.
    pub fn is_stream(&self) -> bool {
        matches!(self.outline.shape, Shape::List(super::outline::Layout::Stream, _))
    }

    pub(super) const fn outline(&self) -> &Part {
        &self.outline
    }

    /// What the value at `path` says.
    pub fn at(&self, path: &[Step]) -> Option<&Value> {
        path.iter().try_fold(&self.value, |value, step| match step {
            Step::Key(key) => value.get(key),
            Step::Item(index) => value.items().get(*index),
        })
    }

    /// The comments, in order, without the space around them.
    pub fn comments(&self) -> Vec<&str> {
        let mut words = Vec::new();
        self.outline.words(&mut words);
        words.sort_by_key(|range| range.start);
        let mut comments = Vec::new();
        let mut from = 0;
        for word in words {
            self.comments_in(from..word.start, &mut comments);
            from = from.max(word.end);
        }
        self.comments_in(from..self.text.len(), &mut comments);
        comments
    }

    fn comments_in<'a>(&'a self, gap: Range<usize>, comments: &mut Vec<&'a str>) {
        let mut at = gap.start;
        while let Some(found) = begin_of_comment(self.format, slice(&self.text, at..gap.end)) {
            let end = line_end(&self.text, at + found).min(gap.end);
            comments.push(slice(&self.text, at + found..end).trim());
            at = end;
        }
    }
}

fn begin_of_comment(format: Format, text: &str) -> Option<usize> {
    match format {
        Format::Yaml | Format::Toml => text.find('#'),
        Format::Json => [text.find("//"), text.find("/*")].into_iter().flatten().min(),
    }
}

/// Whether a line, without its indent, is a comment.
pub(super) fn is_comment(format: Format, line: &str) -> bool {
    begin_of_comment(format, line) == Some(0)
}

/// Numbers with a fraction become what the text has: two of them are the same only if written so.
fn as_written(value: Value, part: Option<&Part>, text: &str) -> Value {
    match value {
        Value::Number(Number::Float(_)) => match part {
            Some(part) if part.shape == Shape::Scalar => {
                written_number(slice(text, part.span.clone()))
            }
            _ => value,
        },
        Value::List(items) => {
            let part = |index: usize| part?.entries().get(index).map(|entry| &entry.value);
            let items = items.into_iter().enumerate();
            Value::List(items.map(|(index, it)| as_written(it, part(index), text)).collect())
        }
        Value::Map(entries) => {
            let part = |index: usize, key: &Value| {
                let (part, key) = (part?, key.as_text()?);
                // Mostly they stand in the same order.
                let same = part.entries().get(index).filter(|it| it.name.as_deref() == Some(key));
                same.map(|entry| &entry.value).or_else(|| part.at(&[Step::from(key)]))
            };
            let entry = |(index, (key, value)): (usize, (Value, Value))| {
                let value = as_written(value, part(index, &key), text);
                (key, value)
            };
            Value::Map(entries.into_iter().enumerate().map(entry).collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Tagged(..) => {
            value
        }
    }
}

/// The tag of a number that stands as it is written.
pub(super) const NUMBER: &str = "number as written";

pub(super) fn written_number(text: &str) -> Value {
    Value::Tagged(NUMBER.to_owned(), Box::new(text.trim().into()))
}
