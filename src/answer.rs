//! Answers to parameters, each with where it came from.

use std::{collections::BTreeMap, fmt};

use crate::data::Value;

/// Answers by parameter, in the order of the names.
pub type Answers = BTreeMap<String, Answer>;

/// The value given to a parameter, and who gave it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What was answered.
    pub value: Value,
    /// Who answered.
    pub origin: Origin,
}

/// Where an answer came from; the first of these that has one wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// `--set name=value`, or a flag or argument of its own.
    Flag,
    /// The spec file.
    Spec,
    /// `FLAGSTONE_PARAM_NAME`.
    Environment,
    /// A person at the prompt.
    Prompt,
    /// The manifest's default.
    Default,
    /// The manifest's `x-computed`; never asked.
    Computed,
    /// A golden path's `with`, given to its layer.
    GoldenPath,
}

/// An answer that is not what it was.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerChange {
    /// The parameter.
    pub name: String,
    /// What the parameter was called, if a migration gave it another name.
    pub renamed_from: Option<String>,
    /// What it was; none where it is new.
    pub before: Option<Value>,
    /// What it is; none where it is gone.
    pub after: Option<Value>,
}

impl AnswerChange {
    /// Whether anything of it is not what it was.
    pub fn is_one(&self) -> bool {
        self.before != self.after || self.renamed_from.is_some()
    }
}

impl Origin {
    /// Whether a person or a file gave it, so that it belongs into the spec.
    pub const fn is_given(self) -> bool {
        matches!(self, Self::Flag | Self::Spec | Self::Environment | Self::Prompt)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Flag => "the command line",
            Self::Spec => "the spec",
            Self::Environment => "the environment",
            Self::Prompt => "the prompt",
            Self::Default => "the default",
            Self::Computed => "computed",
            Self::GoldenPath => "the golden path",
        })
    }
}
