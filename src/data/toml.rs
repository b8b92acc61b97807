//! TOML as values.

use std::collections::BTreeMap;

use toml_edit::{DocumentMut, Item};

use super::{Data, Number, Value};
use crate::{diag::Diagnostic, text::Document};

/// Parses a TOML text. Its parts have no places of their own yet.
///
/// # Errors
/// What is wrong with the text, at its place.
pub fn parse_toml(document: &Document) -> Result<Data, Diagnostic> {
    let parsed: DocumentMut = document.text().parse().map_err(|error: toml_edit::TomlError| {
        let place = error.span().map(|span| document.place(span.into()));
        let message = format!("this is not valid TOML: {}", error.message());
        Diagnostic::error("toml", message).at(place)
    })?;
    let value = from_item(parsed.as_item());
    Ok(Data { document: document.clone(), value, places: BTreeMap::new() })
}

fn from_item(item: &Item) -> Value {
    match item {
        Item::None => Value::Null,
        Item::Value(value) => from_value(value),
        Item::Table(table) => Value::map(table.iter().map(|(key, item)| (key, from_item(item)))),
        Item::ArrayOfTables(tables) => Value::List(
            tables
                .iter()
                .map(|table| Value::map(table.iter().map(|(key, item)| (key, from_item(item)))))
                .collect(),
        ),
    }
}

fn from_value(value: &toml_edit::Value) -> Value {
    match value {
        toml_edit::Value::String(text) => Value::Text(text.value().clone()),
        toml_edit::Value::Integer(number) => Value::Number(Number::Int(*number.value())),
        toml_edit::Value::Float(number) => Value::Number(Number::Float(*number.value())),
        toml_edit::Value::Boolean(value) => Value::Bool(*value.value()),
        toml_edit::Value::Datetime(date) => {
            Value::Tagged("datetime".to_owned(), Box::new(date.value().to_string().into()))
        }
        toml_edit::Value::Array(items) => Value::List(items.iter().map(from_value).collect()),
        toml_edit::Value::InlineTable(table) => {
            Value::map(table.iter().map(|(key, value)| (key, from_value(value))))
        }
    }
}
