//! Structured texts (YAML, JSON, TOML) as values, with the place of every key and value.
//!
//! **Invariant:** no type of a format's crate leaves this module; a [`Value`] is what others see.

mod base64;
mod json;
mod node;
mod part;
mod parts;
mod read;
mod toml;
mod value;
mod window;
mod write;
mod yaml;

pub use base64::{base64, base64_as_read};
pub use json::{JsonParts, json_part, json_parts, jsonc_part, parse_json, parse_jsonc};
pub use node::{API_VERSION, Node, Places, check_api_version};
pub use part::{Content, Part};
pub use parts::{Mark, Structure, YamlPart, is_typed_in_yaml_1_1, placed_yaml_parts, yaml_parts};
pub use toml::{parse_toml, toml_part};
pub use value::{Number, Value};
pub use window::yaml_entries;
pub use write::{to_yaml, to_yaml_line};
pub use yaml::{MAX_BYTES, parse_yaml, parse_yaml_documents, parse_yaml_values, too_deep_yaml};

use std::collections::BTreeMap;

use crate::text::{Document, Place, Span};

/// A parsed text: its value, and where each part of it stands.
#[derive(Debug, Clone)]
pub struct Data {
    /// The text that was parsed.
    pub document: Document,
    /// What it says.
    pub value: Value,
    places: BTreeMap<Pointer, Spans>,
}

/// The way to a part of a value: keys and indices from the root.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Pointer(Vec<String>);

/// Where a part of a value stands in its text.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spans {
    key: Option<Span>,
    value: Span,
}

impl Data {
    /// Where the key at `pointer` stands; of a list's item or the root: the value itself. For a
    /// part that is not there: the nearest part around it.
    pub fn key_place(&self, pointer: &Pointer) -> Place {
        let spans = self.nearest(pointer);
        self.document.place(spans.key.unwrap_or(spans.value))
    }

    /// Where the value at `pointer` stands, or the nearest part around it.
    pub fn value_place(&self, pointer: &Pointer) -> Place {
        self.document.place(self.nearest(pointer).value)
    }

    /// Whether `pointer` itself has a place.
    pub fn has(&self, pointer: &Pointer) -> bool {
        self.places.contains_key(pointer)
    }

    fn nearest(&self, pointer: &Pointer) -> Spans {
        let mut pointer = pointer.clone();
        loop {
            match (self.places.get(&pointer), pointer.0.pop()) {
                (Some(spans), _) => return *spans,
                (None, Some(_)) => {}
                (None, None) => return Spans::default(),
            }
        }
    }
}

impl Pointer {
    /// The root of a value.
    pub fn root() -> Self {
        Self::default()
    }

    /// One step deeper.
    #[must_use]
    pub fn join(&self, step: impl ToString) -> Self {
        let mut steps = self.0.clone();
        steps.push(step.to_string());
        Self(steps)
    }

    /// The last step.
    pub fn last(&self) -> Option<&str> {
        self.0.last().map(String::as_str)
    }

    /// The steps from the root.
    pub fn steps(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The steps as people write them: `metadata.name`, `layers[0].with`.
    pub fn dotted(&self) -> String {
        let mut text = String::new();
        for step in &self.0 {
            match step.parse::<usize>() {
                Ok(index) => text += &format!("[{index}]"),
                Err(_) if text.is_empty() => text += step,
                Err(_) => text += &format!(".{step}"),
            }
        }
        text
    }
}

impl<S: ToString> FromIterator<S> for Pointer {
    fn from_iter<I: IntoIterator<Item = S>>(steps: I) -> Self {
        Self(steps.into_iter().map(|step| step.to_string()).collect())
    }
}
