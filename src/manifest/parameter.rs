//! One question of a golden path.

use super::Source;
use crate::{data::Value, text::Place};

/// One question of a golden path, or a value computed from others.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// The name that templates use.
    pub name: String,
    /// The question for people; the name where there is none.
    pub title: Option<String>,
    /// What the answer is for.
    pub description: Option<String>,
    /// More help, shown on request.
    pub help: Option<String>,
    /// An example of an answer, shown while nothing is typed.
    pub placeholder: Option<String>,
    /// Prompts with the same page belong together.
    pub page: Option<String>,
    /// What kind of answer it takes.
    pub shape: Shape,
    /// The answer where none is given; a text in it is a template over the other answers.
    pub default: Option<Value>,
    /// An expression; where it is false, the parameter is neither asked nor defined.
    pub when: Option<Source>,
    /// A template that makes the value; such a parameter is never asked.
    pub computed: Option<Value>,
    /// Whether the answer is a reference to a secret.
    pub is_secret_reference: bool,
    /// Whether there must be an answer.
    pub is_required: bool,
    /// The JSON Schema that an answer must pass.
    pub schema: Value,
    /// Where the manifest states it.
    pub place: Place,
    /// Where the manifest states its default, computed value or condition.
    pub value_place: Place,
}

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
    /// A list of texts or numbers.
    List(Box<Self>),
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
}

impl Parameter {
    /// What people are asked.
    pub fn question(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }
}

impl Choice {
    /// What people read.
    pub fn label(&self) -> String {
        self.title.clone().unwrap_or_else(|| self.value.to_string())
    }
}
