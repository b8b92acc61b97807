//! Answers that no file may hold: control characters, and lines where one was asked for.

use std::collections::BTreeSet;

use super::Layer;
use crate::{data::Value, diag::Diagnostic};

/// Every answer of a layer that holds what it may not.
pub(super) fn check(layer: &Layer<'_>) -> Vec<Diagnostic> {
    let of = |(name, value): (&str, &Value)| {
        let found = first(value, name, layer.lines)?;
        let message = match found {
            '\n' | '\r' => format!("the answer `{name}` has more than one line"),
            '\t' => format!("the answer `{name}` holds a tab"),
            other => {
                format!("the answer `{name}` holds the character U+{:04X}", u32::from(other))
            }
        };
        Some(Diagnostic::error("unsafe-text", message).help("give an answer without it"))
    };
    layer.answers.entries().filter_map(of).collect()
}

/// The first character that may not stand where it does; `way` leads to the value.
fn first(value: &Value, way: &str, lines: &BTreeSet<String>) -> Option<char> {
    match value {
        Value::Text(text) => {
            let bad = if lines.contains(way) { is_bad } else { is_bad_in_line };
            text.chars().find(|it| bad(*it))
        }
        Value::List(items) => {
            let way = format!("{way}/*");
            items.iter().find_map(|item| first(item, &way, lines))
        }
        Value::Map(entries) => entries.iter().find_map(|(key, value)| {
            let in_key =
                key.texts().into_iter().flat_map(str::chars).find(|it| is_bad_in_line(*it));
            in_key.or_else(|| first(value, &way_to(way, key, lines), lines))
        }),
        Value::Tagged(_, inner) => first(inner, way, lines),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// The way to what a key leads to: `*` where people choose the keys, so that no key of theirs is
/// taken for one of the golden path's.
fn way_to(way: &str, key: &Value, lines: &BTreeSet<String>) -> String {
    let any = format!("{way}/*");
    let below = format!("{any}/");
    if lines.iter().any(|line| *line == any || line.starts_with(&below)) {
        return any;
    }
    match key.as_text() {
        Some(key) if !key.contains(['/', '*']) => format!("{way}/{key}"),
        _ => format!("{way}/\n"),
    }
}

fn is_bad_in_line(character: char) -> bool {
    matches!(character, '\n' | '\t') || is_bad(character)
}

/// Line separators end a line of YAML 1.1 and JavaScript; changes of direction hide what is there.
fn is_bad(character: char) -> bool {
    (character.is_control() && !matches!(character, '\n' | '\t'))
        || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
            | '\u{fffe}' | '\u{ffff}')
}
