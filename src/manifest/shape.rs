//! What kind of answer a parameter takes.

use std::collections::BTreeMap;

use super::{Parameter, Source};
use crate::data::{Node, Value};

/// What kind of answer a parameter takes.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A text on one line.
    Text,
    /// A text that may have several lines.
    Lines,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
    /// One of several values.
    Choice(Vec<Choice>),
    /// Any of several values.
    Choices(Vec<Choice>),
    /// A list of values of one shape.
    List(Box<Self>),
    /// A map whose keys are the person's own, to values of one shape.
    Map(Box<Self>),
    /// A map with known keys, each a question of its own.
    Object(Vec<Parameter>),
    /// Whatever a computed parameter computes.
    Any,
}

/// One value that may be chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The value.
    pub value: Value,
    /// What people read; the value itself where there is none.
    pub title: Option<String>,
    /// The same in other languages.
    pub titles: BTreeMap<String, String>,
    /// A template: the reason why it can't be chosen, or nothing.
    pub disabled: Option<Source>,
}

/// How people are asked, where the shape alone does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Widget {
    /// In the person's own editor.
    Editor,
    /// As a list to check.
    Multiselect,
}

impl Choice {
    /// A value without more words.
    pub const fn new(value: Value) -> Self {
        Self { value, title: None, titles: BTreeMap::new(), disabled: None }
    }

    /// What people read.
    pub fn label(&self) -> String {
        self.title.clone().unwrap_or_else(|| self.value.to_string())
    }
}

impl Shape {
    /// Whether an answer has parts with questions of their own.
    pub fn is_nested(&self) -> bool {
        match self {
            Self::Map(_) | Self::Object(_) => true,
            Self::List(item) => matches!(**item, Self::Object(_) | Self::Map(_) | Self::List(_)),
            Self::Text
            | Self::Lines
            | Self::Integer
            | Self::Number
            | Self::Boolean
            | Self::Choice(_)
            | Self::Choices(_)
            | Self::Any => false,
        }
    }

    /// Whether it is a list.
    pub const fn is_list(&self) -> bool {
        matches!(self, Self::List(_) | Self::Choices(_))
    }

    /// The ways to the texts that may have several lines, from a parameter called `name`: the name
    /// itself, `name/key`, and `name/*` for whatever a list or map holds.
    pub fn ways_to_lines(&self, name: &str) -> Vec<String> {
        match self {
            Self::Lines => vec![name.to_owned()],
            Self::List(inner) | Self::Map(inner) => inner.ways_to_lines(&format!("{name}/*")),
            Self::Object(fields) => {
                let of = |it: &Parameter| it.shape.ways_to_lines(&format!("{name}/{}", it.name));
                fields.iter().flat_map(of).collect()
            }
            Self::Text
            | Self::Integer
            | Self::Number
            | Self::Boolean
            | Self::Choice(_)
            | Self::Choices(_)
            | Self::Any => Vec::new(),
        }
    }

    /// The choices at any depth.
    pub fn choices(&self) -> Vec<&Choice> {
        match self {
            Self::Choice(choices) | Self::Choices(choices) => choices.iter().collect(),
            Self::List(inner) | Self::Map(inner) => inner.choices(),
            Self::Object(fields) => fields.iter().flat_map(|it| it.shape.choices()).collect(),
            Self::Text | Self::Lines | Self::Integer | Self::Number | Self::Boolean | Self::Any => {
                Vec::new()
            }
        }
    }

    /// The questions inside, at any depth.
    pub fn fields(&self) -> Vec<&Parameter> {
        match self {
            Self::List(inner) | Self::Map(inner) => inner.fields(),
            Self::Object(fields) => {
                fields.iter().flat_map(|it| [vec![it], it.shape.fields()].concat()).collect()
            }
            Self::Text
            | Self::Lines
            | Self::Integer
            | Self::Number
            | Self::Boolean
            | Self::Choice(_)
            | Self::Choices(_)
            | Self::Any => Vec::new(),
        }
    }
}

/// The shape that a parameter's schema describes.
pub(super) fn shape(node: &Node<'_>) -> Shape {
    match (node.text_at("type"), choices(node)) {
        (Some("array"), _) => match node.get("items").map(|it| shape(&it)) {
            Some(Shape::Choice(choices)) => Shape::Choices(choices),
            Some(Shape::Any) | None => Shape::List(Box::new(Shape::Text)),
            Some(item) => Shape::List(Box::new(item)),
        },
        (Some("object"), _) => match (node.get("properties"), node.get("additionalProperties")) {
            (Some(properties), _) => Shape::Object(fields(node, &properties)),
            (None, Some(value)) => match shape(&value) {
                Shape::Any => Shape::Map(Box::new(Shape::Text)),
                value => Shape::Map(Box::new(value)),
            },
            (None, None) => Shape::Map(Box::new(Shape::Text)),
        },
        (_, Some(choices)) => Shape::Choice(choices),
        (Some("integer"), None) => Shape::Integer,
        (Some("number"), None) => Shape::Number,
        (Some("boolean"), None) => Shape::Boolean,
        (Some("string"), None) if is_multiline(node) => Shape::Lines,
        (Some("string"), None) => Shape::Text,
        _ => Shape::Any,
    }
}

fn is_multiline(node: &Node<'_>) -> bool {
    node.value().get("x-multiline") == Some(&Value::Bool(true))
        || node.text_at("x-widget") == Some("editor")
}

fn fields(node: &Node<'_>, properties: &Node<'_>) -> Vec<Parameter> {
    let required = node.texts_at("required");
    let field = |(name, property): (&str, Node<'_>)| Parameter {
        is_required: required.iter().any(|it| it == name),
        ..super::parameter::read(name, &property)
    };
    properties.entries().map(field).collect()
}

fn choices(node: &Node<'_>) -> Option<Vec<Choice>> {
    if let Some(values) = node.get("enum") {
        return Some(values.items().map(|it| Choice::new(it.value().clone())).collect());
    }
    let branches = node.get("oneOf")?;
    let choice = |branch: Node<'_>| {
        Some(Choice {
            title: branch.text_at("title").map(str::to_owned),
            titles: texts(&branch, "x-titles"),
            disabled: branch.get("x-disabled").and_then(|it| super::parse::source(&it)),
            ..Choice::new(branch.value().get("const")?.clone())
        })
    };
    Some(branches.items().filter_map(choice).collect())
}

/// The texts behind a key, by their names.
pub(super) fn texts(node: &Node<'_>, key: &str) -> BTreeMap<String, String> {
    let texts = node.get(key);
    let entries = texts.iter().flat_map(Node::entries);
    entries.filter_map(|(name, it)| Some((name.to_owned(), it.text()?.to_owned()))).collect()
}
