//! Answers that no file may hold: control characters, and lines where one was asked for.

use super::Layer;
use crate::{data::Value, diag::Diagnostic};

/// Every answer of a layer that holds what it may not.
pub(super) fn check(layer: &Layer<'_>) -> Vec<Diagnostic> {
    let of = |(name, value): (&str, &Value)| {
        let bad = if layer.lines.contains(name) { is_bad } else { is_bad_in_line };
        let found = first(value, bad)?;
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

fn first(value: &Value, bad: fn(char) -> bool) -> Option<char> {
    match value {
        Value::Text(text) => text.chars().find(|it| bad(*it)),
        Value::List(items) => items.iter().find_map(|item| first(item, bad)),
        Value::Map(entries) => {
            entries.iter().find_map(|(key, value)| first(key, bad).or_else(|| first(value, bad)))
        }
        Value::Tagged(_, inner) => first(inner, bad),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
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
