//! JSON, strictly or with comments.

use std::collections::BTreeMap;

use jsonc_parser::{ast, parse_to_ast};

use super::{Data, Number, Value};
use crate::{
    diag::Diagnostic,
    text::{Document, Position, Span},
};

/// Parses a JSON text. Its parts have no places of their own yet.
///
/// # Errors
/// What is wrong with the text, at its place.
pub fn parse_json(document: &Document) -> Result<Data, Diagnostic> {
    let value: Value = serde_json::from_str(document.text()).map_err(|error| {
        let at = document.offset(Position { line: error.line(), column: error.column() });
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or(&message);
        Diagnostic::error("json", format!("this is not valid JSON: {message}"))
            .at(document.place(Span { start: at, end: at }))
    })?;
    Ok(Data { document: document.clone(), value, places: BTreeMap::new() })
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
