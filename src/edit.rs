//! Changes to YAML, JSON and TOML in the text itself: what is not changed stays byte for byte.
//!
//! A text is parsed into its [`Source`]: what it says, and where each part stands. An edit puts a
//! few bytes in place of others, with comments where they are carried along from another text.
//!
//! **Invariant:** every edit is proved: the text after it is parsed again and must say what the
//! edit should have made of what the text said before. Otherwise there is an error and no text.

mod block;
mod change;
mod check;
mod expect;
mod flow;
mod outline;
mod piece;
mod sections;
mod source;
mod text;
mod write;

pub use check::{Reading, reading};
pub use piece::Piece;
pub use source::Source;

use crate::data::Value;

/// The languages that can be edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// YAML 1.2, one document or several.
    Yaml,
    /// JSON, with comments where the text has some.
    Json,
    /// TOML.
    Toml,
}

/// One step into a value. Several documents of one text are a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The value behind a key.
    Key(String),
    /// An item of a list, counted from 0.
    Item(usize),
}

/// One change.
#[derive(Debug, Clone)]
pub enum Edit {
    /// Puts a value in place of the one at `path`; with a [`Piece`] also its comments. A key that
    /// is not there is added behind its neighbours, with the maps around it.
    Set {
        /// Where.
        path: Vec<Step>,
        /// What.
        content: Content,
    },
    /// Adds a key to a map, or an item to a list.
    Insert {
        /// The map or list.
        into: Vec<Step>,
        /// The new key; `None` in a list.
        key: Option<String>,
        /// Between which neighbours.
        spot: Spot,
        /// What.
        content: Content,
    },
    /// Gives a key another name; its value and place stay.
    Rename {
        /// Where.
        path: Vec<Step>,
        /// The new key.
        to: String,
    },
    /// Takes a key or an item away, with the comments that are its own.
    Remove {
        /// Where.
        path: Vec<Step>,
    },
}

/// What is put into a text.
#[derive(Debug, Clone)]
pub enum Content {
    /// A value, to be written as the text's language has it.
    Value(Value),
    /// A part of another text in the same language, with its comments.
    Piece(Box<Piece>),
}

/// Between which neighbours something new stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// Before all others.
    Start,
    /// Behind that one.
    After(Step),
    /// Behind all others.
    End,
}

/// Why a text was left alone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// It does not parse, or has a key twice, or is written in a way that is not followed.
    #[error("the text can't be edited: it does not parse, or has a key twice")]
    Unreadable,
    /// A path leads nowhere, or to a value of another kind.
    #[error("there is no `{0}` to edit")]
    NotThere(String),
    /// What came of it is not what was meant, so it was dropped.
    #[error("`{0}` can't be edited in place")]
    Unproved(String),
}

/// Edits a YAML text, one change after the other.
///
/// # Errors
/// If one of them can't be made, or not proved.
pub fn yaml(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    apply(Format::Yaml, text, edits)
}

/// Edits a JSON text, one change after the other.
///
/// # Errors
/// If one of them can't be made, or not proved.
pub fn json(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    apply(Format::Json, text, edits)
}

/// Edits a TOML text, one change after the other.
///
/// # Errors
/// If one of them can't be made, or not proved.
pub fn toml(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    apply(Format::Toml, text, edits)
}

/// Edits a text, one change after the other.
///
/// # Errors
/// If one of them can't be made, or not proved.
pub fn apply(format: Format, text: &str, edits: &[Edit]) -> Result<String, EditError> {
    let dress = text::Dress::of(text);
    let mut source = Source::parse(format, &dress.take_off(text)).ok_or(EditError::Unreadable)?;
    for edit in edits {
        source = change::change(&source, edit)?;
    }
    Ok(dress.put_on(source.text()))
}

impl Step {
    /// The steps of a dotted key: `tool.ruff`.
    pub fn dotted(keys: &str) -> Vec<Self> {
        keys.split('.').map(Self::from).collect()
    }
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Item(index)
    }
}

impl From<Value> for Content {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

impl From<Piece> for Content {
    fn from(piece: Piece) -> Self {
        Self::Piece(Box::new(piece))
    }
}

impl Edit {
    /// Sets the value behind some keys.
    pub fn set(path: Vec<Step>, value: impl Into<Value>) -> Self {
        Self::Set { path, content: Content::Value(value.into()) }
    }

    /// Where it is.
    pub(crate) fn place(&self) -> String {
        let (path, key) = match self {
            Self::Set { path, .. } | Self::Rename { path, .. } | Self::Remove { path } => {
                (path, None)
            }
            Self::Insert { into, key, .. } => (into, key.clone()),
        };
        let steps = path.iter().map(|step| match step {
            Step::Key(key) => key.clone(),
            Step::Item(index) => index.to_string(),
        });
        steps.chain(key).collect::<Vec<_>>().join(".")
    }
}

#[cfg(test)]
mod tests;
