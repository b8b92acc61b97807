//! TOML as values.

use std::collections::BTreeMap;

use toml_edit::{Datetime, DocumentMut, Item, Offset, TableLike};

use super::{Content, Data, Number, Part, Value};
use crate::{
    diag::Diagnostic,
    text::{Document, Span},
};

/// Parses a TOML text. Its parts have no places of their own yet.
///
/// # Errors
/// What is wrong with the text, at its place.
pub fn parse_toml(document: &Document) -> Result<Data, Diagnostic> {
    let parsed: DocumentMut =
        document.text().parse().map_err(|error| syntax_error(document, &error))?;
    let value = from_item(parsed.as_item());
    Ok(Data { document: document.clone(), value, places: BTreeMap::new() })
}

fn syntax_error(document: &Document, error: &toml_edit::TomlError) -> Diagnostic {
    let place = error.span().map(|span| document.place(span.into()));
    let message = format!("this is not valid TOML: {}", error.message());
    Diagnostic::error("toml", message).at(place)
}

/// Parses a TOML text with the place of every part. Dates and times are texts as RFC 3339 has them;
/// what they leave out is the year 0, midnight and UTC.
///
/// # Errors
/// What is wrong with the text, at its place; also numbers that JSON does not have.
pub fn toml_part(document: &Document) -> Result<Part, Diagnostic> {
    let parsed = toml_edit::Document::parse(document.text())
        .map_err(|error| syntax_error(document, &error))?;
    let whole = Span { start: 0, end: 0 };
    item_part(parsed.as_item(), whole).map_err(|span| {
        Diagnostic::error("toml", "JSON has no such number").at(document.place(span))
    })
}

/// An item as a part; around it stands `around`. Or where its number is none.
fn item_part(item: &Item, around: Span) -> Result<Part, Span> {
    let span = item.span().map_or(around, Span::from);
    let content = match item {
        Item::None => Content::Null,
        Item::Value(value) => return value_part(value, around),
        Item::Table(table) => table_content(table, span)?,
        Item::ArrayOfTables(tables) => Content::List(
            tables
                .iter()
                .map(|table| {
                    let span = table.span().map_or(span, Span::from);
                    Ok(Part::new(table_content(table, span)?, span))
                })
                .collect::<Result<_, Span>>()?,
        ),
    };
    Ok(Part::new(content, span))
}

fn table_content(table: &dyn TableLike, around: Span) -> Result<Content, Span> {
    let entry = |(name, item): (&str, &Item)| {
        let key = table.key(name).and_then(|key| key.span()).map_or(around, Span::from);
        Ok((name.to_owned(), item_part(item, key)?.behind(key)))
    };
    Ok(Content::Map(table.iter().map(entry).collect::<Result<_, Span>>()?))
}

fn value_part(value: &toml_edit::Value, around: Span) -> Result<Part, Span> {
    let span = value.span().map_or(around, Span::from);
    let content = match value {
        toml_edit::Value::String(text) => Content::Text(text.value().clone()),
        toml_edit::Value::Integer(number) => Content::Number(Number::Int(*number.value())),
        toml_edit::Value::Float(number) => match *number.value() {
            number if number.is_finite() => Content::Number(Number::Float(number)),
            _ => return Err(span),
        },
        toml_edit::Value::Boolean(value) => Content::Bool(*value.value()),
        toml_edit::Value::Datetime(date) => Content::Text(rfc_3339(*date.value())),
        toml_edit::Value::Array(items) => Content::List(
            items.iter().map(|item| value_part(item, span)).collect::<Result<_, Span>>()?,
        ),
        toml_edit::Value::InlineTable(table) => table_content(table, span)?,
    };
    Ok(Part::new(content, span))
}

fn rfc_3339(moment: Datetime) -> String {
    let (year, month, day) = moment.date.map_or((0, 1, 1), |it| (it.year, it.month, it.day));
    let mut text = format!("{year:04}-{month:02}-{day:02}T");
    let time = moment.time;
    let (hour, minute) = time.map_or((0, 0), |it| (it.hour, it.minute));
    let second = time.and_then(|it| it.second).unwrap_or(0);
    text += &format!("{hour:02}:{minute:02}:{second:02}");
    if let Some(fraction) = time.and_then(|it| it.nanosecond).filter(|it| *it != 0) {
        text += format!(".{fraction:09}").trim_end_matches('0');
    }
    match moment.offset {
        Some(Offset::Custom { minutes }) if minutes != 0 => {
            let sign = if minutes < 0 { '-' } else { '+' };
            let minutes = minutes.unsigned_abs();
            text + &format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
        }
        None | Some(Offset::Z | Offset::Custom { .. }) => text + "Z",
    }
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
