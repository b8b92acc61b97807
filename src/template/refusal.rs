//! Why a value is not printed.

use minijinja::{Error, ErrorKind};

use super::{
    mark::{Ground, Marked},
    target::Language,
};

/// Why a value is not printed. Carried by the engine's error to whoever reports it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// A text that could do harm in this target.
    #[error("unsafe text")]
    Text(String),
    /// A text that could do harm where it stands in markup or in a program.
    #[error("unsafe text at this place")]
    Misplaced(Marked, Language, Ground),
    /// `${{` where a workflow would run it.
    #[error("workflow expression")]
    WorkflowExpression(String),
    /// A control character in prose.
    #[error("control character")]
    Control(String),
    /// A list, a map or nothing at all.
    #[error("no text")]
    NoText(&'static str),
    /// An `autoescape` block.
    #[error("autoescape")]
    AutoEscape,
    /// More text than a template may print.
    #[error("too large")]
    TooLarge,
    /// The one that [`Mode::Find`](super::job::Mode::Find) looks for.
    #[error("found")]
    Found(String),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::new(ErrorKind::InvalidOperation, "refused").with_source(refusal)
    }
}
