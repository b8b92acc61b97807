//! JSON, strictly or with comments.

use std::collections::BTreeMap;

use jsonc_parser::{ParseOptions, ast, common::Ranged as _, parse_to_ast};
use serde::de::IgnoredAny;

use super::{Content, Data, Number, Part, Value};
use crate::{
    diag::Diagnostic,
    text::{Document, Position, Span},
};

/// Parses a JSON text. Its parts have no places of their own yet.
///
/// # Errors
/// What is wrong with the text, at its place.
pub fn parse_json(document: &Document) -> Result<Data, Diagnostic> {
    let value: Value =
        serde_json::from_str(document.text()).map_err(|error| strict_error(document, &error))?;
    Ok(Data { document: document.clone(), value, places: BTreeMap::new() })
}

fn strict_error(document: &Document, error: &serde_json::Error) -> Diagnostic {
    // Its columns are bytes.
    let line = document.offset(Position { line: error.line(), column: 1 });
    let at = line + error.column().saturating_sub(1);
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or(&message);
    Diagnostic::error("json", format!("this is not valid JSON: {message}"))
        .at(document.place(Span { start: at, end: at }))
}

/// Parses a JSON text with the place of every part. Of a key that stands twice, the last one stays.
///
/// # Errors
/// What is wrong with the text, at its place.
pub fn json_part(document: &Document) -> Result<Part, Diagnostic> {
    let span = without_mark(document);
    let _: IgnoredAny = serde_json::from_str(document.slice(span))
        .map_err(|error| strict_error(document, &error))?;
    Ok(placed(document, span, false)?.0)
}

/// What a JSON text says to those who read on: values one after another, with comments or without.
#[derive(Debug, Default)]
pub struct JsonParts {
    /// Its values.
    pub parts: Vec<Part>,
    /// The keys that stand twice in their map.
    pub twice: Vec<Span>,
    /// Where it ends in something else.
    pub broken: Option<Diagnostic>,
}

/// Parses a JSON text as far as it goes, with the place of every part.
pub fn json_parts(document: &Document) -> JsonParts {
    let whole = without_mark(document);
    let mut read = JsonParts::default();
    match placed(document, whole, true) {
        Ok((part, twice)) => return JsonParts { parts: vec![part], twice, broken: None },
        Err(mistake) => read.broken = Some(mistake),
    }
    let mut values =
        serde_json::Deserializer::from_str(document.slice(whole)).into_iter::<IgnoredAny>();
    let mut start = whole.start;
    while let Some(value) = values.next() {
        let end = whole.start + values.byte_offset();
        let one = value.ok().map(|_| Span { start, end });
        match one.map(|one| placed(document, one, false)) {
            Some(Ok((part, twice))) => {
                read.parts.push(part);
                read.twice.extend(twice);
            }
            Some(Err(mistake)) => return JsonParts { broken: Some(mistake), ..read },
            None => return read,
        }
        start = end;
    }
    if read.parts.is_empty() { read } else { JsonParts { broken: None, ..read } }
}

/// Parses JSON with comments and trailing commas, with the place of every part.
///
/// # Errors
/// What is wrong with the text, at its place; also if there is nothing in it.
pub fn jsonc_part(document: &Document) -> Result<Part, Diagnostic> {
    Ok(placed(document, without_mark(document), true)?.0)
}

/// The value of a stretch of the document, and the keys in it that stand twice.
fn placed(
    document: &Document,
    stretch: Span,
    with_comments: bool,
) -> Result<(Part, Vec<Span>), Diagnostic> {
    let (text, base) = (document.slice(stretch), stretch.start);
    let options = ParseOptions {
        allow_comments: with_comments,
        allow_trailing_commas: with_comments,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let wrong = |message: &str, start: usize, end: usize| {
        let span = Span { start: base + start, end: base + end };
        Diagnostic::error("json", format!("this is not valid JSON: {message}"))
            .at(document.place(span))
    };
    let parsed = parse_to_ast(text, &Default::default(), &options).map_err(|error| {
        wrong(&error.kind().to_string(), error.range().start, error.range().end)
    })?;
    let value = parsed.value.ok_or_else(|| wrong("it is empty", 0, text.len()))?;
    let mut twice = Vec::new();
    let part = part(&value, base, &mut twice)
        .map_err(|span| wrong("a number is larger than numbers may be", span.start, span.end))?;
    Ok((part, twice))
}

/// The text without the mark of its byte order, which JSON allows readers to pass over.
fn without_mark(document: &Document) -> Span {
    const MARK: char = '\u{feff}';
    let start = if document.text().starts_with(MARK) { MARK.len_utf8() } else { 0 };
    Span { start, end: document.text().len() }
}

/// A value as a part, or where its number is none.
fn part(value: &ast::Value<'_>, base: usize, twice: &mut Vec<Span>) -> Result<Part, Span> {
    let placed = |range: jsonc_parser::common::Range| Span {
        start: base + range.start,
        end: base + range.end,
    };
    let content = match value {
        ast::Value::StringLit(text) => Content::Text(text.value.to_string()),
        ast::Value::NumberLit(number) => match number_from(number.value) {
            Number::Float(value) if !value.is_finite() => {
                return Err((number.range.start..number.range.end).into());
            }
            number => Content::Number(number),
        },
        ast::Value::BooleanLit(value) => Content::Bool(value.value),
        ast::Value::NullKeyword(_) => Content::Null,
        ast::Value::Array(list) => Content::List(
            list.elements
                .iter()
                .map(|item| part(item, base, twice))
                .collect::<Result<_, Span>>()?,
        ),
        ast::Value::Object(map) => {
            let mut entries = BTreeMap::new();
            for entry in &map.properties {
                let key = placed(entry.name.range());
                let value = part(&entry.value, base, twice)?.behind(key);
                if entries.insert(entry.name.as_str().to_owned(), value).is_some() {
                    twice.push(key);
                }
            }
            Content::Map(entries)
        }
    };
    Ok(Part::new(content, placed(value.range())))
}

/// Parses JSON with comments and trailing commas. A key that stands twice is kept twice.
///
/// # Errors
/// What is wrong with the text, at its place.
pub fn parse_jsonc(document: &Document) -> Result<Data, Diagnostic> {
    let parsed = parse_to_ast(document.text(), &Default::default(), &Default::default()).map_err(
        |error| {
            let range = error.range();
            let message = format!("this is not valid JSON: {}", error.kind());
            Diagnostic::error("json", message)
                .at(document.place(Span { start: range.start, end: range.end }))
        },
    )?;
    let value = parsed.value.as_ref().map(from_ast).unwrap_or_default();
    Ok(Data { document: document.clone(), value, places: BTreeMap::new() })
}

fn from_ast(value: &ast::Value<'_>) -> Value {
    match value {
        ast::Value::StringLit(text) => Value::from(text.value.as_ref()),
        ast::Value::NumberLit(number) => Value::Number(number_from(number.value)),
        ast::Value::BooleanLit(value) => Value::Bool(value.value),
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::Array(list) => Value::List(list.elements.iter().map(from_ast).collect()),
        ast::Value::Object(map) => Value::Map(
            map.properties
                .iter()
                .map(|property| (property.name.as_str().into(), from_ast(&property.value)))
                .collect(),
        ),
    }
}

fn number_from(text: &str) -> Number {
    match (text.parse(), text.parse()) {
        (Ok(whole), _) => Number::Int(whole),
        (Err(_), Ok(whole)) => Number::Large(whole),
        (Err(_), Err(_)) => Number::Float(text.parse().unwrap_or(f64::NAN)),
    }
}
