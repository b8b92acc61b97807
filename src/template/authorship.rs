//! Whose texts there are: of the people who answered, or of the template's authors.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::data::Value;

/// Whose texts there are: of the people who answered, or of the template's authors.
#[derive(Debug, Default)]
pub(crate) struct Authorship {
    answers: BTreeMap<String, String>,
    written: Arc<BTreeSet<String>>,
    names: Vec<String>,
}

impl Authorship {
    /// The authorship of a map of answers by parameter; `written` is what the authors say beside them.
    pub(super) fn new(answers: &Value, written: Arc<BTreeSet<String>>) -> Self {
        let mut authorship = Self { written, ..Self::default() };
        for (name, value) in answers.entries().filter(|(name, _)| *name != "data") {
            each_text(value, &mut |text| {
                authorship.answers.entry(text.to_owned()).or_insert_with(|| name.to_owned());
            });
            authorship.names.push(name.to_owned());
        }
        authorship.names.push("data".to_owned());
        authorship
    }

    /// The names that a template may use.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether someone answered exactly this.
    pub(crate) fn is_answer(&self, text: &str) -> bool {
        self.answers.contains_key(text)
    }

    /// Whether the text may be a piece of what someone answered.
    pub(crate) fn is_part_of_answer(&self, text: &str) -> bool {
        match text {
            "" => self.is_answer(text),
            _ => self.answers.keys().any(|answer| answer.contains(text)),
        }
    }

    /// The parameter that was answered with this text.
    pub(crate) fn parameter(&self, text: &str) -> Option<&str> {
        self.answers.get(text).map(String::as_str)
    }

    /// Whether the catalog's data or a partial of the layer says exactly this.
    pub(crate) fn wrote(&self, text: &str) -> bool {
        self.written.contains(text)
    }
}

/// Calls `each` with every text in a value, keys included.
pub(super) fn each_text(value: &Value, each: &mut impl FnMut(&str)) {
    match value {
        Value::Text(text) => each(text),
        Value::List(items) => items.iter().for_each(|item| each_text(item, each)),
        Value::Map(entries) => entries.iter().for_each(|(key, value)| {
            each_text(key, each);
            each_text(value, each);
        }),
        Value::Tagged(_, inner) => each_text(inner, each),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
