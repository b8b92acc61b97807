//! New values as their language writes them.

use super::{Format, source::NUMBER};
use crate::data::{Value, to_yaml_line};

/// A value on one line.
pub(super) fn inline(format: Format, value: &Value) -> String {
    match value {
        Value::Tagged(_, text) if is_raw(format, value) => text.to_string(),
        Value::List(items) => {
            let items = items.iter().map(|item| inline(format, item)).collect::<Vec<_>>();
            format!("[{}]", items.join(", "))
        }
        Value::Map(entries) => {
            let entries = entries
                .iter()
                .map(|(key, value)| inline_entry(format, Some(&key.to_string()), value))
                .collect::<Vec<_>>();
            match format {
                Format::Toml if !entries.is_empty() => format!("{{ {} }}", entries.join(", ")),
                Format::Toml | Format::Yaml | Format::Json => format!("{{{}}}", entries.join(", ")),
            }
        }
        Value::Text(text) if format == Format::Toml => toml_edit::Value::from(text).to_string(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Tagged(..) => {
            match format {
                Format::Yaml => to_yaml_line(value),
                Format::Json | Format::Toml => value.to_json(),
            }
        }
    }
}

/// A number or date that stands as another text had it.
fn is_raw(format: Format, value: &Value) -> bool {
    match value {
        Value::Tagged(tag, _) => tag == NUMBER || format == Format::Toml,
        _ => false,
    }
}

/// A key with its value, or an item, on one line.
pub(super) fn inline_entry(format: Format, key: Option<&str>, value: &Value) -> String {
    let inner = inline(format, value);
    match (key, format) {
        (None, _) => inner,
        (Some(name), Format::Toml) => format!("{} = {inner}", key_text(format, name)),
        (Some(name), Format::Yaml | Format::Json) => {
            format!("{}: {inner}", key_text(format, name))
        }
    }
}

/// A key with its value, or an item, on lines of its own.
pub(super) fn line(format: Format, key: Option<&str>, value: &Value) -> String {
    match (format, key) {
        (Format::Yaml, None) => format!("- {}", inline(format, value)),
        (Format::Yaml, Some(key)) => match block(value) {
            Some(body) => format!("{}:\n{body}", key_text(format, key)),
            None => inline_entry(format, Some(key), value),
        },
        (Format::Json | Format::Toml, key) => inline_entry(format, key, value),
    }
}

/// The lines of a map or list of YAML's that is not empty, two spaces in.
pub(super) fn block(value: &Value) -> Option<String> {
    let lines: Vec<_> = match value {
        Value::Map(entries) => entries
            .iter()
            .map(|(key, value)| line(Format::Yaml, Some(&key.to_string()), value))
            .collect(),
        Value::List(items) => items.iter().map(|item| line(Format::Yaml, None, item)).collect(),
        _ => Vec::new(),
    };
    let text = lines.join("\n");
    (!text.is_empty()).then(|| format!("  {}", text.replace('\n', "\n  ")))
}

/// A value on one line, in the quotes that the old one had.
pub(super) fn like(format: Format, old: &str, value: &Value) -> String {
    match value {
        Value::Text(text) if format != Format::Json => {
            let is_simple = !text.chars().any(|it| it.is_control() || "'\\\"".contains(it));
            match old.chars().next() {
                Some('\'') if is_simple => format!("'{text}'"),
                Some('"') if is_simple => format!("\"{text}\""),
                _ => inline(format, value),
            }
        }
        _ => inline(format, value),
    }
}

/// A key as its language writes it.
pub(super) fn key_text(format: Format, key: &str) -> String {
    let is_bare = !key.is_empty()
        && key.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-'));
    match format {
        Format::Yaml => to_yaml_line(&key.into()),
        Format::Json => Value::from(key).to_json(),
        Format::Toml if is_bare => key.to_owned(),
        Format::Toml => toml_edit::Value::from(key).to_string(),
    }
}
