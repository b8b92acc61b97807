//! Answers that were given before anybody is asked.

use std::collections::BTreeMap;

use crate::{
    answer::Origin,
    data::{Places, Value, parse_json},
    manifest::{Parameter, Shape},
    spec::Stated,
    text::{Document, Place},
};

/// Given answers by parameter.
pub type GivenAnswers = BTreeMap<String, Given>;

/// Whether a parameter was given an answer; nothing is none.
pub(super) fn is_given(given: &GivenAnswers, name: &str) -> bool {
    given.get(name).is_some_and(|it| it.value != Value::Null)
}

/// One given answer.
#[derive(Debug, Clone)]
pub struct Given {
    /// The value, of the type that the parameter declares or not.
    pub value: Value,
    /// Who gave it.
    pub origin: Origin,
    /// Where it stands, if it stands in a file.
    pub place: Option<Place>,
    /// Where the parameter's name stands, if it stands in a file.
    pub key: Option<Place>,
    /// Where each part of it stands, if it stands in a file.
    pub parts: Places,
}

impl Given {
    /// An answer that stands in no file.
    pub fn new(value: Value, origin: Origin) -> Self {
        Self { value, origin, place: None, key: None, parts: Places::default() }
    }
}

impl From<&Stated> for Given {
    /// An answer of a spec, with its places.
    fn from(stated: &Stated) -> Self {
        let (key, place) = (Some(stated.key.clone()), Some(stated.place.clone()));
        let parts = stated.parts.clone();
        Self { key, place, parts, ..Self::new(stated.value.clone(), Origin::Spec) }
    }
}

/// Reads a text from a flag or variable as the parameter's declared type: numbers and booleans as
/// such, lists as JSON or separated by commas. What can't be read stays a text, so that the check
/// against the schema tells what is wrong with it.
pub fn read_text(shape: &Shape, text: &str) -> Value {
    let as_text = || Value::from(text);
    match shape {
        Shape::Text | Shape::Lines => as_text(),
        Shape::Boolean => text.parse().map_or_else(|_| as_text(), Value::Bool),
        Shape::Integer | Shape::Number => {
            json(text).filter(|value| matches!(value, Value::Number(_))).unwrap_or_else(as_text)
        }
        Shape::Choice(choices) => {
            let named = choices.iter().find(|choice| choice.value.to_string() == text);
            named.map_or_else(as_text, |choice| choice.value.clone())
        }
        Shape::Choices(choices) => list(text, &Shape::Choice(choices.clone())),
        shape if shape.is_nested() => json(text).unwrap_or_else(as_text),
        Shape::List(item) => list(text, item),
        Shape::Map(_) | Shape::Object(_) => as_text(),
        Shape::Any => json(text).unwrap_or_else(as_text),
    }
}

fn list(text: &str, item: &Shape) -> Value {
    if let Some(Value::List(items)) = json(text) {
        return Value::List(items);
    }
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    Value::List(parts.map(|part| read_text(item, part)).collect())
}

fn json(text: &str) -> Option<Value> {
    let value = parse_json(&Document::new("answer", text)).ok()?.value;
    // Of a key that stands twice one reader would take the first and another the last.
    (!value.has_key_twice()).then_some(value)
}

/// Says where an answer came from, for one that has no place of its own.
pub(super) fn origin_note(parameter: &Parameter, given: &Given) -> Option<String> {
    let name = &parameter.name;
    match given.origin {
        Origin::Flag => Some(format!("it was given on the command line for `{name}`")),
        Origin::Environment => {
            Some(format!("it was given by the environment, in `{}`", variable(name)))
        }
        Origin::Spec | Origin::Prompt | Origin::Default | Origin::Computed | Origin::GoldenPath => {
            None
        }
    }
}

/// Where a given answer came from, in a few words.
pub(super) fn whence(name: &str, given: &Given) -> Option<String> {
    match (given.origin, &given.place) {
        (Origin::Flag, _) => Some(format!("`{name}` is given on the command line")),
        (Origin::Environment, _) => {
            Some(format!("`{name}` is given by the environment, in `{}`", variable(name)))
        }
        (Origin::Spec, Some(place)) => Some(format!("`{name}` is given at {}", place.label())),
        (
            Origin::Spec | Origin::Prompt | Origin::Default | Origin::Computed | Origin::GoldenPath,
            _,
        ) => None,
    }
}

/// How to write an answer with parts, for one that was no such thing.
pub(super) fn form_help(parameter: &Parameter, given: &Given) -> Option<String> {
    let example = match &parameter.shape {
        shape if !shape.is_nested() => return None,
        Shape::List(_) => r#"[{"key": "value"}]"#,
        _ => r#"{"key": "value"}"#,
    };
    let is_typed = matches!(given.origin, Origin::Flag | Origin::Environment);
    let text = given.value.as_text().filter(|_| is_typed)?;
    let help = format!("write it as JSON: `{example}`");
    Some(match why_no_json(text) {
        Some(why) => format!("{why}; {help}"),
        None => help,
    })
}

/// What is wrong with a text that looks like JSON.
fn why_no_json(text: &str) -> Option<String> {
    if !text.trim_start().starts_with(['[', '{']) {
        return None;
    }
    match parse_json(&Document::new("answer", text)) {
        Ok(data) => data.value.has_key_twice().then(|| "a key stands in it twice".to_owned()),
        Err(mistake) => Some(mistake.message),
    }
}

/// The environment variable that answers a parameter.
pub(super) fn variable(parameter: &str) -> String {
    format!("FLAGSTONE_PARAM_{}", parameter.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{data::Number, manifest::Choice};

    #[test]
    fn json_with_a_key_that_stands_twice_is_none() {
        let map = Shape::Map(Box::new(Shape::Text));
        let twice = r#"{"a": 3, "a": "x"}"#;
        assert_eq!(read_text(&map, twice), twice.into());
        let inside = r#"[{"a": {"b": 1, "b": 2}}]"#;
        assert_eq!(read_text(&Shape::List(Box::new(map)), inside), inside.into());
    }

    #[test]
    fn what_looks_like_json_and_is_none_is_told_why() {
        let why = |text: &str| why_no_json(text).unwrap_or_default();
        insta::assert_snapshot!(why("[1e999]"), @"this is not valid JSON: number out of range");
        insta::assert_snapshot!(why(&"[".repeat(500)), @"this is not valid JSON: recursion limit exceeded");
        insta::assert_snapshot!(why(r#"{"a": 1, "a": 2}"#), @"a key stands in it twice");
        assert_eq!(why("a, b"), "");
        assert_eq!(why("[1]"), "");
    }

    #[test]
    fn a_text_is_read_by_the_declared_type() {
        assert_eq!(read_text(&Shape::Text, "8080"), "8080".into());
        assert_eq!(read_text(&Shape::Integer, "8080"), 8080.into());
        assert_eq!(read_text(&Shape::Number, "1.5"), Value::Number(Number::Float(1.5)));
        assert_eq!(read_text(&Shape::Boolean, "true"), true.into());
        assert_eq!(read_text(&Shape::Choice(vec![Choice::new(3.into())]), "3"), 3.into());
        let list = Value::List(vec!["a".into(), "b".into()]);
        let texts = Shape::List(Box::new(Shape::Text));
        assert_eq!(read_text(&texts, "[\"a\", \"b\"]"), list);
        assert_eq!(read_text(&texts, "a, b"), list);
    }

    #[test]
    fn what_cannot_be_read_stays_a_text() {
        assert_eq!(read_text(&Shape::Integer, "eighty"), "eighty".into());
        assert_eq!(read_text(&Shape::Boolean, "yes"), "yes".into());
    }
}
