//! What one answer must look like, in words that every validator understands alike.

use super::{annotated, is_needed};
use crate::{
    data::{Number, Value},
    manifest::{Choice, Parameter, Shape},
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
    let schema = with_parts(&parameter.shape, portable(&parameter.schema));
    match null {
        Null::Refused => schema,
        Null::Unanswered => or_null(&schema),
    }
}

/// The schema with what people read of each part, and without what the defaults of keys make up for.
fn with_parts(shape: &Shape, schema: Value) -> Value {
    match shape {
        Shape::List(inner) => with(schema, "items", |it| with_parts(inner, it)),
        Shape::Map(inner) => with(schema, "additionalProperties", |it| with_parts(inner, it)),
        Shape::Object(fields) => {
            let property = |schema: Value, field: &Parameter| {
                let null = match is_needed(field) {
                    true => Null::Refused,
                    false => Null::Unanswered,
                };
                with(schema, &field.name, |_| annotated(field, constraints(field, null)))
            };
            let schema = with(schema, "properties", |it| fields.iter().fold(it, property));
            let needed = |name: &Value| {
                let field = fields.iter().find(|it| Some(it.name.as_str()) == name.as_text());
                field.is_none_or(is_needed)
            };
            with(schema, "required", |it| {
                Value::List(it.items().iter().filter(|it| needed(it)).cloned().collect())
            })
        }
        Shape::Choice(choices) => with(schema, "oneOf", |it| branches(choices, &it)),
        Shape::Choices(choices) => {
            with(schema, "items", |items| with(items, "oneOf", |it| branches(choices, &it)))
        }
        Shape::Text
        | Shape::Lines
        | Shape::Integer
        | Shape::Number
        | Shape::Boolean
        | Shape::Any => schema,
    }
}

/// The choices with their titles, and with the templates that may close them.
fn branches(choices: &[Choice], branches: &Value) -> Value {
    let branch = |branch: &Value| {
        let choice = choices.iter().find(|it| branch.get("const") == Some(&it.value));
        let title = choice.and_then(|it| it.title.as_deref());
        let closed = choice.and_then(|it| it.disabled.as_ref());
        let said = [("title", title), ("x-disabled", closed.map(|it| it.text.as_str()))];
        let said: Vec<_> = said.into_iter().filter_map(|(key, text)| Some((key, text?))).collect();
        let rest = branch.entries().filter(|(key, _)| !["title", "x-disabled"].contains(key));
        let rest = rest.map(|(key, value)| (key, value.clone()));
        Value::map(rest.chain(said.into_iter().map(|(key, text)| (key, text.into()))))
    };
    Value::List(branches.items().iter().map(branch).collect())
}

/// A map with another value behind a key, if it has that.
fn with(schema: Value, wanted: &str, change: impl Fn(Value) -> Value) -> Value {
    let entry = |(key, value): (&str, &Value)| {
        let value = value.clone();
        (key.to_owned(), if key == wanted { change(value) } else { value })
    };
    Value::map(schema.entries().map(entry))
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
