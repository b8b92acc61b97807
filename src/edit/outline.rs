//! Where every part of a structured text stands: one shape for the three languages.

mod json;
mod toml;
mod yaml;

pub(super) use json::json;
pub(super) use toml::toml;
pub(super) use yaml::yaml;

use std::ops::Range;

use super::Step;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// Its bytes, without the anchor before it; empty where nothing is written.
    pub(super) span: Range<usize>,
    /// What it is.
    pub(super) shape: Shape,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// Without parts, or a reference to others.
    Scalar,
    /// Keys and values.
    Map(Layout, Vec<Entry>),
    /// Items.
    List(Layout, Vec<Entry>),
}

/// How the entries of a map or list are set apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Each begins a line, at one indent.
    Block,
    /// Between brackets, with commas.
    Flow,
    /// Lines and headed sections of TOML.
    Sections,
    /// The documents of one YAML text.
    Stream,
}

/// A key with its value, or an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The key; `None` of an item.
    pub(super) name: Option<String>,
    /// The bytes of the key, or the dash; empty where an item has nothing before it.
    pub(super) key: Range<usize>,
    /// From its first byte to its last, without the comments around it.
    pub(super) range: Range<usize>,
    /// Its value.
    pub(super) value: Part,
    /// How it is written.
    pub(super) form: Form,
}

/// How an entry is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// On lines of its own.
    Line,
    /// Between commas.
    Inline,
    /// With a header of TOML's.
    Header,
}

impl Part {
    pub(super) const fn scalar(span: Range<usize>) -> Self {
        Self { span, shape: Shape::Scalar }
    }

    /// The entries of a map or list.
    pub(super) fn entries(&self) -> &[Entry] {
        match &self.shape {
            Shape::Scalar => &[],
            Shape::Map(_, entries) | Shape::List(_, entries) => entries,
        }
    }

    /// Where among the entries a step leads.
    pub(super) fn position(&self, step: &Step) -> Option<usize> {
        match step {
            Step::Key(key) => {
                self.entries().iter().position(|entry| entry.name.as_ref() == Some(key))
            }
            Step::Item(index) => match &self.shape {
                Shape::List(_, items) if *index < items.len() => Some(*index),
                _ => None,
            },
        }
    }

    /// The part behind some steps.
    pub(super) fn at(&self, path: &[Step]) -> Option<&Self> {
        path.iter().try_fold(self, |part, step| {
            part.entries().get(part.position(step)?).map(|entry| &entry.value)
        })
    }

    /// The map or list that holds the last step of a path, and where in it.
    pub(super) fn parent(&self, path: &[Step]) -> Option<(&Self, usize)> {
        let (last, above) = path.split_last()?;
        let parent = self.at(above)?;
        Some((parent, parent.position(last)?))
    }

    /// The bytes of every key and scalar: what is no layout and no comment.
    pub(super) fn words(&self, words: &mut Vec<Range<usize>>) {
        if self.shape == Shape::Scalar {
            words.push(self.span.clone());
        }
        for entry in self.entries() {
            words.push(entry.key.clone());
            entry.value.words(words);
        }
    }
}
