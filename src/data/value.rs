//! A value of any structured format.

use std::{collections::HashSet, fmt};

use serde::{
    Serialize, Serializer,
    ser::{SerializeMap as _, SerializeSeq as _},
};

/// Up to so many keys are compared with each other; more are looked up.
const FEW: usize = 16;

/// What a structured text says. Maps keep their order.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A whole or fractional number.
    Number(Number),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// Keys and values in the order of the text. Keys are texts in nearly every document of ours.
    Map(Vec<(Self, Self)>),
    /// A value with a tag of YAML's (`!Ref x`).
    Tagged(String, Box<Self>),
}

/// A number that keeps whether it is whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// A whole number.
    Int(i64),
    /// A whole number over `i64::MAX`.
    Large(u64),
    /// A fractional number.
    Float(f64),
}

impl Value {
    /// A map with text keys.
    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (Self::Text(key.into()), value)).collect())
    }

    /// The value of a text key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// The value behind several text keys.
    pub fn at<'a>(&self, keys: impl IntoIterator<Item = &'a str>) -> Option<&Self> {
        keys.into_iter().try_fold(self, |value, key| value.get(key))
    }

    /// The text keys of a map and their values, in order; nothing for other values.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Self)> {
        let entries = match self {
            Self::Map(entries) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().filter_map(|(key, value)| Some((key.as_text()?, value)))
    }

    /// The items of a list; nothing for other values.
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// Every text in the value, keys included.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text],
            Self::List(items) => items.iter().flat_map(Self::texts).collect(),
            Self::Map(entries) => entries
                .iter()
                .flat_map(|(key, value)| [key.texts(), value.texts()].concat())
                .collect(),
            Self::Tagged(_, value) => value.texts(),
            Self::Null | Self::Bool(_) | Self::Number(_) => Vec::new(),
        }
    }

    /// Whether a key stands twice in one of its maps: some readers take the first, some the last.
    pub fn has_key_twice(&self) -> bool {
        match self {
            Self::List(items) => items.iter().any(Self::has_key_twice),
            Self::Map(entries) => {
                stands_twice(entries) || entries.iter().any(|(_, value)| value.has_key_twice())
            }
            Self::Tagged(_, inner) => inner.has_key_twice(),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => false,
        }
    }

    /// What kind of value it is, with its article: `a text`, `a list`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "a boolean",
            Self::Number(Number::Int(_) | Number::Large(_)) => "an integer",
            Self::Number(Number::Float(_)) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Tagged(..) => "a tagged value",
        }
    }

    /// The value on one line, as JSON: what messages show.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Number(Number::Int(value))
    }
}

impl fmt::Display for Value {
    /// Texts as they are, everything else as JSON.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => formatter.write_str(text),
            other => formatter.write_str(&other.to_json()),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(Number::Int(value)) => serializer.serialize_i64(*value),
            Self::Number(Number::Large(value)) => serializer.serialize_u64(*value),
            Self::Number(Number::Float(value)) => serializer.serialize_f64(*value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| list.serialize_element(item))?;
                list.end()
            }
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                entries.iter().try_for_each(|(key, value)| match key {
                    Self::Text(key) => map.serialize_entry(key, value),
                    other => map.serialize_entry(&other.to_string(), value),
                })?;
                map.end()
            }
            Self::Tagged(_, value) => value.serialize(serializer),
        }
    }
}

fn stands_twice(entries: &[(Value, Value)]) -> bool {
    if entries.len() <= FEW {
        let is_earlier = |(at, (key, _)): (usize, &(Value, Value))| {
            entries.iter().take(at).any(|(other, _)| other == key)
        };
        return entries.iter().enumerate().any(is_earlier);
    }
    let mut seen = HashSet::new();
    !entries.iter().all(|(key, _)| seen.insert(format!("{key:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_key_twice(text: &str) -> bool {
        serde_yaml::from_str::<Value>(text).unwrap().has_key_twice()
    }

    #[test]
    fn a_key_that_stands_twice_is_found_among_few_and_among_many() {
        let many: String = (0..100).map(|number| format!("k{number}: 1\n")).collect();
        for text in ["a: 1\nb: 2\na: 3\n", "- a: {b: !x {c: 1, c: 2}}", "[1, 2]: a\n[1, 2]: b\n"] {
            assert!(has_key_twice(text), "{text}");
        }
        assert!(has_key_twice(&format!("{many}a: 1\na: 2\n")));
        assert!(!has_key_twice(&many));
        assert!(!has_key_twice("1: a\n'1': b\n1.0: c\nd: {d: 1}\n"));
    }
}
