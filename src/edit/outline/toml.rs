//! Where every part of a TOML text stands. A table's entry reaches from its header to the last byte
//! of what belongs to it; one that is scattered over the text overlaps others, and then an edit of
//! it as a whole is not proved.

use std::ops::Range;

use toml_edit::{Array, ArrayOfTables, Document, InlineTable, Item, Key, Table, Value};

use super::{Entry, Form, Layout, Part, Shape};
use crate::edit::text::line_start;

/// The outline of a TOML text.
pub(in crate::edit) fn toml(text: &str) -> Option<Part> {
    let parsed = Document::parse(text).ok()?;
    let entries = table_entries(text, parsed.as_table())?;
    Some(Part { span: 0..text.len(), shape: Shape::Map(Layout::Sections, entries) })
}

fn table_entries(text: &str, table: &Table) -> Option<Vec<Entry>> {
    let keys = table.iter().filter_map(|(name, _)| table.get_key_value(name));
    keys.map(|(key, item)| table_entry(text, key, item)).collect()
}

fn table_entry(text: &str, key: &Key, item: &Item) -> Option<Entry> {
    let name = Some(key.get().to_owned());
    let key = key.span()?;
    match item {
        Item::None => None,
        Item::Value(value) => {
            let value = part(value)?;
            let start = line_start(text, key.start);
            let blank = text.get(start..key.start)?;
            let range = start + (blank.len() - blank.trim_start().len())..value.span.end;
            Some(Entry { name, key, range, value, form: Form::Line })
        }
        Item::Table(table) => {
            let (range, value) = headed(text, table)?;
            let is_bare = table.is_implicit() || table.is_dotted();
            let form = match value.entries().first() {
                Some(first) if is_bare => first.form,
                _ => Form::Header,
            };
            Some(Entry { name, key, range, value, form })
        }
        Item::ArrayOfTables(tables) => {
            let value = list(text, tables)?;
            let range = value.span.clone();
            Some(Entry { name, key, range, value, form: Form::Header })
        }
    }
}

/// A table: with its header where it has one, to the end of its last entry.
fn headed(text: &str, table: &Table) -> Option<(Range<usize>, Part)> {
    let header = table.span().filter(|_| !table.is_implicit() && !table.is_dotted());
    let entries = table_entries(text, table)?;
    let starts = entries.iter().map(|it| it.range.start).chain(header.iter().map(|it| it.start));
    let ends = entries.iter().map(|it| it.range.end).chain(header.iter().map(|it| it.end));
    let range = starts.min()?..ends.max()?;
    let inside = header.map_or(range.start, |it| it.end)..range.end;
    let value = Part { span: inside, shape: Shape::Map(Layout::Sections, entries) };
    Some((range, value))
}

fn list(text: &str, tables: &ArrayOfTables) -> Option<Part> {
    let items = tables.iter().map(|table| {
        let (range, value) = headed(text, table)?;
        let key = range.start..range.start;
        Some(Entry { name: None, key, range, value, form: Form::Header })
    });
    let items: Vec<_> = items.collect::<Option<_>>()?;
    let span = items.first()?.range.start..items.iter().map(|it| it.range.end).max()?;
    Some(Part { span, shape: Shape::List(Layout::Sections, items) })
}

fn part(value: &Value) -> Option<Part> {
    match value {
        Value::Array(array) => array_part(array),
        Value::InlineTable(table) => inline_part(table),
        Value::String(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Boolean(_)
        | Value::Datetime(_) => value.span().map(Part::scalar),
    }
}

fn array_part(array: &Array) -> Option<Part> {
    let items = array.iter().map(|item| {
        let value = part(item)?;
        let range = value.span.clone();
        let key = range.start..range.start;
        Some(Entry { name: None, key, range, value, form: Form::Inline })
    });
    let items = items.collect::<Option<_>>()?;
    Some(Part { span: array.span()?, shape: Shape::List(Layout::Flow, items) })
}

fn inline_part(table: &InlineTable) -> Option<Part> {
    let entries = table.iter().map(|(name, value)| {
        let (key, _) = table.get_key_value(name)?;
        let value = part(value)?;
        let key = key.span()?;
        let range = key.start..value.span.end;
        Some(Entry { name: Some(name.to_owned()), key, range, value, form: Form::Inline })
    });
    let entries: Vec<Entry> = entries.collect::<Option<_>>()?;
    let span = match (table.is_dotted(), entries.first(), entries.last()) {
        (true, Some(first), Some(last)) => first.range.start..last.range.end,
        _ => table.span()?,
    };
    Some(Part { span, shape: Shape::Map(Layout::Flow, entries) })
}
