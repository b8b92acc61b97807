//! What the author of policies asks of them, and what they are told.

use serde::{Deserialize, Serialize};

use super::{Bundle, Failure, Printed, Source, Step, evaluation::AskedBundle, study, trial};
use crate::{
    diag::Diagnostic,
    policy::{Role, Severity},
    text::{Document, Place, Span},
};

/// What is asked of one bundle.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Inquiry {
    /// The policies with their tests, and the data that they see.
    pub bundle: Bundle,
    /// The time of the run, in seconds since 1970.
    pub now: i64,
    /// What is asked.
    pub purpose: Purpose,
}

/// What is asked of policies.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// What rules there are, and what is wrong with them.
    Study,
    /// Whether their tests hold.
    Test {
        /// Of the tests whose name holds this; `*` stands for anything.
        wanted: Vec<String>,
        /// But those at these modules and lines, which did not end.
        without: Vec<(usize, usize)>,
    },
}

/// What an author is told.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Told {
    /// Of [`Purpose::Study`].
    Study(Study),
    /// Of [`Purpose::Test`].
    Trial(Trial),
}

/// The rules of a bundle, and what is wrong with them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Study {
    /// The definitions that find something, in the order of the modules.
    pub rules: Vec<StudiedRule>,
    /// How many tests there are.
    pub tests: usize,
    /// What is wrong, in the order of the modules.
    pub remarks: Vec<Remark>,
    /// What kept us from looking further.
    pub failures: Vec<Failure>,
}

/// One definition of a rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StudiedRule {
    /// What people call it: its id, else its package and name.
    pub id: String,
    /// Its package.
    pub package: String,
    /// Its name in the package.
    pub name: String,
    /// What its findings mean.
    pub role: Role,
    /// How grave they are.
    pub severity: Severity,
    /// What it is called.
    pub title: Option<String>,
    /// What it is good for.
    pub description: Option<String>,
    /// What to do about a finding.
    pub remediation: Option<String>,
    /// Whose approval a finding needs.
    pub approver: Option<String>,
    /// Where to read more.
    pub links: Vec<String>,
    /// The data without which it is off, as `data.teams`.
    pub needs: Vec<String>,
    /// What of that is absent.
    pub absent: Vec<String>,
    /// The parts of the input and of the data that it and its helpers look at.
    pub reads: Vec<String>,
    /// The tests that reach it.
    pub tests: Vec<String>,
    /// Where it stands.
    pub part: Part,
    /// The definitions that it needs.
    pub helpers: Vec<Part>,
}

/// A part of a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Part {
    /// The module.
    pub source: usize,
    /// Its first byte.
    pub start: usize,
    /// The byte behind its last.
    pub end: usize,
}

/// Something that is wrong with a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Whether the guard would not take it so.
    pub is_error: bool,
    /// Stable, searchable, kebab-case.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What else one needs to understand it.
    pub notes: Vec<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// Where.
    pub part: Part,
}

/// What came of tests.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Trial {
    /// Each test, in the order of the modules.
    pub tests: Vec<Tested>,
    /// What the tests reached of each module.
    pub lines: Vec<Lines>,
    /// What kept us from asking.
    pub failures: Vec<Failure>,
}

/// What came of one test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tested {
    /// Its package and name.
    pub name: String,
    /// Where its head stands.
    pub head: Part,
    /// How it ended.
    pub end: End,
    /// Why it did not hold.
    pub why: Option<Remark>,
    /// What it has printed.
    #[serde(default)]
    pub printed: Vec<Printed>,
}

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// It holds.
    Passed,
    /// It is to be written: `todo_test_…`.
    Skipped,
    /// It does not hold.
    Failed,
    /// It could not be evaluated.
    Erred,
}

/// What tests reached of a module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lines {
    /// The module.
    pub source: usize,
    /// The lines that were evaluated.
    pub reached: Vec<usize>,
    /// The lines that were not.
    pub missed: Vec<usize>,
}

/// What remarks are called, besides failures.
const CODES: [&str; 12] = [
    "policy-arguments",
    "policy-function",
    "policy-id",
    "policy-id-taken",
    "policy-needs",
    "policy-remediation",
    "policy-test",
    "policy-untested",
    "test-erred",
    "test-failed",
    "test-form",
    "test-twice",
];

impl End {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::Erred => "erred",
        }
    }
}

impl Inquiry {
    /// The inquiry as a worker reads it.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("keys are texts, and texts and numbers can be written")
    }
}

/// The inquiry as it is answered: the data is a value of the evaluator.
#[derive(Deserialize)]
struct Asked {
    bundle: AskedBundle,
    now: i64,
    purpose: Purpose,
}

/// Answers an inquiry as [`Inquiry::to_json`] wrote it; `begun` is told of every step.
pub fn tell(inquiry: &[u8], begun: &mut dyn FnMut(Step)) -> Told {
    match serde_json::from_slice::<Asked>(inquiry) {
        Ok(Asked { bundle, now, purpose: Purpose::Study }) => {
            Told::Study(study::study(&bundle, now, begun))
        }
        Ok(Asked { bundle, now, purpose: Purpose::Test { wanted, without } }) => {
            Told::Trial(trial::test(&bundle, now, (&wanted, &without), begun))
        }
        Err(error) => {
            let message = format!("the request can't be read: {error}");
            let failures = vec![Failure::new("guard-request", message)];
            Told::Study(Study { failures, ..Study::default() })
        }
    }
}

impl Part {
    /// Its place among the modules.
    pub fn place(self, sources: &[Source]) -> Option<Place> {
        let source = sources.get(self.source)?;
        let document = Document::new(&source.path, &source.text);
        Some(document.place(Span { start: self.start, end: self.end }))
    }
}

impl Remark {
    /// A mistake of a module.
    pub(super) fn of(source: usize, mistake: &Diagnostic) -> Self {
        let span = mistake.place.as_ref().map(|it| it.span).unwrap_or_default();
        Self {
            is_error: mistake.is_error(),
            code: mistake.code.to_owned(),
            message: mistake.message.clone(),
            notes: mistake.notes.clone(),
            help: mistake.help.clone(),
            part: Part { source, start: span.start, end: span.end },
        }
    }

    /// The remark as a mistake at its place among the modules.
    pub fn diagnostic(&self, sources: &[Source]) -> Diagnostic {
        let codes = || CODES.into_iter().chain(super::verdict::CODES);
        let code = codes().find(|it| *it == self.code).unwrap_or("guard-failed");
        let mistake = match self.is_error {
            true => Diagnostic::error(code, self.message.clone()),
            false => Diagnostic::warning(code, self.message.clone()),
        };
        let mistake = mistake.at(self.part.place(sources)).maybe_help(self.help.clone());
        self.notes.iter().cloned().fold(mistake, Diagnostic::note)
    }
}
