//! What one answer must look like, in words that every validator understands alike.

use crate::{
    data::{Number, Value},
    manifest::Parameter,
};

/// What null is for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Null {
    /// A mistake.
    Refused,
    /// The same as none.
    Unanswered,
}

/// The schema of a parameter's answer.
pub(super) fn constraints(parameter: &Parameter, null: Null) -> Value {
    let schema = portable(&parameter.schema);
    match null {
        Null::Refused => schema,
        Null::Unanswered => or_null(&schema),
    }
}

fn or_null(schema: &Value) -> Value {
    let list = |value: &Value, more: Value| {
        Value::List(value.items().iter().cloned().chain([more]).collect())
    };
    let entry = |(key, value): (&str, &Value)| {
        let value = match key {
            "type" => Value::List(vec![value.clone(), "null".into()]),
            "enum" => list(value, Value::Null),
            "oneOf" => list(value, Value::map([("const", Value::Null)])),
            _ => value.clone(),
        };
        (key.to_owned(), value)
    };
    Value::map(schema.entries().map(entry))
}

/// The schema without what other validators read differently; that stays as an annotation.
fn portable(schema: &Value) -> Value {
    match schema {
        Value::Map(entries) => {
            let entry = |(key, value): &(Value, Value)| {
                let is_portable = match (key.as_text(), value) {
                    (Some("pattern"), Value::Text(pattern)) => is_portable(pattern),
                    (Some("multipleOf"), Value::Number(number)) => {
                        !matches!(number, Number::Float(_))
                    }
                    _ => true,
                };
                let key = if is_portable { key.clone() } else { format!("x-{key}").into() };
                (key, portable(value))
            };
            Value::Map(entries.iter().map(entry).collect())
        }
        Value::List(items) => Value::List(items.iter().map(portable).collect()),
        other => other.clone(),
    }
}

/// Whether a pattern means the same to Rust's engine and to JavaScript's with the flag `u`.
fn is_portable(pattern: &str) -> bool {
    let odd = [
        "[[", "&&", "--", "~~", "(?i", "(?s", "(?m", "(?x", "(?u", "(?U", "(?R", "(?-", "(?P",
        "(?<",
    ];
    if odd.iter().any(|it| pattern.contains(it)) {
        return false;
    }
    let (mut escaped, mut in_class) = (false, false);
    for character in pattern.chars() {
        if escaped {
            let is_known = "dDwWsSnrtf.*+?^$()[]{}|/\\".contains(character);
            if !is_known && (!in_class || character != '-') {
                return false;
            }
            escaped = false;
            continue;
        }
        match character {
            '\\' => escaped = true,
            '[' if in_class => return false,
            '[' => in_class = true,
            ']' if !in_class => return false,
            ']' => in_class = false,
            _ => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_that_engines_read_differently_is_an_annotation() {
        for pattern in ["^[a-z][a-z0-9-]{1,38}$", r"^v\d+(\.\d+)?$", "^(?:a|b)[^/\\]]*$"] {
            assert!(is_portable(pattern), "{pattern}");
        }
        for pattern in ["(?i)^a$", r"\Aa\z", "[[:alpha:]]", r"\p{L}", r"[a&&b]", r"a\-b", "a]"] {
            assert!(!is_portable(pattern), "{pattern}");
        }
    }

    #[test]
    fn null_is_an_answer_that_was_not_given() {
        let schema = Value::map([
            ("type", Value::from("string")),
            ("oneOf", Value::List(vec![Value::map([("const", Value::from("a"))])])),
            ("pattern", "(?i)a".into()),
        ]);
        assert_eq!(
            or_null(&portable(&schema)).to_json(),
            r#"{"type":["string","null"],"oneOf":[{"const":"a"},{"const":null}],"x-pattern":"(?i)a"}"#
        );
    }
}
