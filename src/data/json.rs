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
    let text = without_mark(document);
    let _: IgnoredAny =
        serde_json::from_str(text).map_err(|error| strict_error(document, &error))?;
    placed(document, false)
}

/// Parses JSON with comments and trailing commas, with the place of every part.
///
/// # Errors
/// What is wrong with the text, at its place; also if there is nothing in it.
pub fn jsonc_part(document: &Document) -> Result<Part, Diagnostic> {
    placed(document, true)
}

fn placed(document: &Document, with_comments: bool) -> Result<Part, Diagnostic> {
    let text = without_mark(document);
    let base = document.text().len() - text.len();
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
    part(&value, base)
        .map_err(|span| wrong("a number is larger than numbers may be", span.start, span.end))
}

/// The text without the mark of its byte order, which JSON allows readers to pass over.
fn without_mark(document: &Document) -> &str {
    document.text().strip_prefix('\u{feff}').unwrap_or(document.text())
}

/// A value as a part, or where its number is none.
fn part(value: &ast::Value<'_>, base: usize) -> Result<Part, Span> {
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
            list.elements.iter().map(|item| part(item, base)).collect::<Result<_, Span>>()?,
        ),
        ast::Value::Object(map) => Content::Map(
            map.properties
                .iter()
                .map(|entry| {
                    let key = placed(entry.name.range());
                    Ok((entry.name.as_str().to_owned(), part(&entry.value, base)?.behind(key)))
                })
                .collect::<Result<_, Span>>()?,
        ),
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
