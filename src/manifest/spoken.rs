//! What of a parameter speaks of others.
//!
//! **Invariant:** nothing else of a parameter is ever evaluated.

use super::{Parameter, Source, is_template};
use crate::{data::Value, text::Place};

/// What of a parameter speaks of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spoken {
    /// Its default.
    Default,
    /// What it is computed by.
    Computed,
    /// Its condition.
    Condition,
    /// Why one of its choices is closed.
    Choice,
    /// The default of a key of its answer. It may speak of the map around it, by [`ITEM_NAMES`].
    Key,
}

impl Spoken {
    /// Whether an answer that is given depends on it all the same.
    pub const fn is_given(self) -> bool {
        match self {
            Self::Condition | Self::Choice | Self::Key => true,
            Self::Default | Self::Computed => false,
        }
    }
}

/// Names of what is gone through, item by item.
pub const ITEM_NAMES: [&str; 2] = ["item", "item_index"];

impl Parameter {
    /// Everything of it that speaks of others.
    pub fn sources(&self) -> impl Iterator<Item = (Spoken, Source)> {
        let values = [(Spoken::Default, &self.default), (Spoken::Computed, &self.computed)];
        let values = values.into_iter().flat_map(|(spoken, value)| {
            let sources = value.iter().flat_map(|it| templates_in(it, &self.value_place));
            sources.map(move |it| (spoken, it))
        });
        let condition = self.when.iter().map(|it| (Spoken::Condition, it.clone()));
        let choices = self.shape.choices().into_iter().filter_map(|it| it.disabled.clone());
        let keys = self.shape.fields().into_iter().flat_map(|field| {
            let sources = field.default.iter().flat_map(|it| templates_in(it, &field.value_place));
            sources.map(|it| (Spoken::Key, it))
        });
        values.chain(condition).chain(choices.map(|it| (Spoken::Choice, it))).chain(keys)
    }
}

/// The templates in a value that stands at `place`, at any depth; keys are none.
pub fn templates_in(value: &Value, place: &Place) -> Vec<Source> {
    let within = |it: &Value| templates_in(it, place);
    match value {
        Value::Text(text) if is_template(value) => {
            vec![Source { text: text.clone(), place: place.clone() }]
        }
        Value::List(items) => items.iter().flat_map(within).collect(),
        Value::Map(entries) => entries.iter().flat_map(|(_, it)| within(it)).collect(),
        Value::Text(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::Tagged(..) => {
            Vec::new()
        }
    }
}
