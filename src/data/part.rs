//! A value whose every part knows where it stands.
//!
//! **Invariant:** as deep as the readers allow, never deeper: what walks it may recurse.

use std::collections::BTreeMap;

use serde::{
    Serialize, Serializer,
    ser::{SerializeMap as _, SerializeSeq as _},
};

use super::{Number, Value};
use crate::text::Span;

/// A part of a text: what it says, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// What it says.
    pub content: Content,
    /// Where it stands.
    pub span: Span,
    /// Where its key stands, if it has one.
    pub key: Option<Span>,
}

/// What a part of a text says, as JSON has it.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole or fractional number.
    Number(Number),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Part>),
    /// Keys and values; of a key that stands twice, the last one.
    Map(BTreeMap<String, Part>),
}

impl Part {
    /// A part without a key.
    pub const fn new(content: Content, span: Span) -> Self {
        Self { content, span, key: None }
    }

    /// The same part behind a key.
    #[must_use]
    pub const fn behind(mut self, key: Span) -> Self {
        self.key = Some(key);
        self
    }

    /// The part that a JSON pointer (`/spec/containers/0`) leads to, or the nearest one around it.
    pub fn nearest(&self, pointer: &str) -> &Self {
        let mut part = self;
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            let next = match &part.content {
                Content::Map(entries) => entries.get(&step),
                Content::List(items) => step.parse().ok().and_then(|at: usize| items.get(at)),
                _ => None,
            };
            match next {
                Some(next) => part = next,
                None => break,
            }
        }
        part
    }

    /// The value without its places.
    pub fn to_value(&self) -> Value {
        match &self.content {
            Content::Null => Value::Null,
            Content::Bool(value) => Value::Bool(*value),
            Content::Number(number) => Value::Number(*number),
            Content::Text(text) => Value::Text(text.clone()),
            Content::List(items) => Value::List(items.iter().map(Self::to_value).collect()),
            Content::Map(entries) => {
                Value::map(entries.iter().map(|(key, value)| (key, value.to_value())))
            }
        }
    }
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.content {
            Content::Null => serializer.serialize_unit(),
            Content::Bool(value) => serializer.serialize_bool(*value),
            Content::Number(number) => Value::Number(*number).serialize(serializer),
            Content::Text(text) => serializer.serialize_str(text),
            Content::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| list.serialize_element(item))?;
                list.end()
            }
            Content::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                entries.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
                map.end()
            }
        }
    }
}
