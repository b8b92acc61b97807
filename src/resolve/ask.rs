//! How a person is asked, as the resolver sees it.

use crate::{data::Value, manifest::Parameter};

/// Someone who answers questions: a person at a terminal, or a script in a test.
pub trait Ask {
    /// Asks one question.
    ///
    /// # Errors
    /// If nobody can be asked, or the person ended the run.
    fn ask(&mut self, question: &Question<'_>) -> Result<Reply, AskError>;
}

/// One question, ready to be asked.
pub struct Question<'a> {
    /// The parameter.
    pub parameter: &'a Parameter,
    /// The answer that is proposed: an earlier one of the same person, else the default.
    pub proposal: Option<&'a Value>,
    /// How many questions were answered before, so that Esc knows whether there is a way back.
    pub answered: usize,
    /// Says in words what is wrong with an answer.
    pub check: &'a dyn Fn(&Value) -> Result<(), String>,
    /// The choices that can't be chosen, each with the reason.
    pub closed: &'a [(Value, String)],
    /// Why the question is asked again.
    pub complaint: Option<&'a str>,
}

/// What came of a question.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// An answer that passed the question's check.
    Answer(Value),
    /// Back to the question before.
    Back,
}

/// Why a question got no reply.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// The terminal failed.
    #[error("failed to ask at the terminal")]
    Terminal(#[source] Box<dyn std::error::Error + Send + Sync>),
}
