//! A part of a parsed text, for reading documents key by key.

use std::collections::BTreeMap;

use super::{Data, Pointer, Value};
use crate::{diag::Diagnostic, text::Place};

/// A part of a parsed text that knows where it stands.
#[derive(Debug, Clone)]
pub struct Node<'a> {
    data: &'a Data,
    pointer: Pointer,
    value: &'a Value,
}

/// Where each part of a value stands, for values that leave their text.
#[derive(Debug, Clone, Default)]
pub struct Places(BTreeMap<Pointer, (Place, Place)>);

impl Places {
    /// Where the key at `pointer` stands, or the nearest part around it.
    pub fn key(&self, pointer: &Pointer) -> Option<&Place> {
        self.nearest(pointer).map(|(key, _)| key)
    }

    /// Where the value at `pointer` stands, or the nearest part around it.
    pub fn value(&self, pointer: &Pointer) -> Option<&Place> {
        self.nearest(pointer).map(|(_, value)| value)
    }

    fn nearest(&self, pointer: &Pointer) -> Option<&(Place, Place)> {
        let mut steps: Vec<_> = pointer.steps().collect();
        loop {
            if let Some(found) = self.0.get(&steps.iter().collect()) {
                return Some(found);
            }
            steps.pop()?;
        }
    }
}

impl Data {
    /// The whole value as a node.
    pub fn root(&self) -> Node<'_> {
        Node { data: self, pointer: Pointer::root(), value: &self.value }
    }
}

impl<'a> Node<'a> {
    /// The part behind a key.
    pub fn get(&self, key: &str) -> Option<Self> {
        self.value.get(key).map(|value| self.step(key, value))
    }

    /// The text behind a key, if it is one.
    pub fn text_at(&self, key: &str) -> Option<&'a str> {
        self.value.get(key).and_then(Value::as_text)
    }

    /// The items of a list; nothing for other values.
    pub fn items(&self) -> impl Iterator<Item = Self> {
        self.value.items().iter().enumerate().map(|(index, value)| self.step(index, value))
    }

    /// The items of the list behind a key; nothing if there is none.
    pub fn items_at(&self, key: &str) -> Vec<Self> {
        self.get(key).map(|list| list.items().collect()).unwrap_or_default()
    }

    /// The texts of the list behind a key.
    pub fn texts_at(&self, key: &str) -> Vec<String> {
        self.items_at(key).iter().filter_map(|item| item.text()).map(str::to_owned).collect()
    }

    /// The text keys of a map with their values.
    pub fn entries(&self) -> impl Iterator<Item = (&'a str, Self)> {
        self.value.entries().map(|(key, value)| (key, self.step(key, value)))
    }

    /// The text, if it is one.
    pub const fn text(&self) -> Option<&'a str> {
        match self.value {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// The value.
    pub const fn value(&self) -> &'a Value {
        self.value
    }

    /// Where the value stands.
    pub fn place(&self) -> Place {
        self.data.value_place(&self.pointer)
    }

    /// Where its key stands.
    pub fn key_place(&self) -> Place {
        self.data.key_place(&self.pointer)
    }

    /// Where each part of the value stands, from this part on.
    pub fn places(&self) -> Places {
        let mut places = BTreeMap::new();
        self.gather(&Pointer::root(), &mut places);
        Places(places)
    }

    fn gather(&self, at: &Pointer, places: &mut BTreeMap<Pointer, (Place, Place)>) {
        places.insert(at.clone(), (self.key_place(), self.place()));
        self.items().enumerate().for_each(|(index, item)| item.gather(&at.join(index), places));
        self.entries().for_each(|(key, value)| value.gather(&at.join(key), places));
    }

    fn step(&self, step: impl ToString, value: &'a Value) -> Self {
        Self { data: self.data, pointer: self.pointer.join(step), value }
    }
}

/// The version of our formats that this program reads.
pub const API_VERSION: &str = "flagstone/v1";

/// Checks `apiVersion` before anything else of a document is read.
///
/// # Errors
/// If it is missing or of another version, in words that say what to do.
pub fn check_api_version(root: &Node<'_>) -> Result<(), Diagnostic> {
    match root.get("apiVersion") {
        None => Err(Diagnostic::error("api-version", "the document has no `apiVersion`")
            .at(root.place())
            .help(format!("begin it with `apiVersion: {API_VERSION}`"))),
        Some(node) if node.text() == Some(API_VERSION) => Ok(()),
        Some(node) => Err(Diagnostic::error(
            "api-version",
            format!("`apiVersion` is `{}`, and this flagstone reads `{API_VERSION}`", node.value()),
        )
        .at(node.place())
        .help("a newer flagstone may read it: `cargo install --locked flagstone`")),
    }
}
