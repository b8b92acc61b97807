//! Why a command did not do its work, on its way to the screen.

mod repository;

pub(super) use repository::all_in_the_way;

use std::error::Error;

use super::Exit;
use crate::{
    diag::Diagnostic,
    docket::Judged,
    program::ProgramError,
    repo::SettingsError,
    resolve::{AskError, ResolveError},
    source::SourceError,
    transport::PushError,
    ui::{Look, ScreenError, human, json_v1},
};

/// Why a command did not do its work.
#[derive(Debug)]
pub(super) enum Failure {
    /// The command line asks for what can't be.
    Usage(Diagnostic),
    /// Mistakes in what was given.
    Mistakes(Vec<Diagnostic>),
    /// The outside failed.
    Outside(Outside),
    /// The target can't be written as it is.
    Target(Outside),
    /// The guard said no, before anything was written.
    Denied(Box<Judged>),
    /// Ctrl-C.
    Interrupted(Interruption),
}

/// Ctrl-C, and what there is of the work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("interrupted: {0}")]
pub(super) struct Interruption(pub(super) String);

/// A failure of the outside, and what can be done about it.
#[derive(Debug)]
pub(super) struct Outside {
    error: Box<dyn Error + Send + Sync>,
    help: Option<String>,
}

impl Failure {
    /// A failure of the outside.
    pub(super) fn outside(error: impl Error + Send + Sync + 'static) -> Self {
        Self::Outside(Outside { error: Box::new(error), help: None })
    }

    /// A failure of the outside that something can be done about.
    pub(super) fn outside_with_help(
        error: impl Error + Send + Sync + 'static,
        help: impl Into<String>,
    ) -> Self {
        Self::Outside(Outside { error: Box::new(error), help: Some(help.into()) })
    }

    /// One mistake.
    pub(super) fn mistake(mistake: Diagnostic) -> Self {
        Self::Mistakes(vec![mistake])
    }

    /// Ctrl-C before anything was written.
    pub(super) fn interrupted() -> Self {
        Self::Interrupted(Interruption("nothing was written".to_owned()))
    }

    /// A push that failed: the repository in `folder` is complete all the same.
    pub(super) fn push(error: PushError, folder: &str) -> Self {
        let complete = format!("the repository is complete in `{folder}`");
        match &error {
            PushError::Program(ProgramError::Interrupted) => {
                Self::Interrupted(Interruption(format!("{complete}, and not pushed")))
            }
            PushError::Refused { later, .. } => {
                let help = format!("{complete}; push it later: `{later}`");
                Self::outside_with_help(error, help)
            }
            PushError::Program(_) | PushError::Remote(_) => {
                Self::outside_with_help(error, format!("{complete}; push it later from there"))
            }
        }
    }

    /// Git's configuration can't be used.
    pub(super) fn settings(error: SettingsError) -> Self {
        let help = "mend git's configuration; `git config --list --show-origin` shows it";
        Self::outside_with_help(error, help)
    }

    /// What the process ends with.
    pub(super) const fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::Mistakes(_) | Self::Target(_) => Exit::BadInput,
            Self::Outside(_) => Exit::Outside,
            Self::Denied(_) => Exit::Denied,
            Self::Interrupted(_) => Exit::Interrupted,
        }
    }

    /// What people read.
    pub(super) fn to_human(&self, look: Look) -> String {
        match self {
            Self::Usage(mistake) => human::diagnostics(std::slice::from_ref(mistake), look),
            Self::Mistakes(mistakes) => human::diagnostics(mistakes, look),
            Self::Denied(judged) => {
                let found = human::verdict(judged, look);
                let line = human::guard_line(&judged.verdict);
                format!("{found}\n\n{line}\nNothing was written")
            }
            Self::Outside(outside) | Self::Target(outside) => {
                human::failure(outside.error.as_ref(), outside.help.as_deref())
            }
            Self::Interrupted(interruption) => interruption.to_string(),
        }
    }

    /// What programs read.
    pub(super) fn to_json(&self) -> json_v1::Failure {
        match self {
            Self::Usage(mistake) => json_v1::Failure::mistakes(std::slice::from_ref(mistake)),
            Self::Mistakes(mistakes) => json_v1::Failure::mistakes(mistakes),
            Self::Denied(judged) => json_v1::Failure::denied(&judged.service, judged.to_json()),
            Self::Outside(outside) | Self::Target(outside) => {
                json_v1::Failure::of(outside.error.as_ref(), outside.help.as_deref())
            }
            Self::Interrupted(interruption) => json_v1::Failure::of(interruption, None),
        }
    }

    /// What is wrong, in one line: the first of its mistakes.
    pub(super) fn message(&self) -> String {
        self.diagnostics().into_iter().next().map(|it| it.message).unwrap_or_default()
    }

    /// The diagnostics of one service among several; a failure of the outside becomes one.
    pub(super) fn diagnostics(&self) -> Vec<Diagnostic> {
        match self {
            Self::Usage(mistake) => vec![mistake.clone()],
            Self::Mistakes(mistakes) => mistakes.clone(),
            Self::Denied(judged) => judged.diagnostics(),
            Self::Outside(outside) => vec![outside.diagnostic("outside")],
            Self::Target(outside) => vec![outside.diagnostic("target")],
            Self::Interrupted(Interruption(left)) => {
                vec![Diagnostic::error("interrupted", "interrupted").note(left)]
            }
        }
    }
}

impl Outside {
    fn diagnostic(&self, code: &'static str) -> Diagnostic {
        let causes = std::iter::successors(self.error.source(), |&error| error.source());
        let mistake = Diagnostic::error(code, self.error.to_string());
        causes
            .fold(mistake, |mistake, cause| mistake.note(format!("caused by: {cause}")))
            .maybe_help(self.help.clone())
    }
}

impl From<Vec<Diagnostic>> for Failure {
    fn from(mistakes: Vec<Diagnostic>) -> Self {
        Self::Mistakes(mistakes)
    }
}

impl From<Box<Diagnostic>> for Failure {
    fn from(mistake: Box<Diagnostic>) -> Self {
        Self::mistake(*mistake)
    }
}

impl From<ScreenError> for Failure {
    fn from(error: ScreenError) -> Self {
        Self::outside(error)
    }
}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Self {
        Self::outside(error)
    }
}

impl From<AskError> for Failure {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Interrupted => Self::interrupted(),
            AskError::Terminal(_) => Self::outside(error),
        }
    }
}

impl From<ResolveError> for Failure {
    fn from(error: ResolveError) -> Self {
        match error {
            ResolveError::Mistakes(mistakes) => Self::Mistakes(mistakes),
            ResolveError::Asked(error) => error.into(),
            // The caller offers a way back only where there is one.
            ResolveError::Back => Self::interrupted(),
        }
    }
}
