//! What came of playing cases.

use std::time::Duration;

use super::Covered;
use crate::{answer::AnswerChange, diag::Diagnostic, merge::Merge, patch::Patch, version::Version};

/// What came of playing cases.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The tests, in their order.
    pub tests: Vec<Test>,
    /// Which lines of the templates the cases reached; none where not all cases were played.
    pub covered: Option<Covered>,
}

/// What came of one case, or of one upgrade in it.
#[derive(Debug, Clone)]
pub struct Test {
    /// The golden path or layer with its version: `python-service@2.0.0`.
    pub subject: String,
    /// The case, and what of it: `defaults`, `defaults: upgrade from 1.0.0`.
    pub name: String,
    /// The file of the case, as people find it.
    pub file: String,
    /// What is wrong.
    pub failures: Vec<Diagnostic>,
    /// How what was rendered stands to the snapshot.
    pub snapshot: Snapshot,
    /// Of an upgrade: what becomes of the service.
    pub upgraded: Option<Upgraded>,
    /// What else there is to say of it.
    pub note: Option<String>,
    /// How long it took.
    pub time: Duration,
}

/// How what was rendered stands to the snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Snapshot {
    /// There is nothing to compare.
    None,
    /// It is the same.
    Same,
    /// There is no snapshot yet; this is what it would be.
    Missing(String),
    /// There is a snapshot, and no case.
    Orphaned,
    /// It differs, file by file.
    Differs(Vec<(String, Patch)>),
    /// It was written.
    Accepted,
    /// It was of no case, and is gone.
    Removed,
}

/// What an upgrade does to the service of a case.
#[derive(Debug, Clone)]
pub struct Upgraded {
    /// The golden path.
    pub golden_path: String,
    /// The version that the service has.
    pub from: Version,
    /// The version that it goes to.
    pub to: Version,
    /// The answers that are not what they were.
    pub answers: Vec<AnswerChange>,
    /// What becomes of its files.
    pub merge: Merge,
    /// What only a person can do.
    pub notes: Vec<String>,
}

impl Test {
    /// Whether all is as it should be.
    pub fn has_passed(&self) -> bool {
        let is_good = match &self.snapshot {
            Snapshot::None | Snapshot::Same | Snapshot::Accepted | Snapshot::Removed => true,
            Snapshot::Missing(_) | Snapshot::Differs(_) | Snapshot::Orphaned => false,
        };
        is_good && self.failures.is_empty()
    }
}

impl Report {
    /// Puts the tests of a version side by side, where the first of them is.
    pub fn gather(&mut self) {
        let mut subjects: Vec<String> = Vec::new();
        for test in &self.tests {
            if !subjects.contains(&test.subject) {
                subjects.push(test.subject.clone());
            }
        }
        self.tests.sort_by_key(|test| subjects.iter().position(|it| *it == test.subject));
    }

    /// How many tests failed.
    pub fn failed(&self) -> usize {
        self.tests.iter().filter(|it| !it.has_passed()).count()
    }
}
