//! Printed keys: a text that is harmless by its shape may still be the name of a neighbour, and some
//! readers let the last of two keys win.

use crate::{
    data::{Value, parse_json, parse_yaml_values},
    template::Format,
    text::Document,
};

/// Whether a template prints keys and its output has one of them twice.
pub(super) fn stand_twice(template: &str, text: &str, format: Format) -> bool {
    if !prints_keys(template) {
        return false;
    }
    let document = Document::new("", text);
    match format {
        Format::Yaml => {
            parse_yaml_values(&document).is_err_and(|error| error.message.contains("duplicate"))
        }
        Format::Json => parse_json(&document).is_ok_and(|data| has_twice(&data.value)),
        // Every reader of TOML refuses it.
        Format::Toml => false,
    }
}

/// Whether an expression ends in a word that a colon follows.
fn prints_keys(template: &str) -> bool {
    let is_word = |it: char| it.is_ascii_alphanumeric() || "_.-\"'".contains(it);
    let is_key = |rest: &str| {
        let rest = rest.trim_start_matches(is_word).trim_start_matches([' ', '\t']);
        rest.strip_prefix(':')
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\n', '\r']))
    };
    ["}}", "]]"].iter().any(|end| template.split(end).skip(1).any(is_key))
}

fn has_twice(value: &Value) -> bool {
    match value {
        Value::Map(entries) => {
            let mut keys: Vec<_> = value.entries().map(|(key, _)| key).collect();
            keys.sort_unstable();
            keys.windows(2).any(|pair| pair.first() == pair.last())
                || entries.iter().any(|(_, value)| has_twice(value))
        }
        Value::List(items) => items.iter().any(has_twice),
        Value::Tagged(_, inner) => has_twice(inner),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => false,
    }
}
