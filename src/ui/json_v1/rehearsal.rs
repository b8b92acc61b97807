//! The document of `flagstone path test`.

use std::time::Duration;

use serde::Serialize;

use super::{Diagnostic, FORMAT, FileChange};
use crate::rehearse::{Covered, Report, Snapshot, Test};

/// What came of the cases.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rehearsal {
    /// Always [`FORMAT`].
    pub format: u32,
    /// Whether a test failed.
    pub failed: bool,
    /// How long all of it took, in milliseconds.
    pub milliseconds: u128,
    /// The tests.
    pub tests: Vec<RehearsedTest>,
    /// The lines of templates; null where not all cases were played.
    pub coverage: Option<RehearsedLines>,
}

/// The lines of templates, and those that no case reached.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RehearsedLines {
    /// How many lines there are.
    pub lines: usize,
    /// How many of them were reached.
    pub reached: usize,
    /// Those that were not.
    pub missed: Vec<RehearsedTemplate>,
}

/// The lines of a template that no case reached.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RehearsedTemplate {
    /// The golden path or layer with its version.
    pub subject: String,
    /// The template's path in it.
    pub path: String,
    /// The lines, from 1.
    pub lines: Vec<usize>,
}

/// One test.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RehearsedTest {
    /// The golden path or layer with its version.
    pub subject: String,
    /// The case, and what of it.
    pub name: String,
    /// The file of the case.
    pub file: String,
    /// Whether it failed.
    pub failed: bool,
    /// `none`, `same`, `missing`, `differs`, `accepted`, `orphaned` (it is of no case) or `removed`.
    pub snapshot: &'static str,
    /// The files that differ from the snapshot.
    pub differing: Vec<String>,
    /// What is wrong.
    pub failures: Vec<Diagnostic>,
    /// What else there is to say of it.
    pub note: Option<String>,
    /// Of an upgrade: what becomes of the service's files.
    pub files: Vec<FileChange>,
    /// How long it took, in milliseconds.
    pub milliseconds: u128,
}

impl Rehearsal {
    /// The document of a report.
    pub fn of(report: &Report, time: Duration) -> Self {
        Self {
            format: FORMAT,
            failed: report.failed() > 0,
            milliseconds: time.as_millis(),
            tests: report.tests.iter().map(RehearsedTest::from).collect(),
            coverage: report.covered.as_ref().map(RehearsedLines::from),
        }
    }
}

impl From<&Covered> for RehearsedLines {
    fn from(covered: &Covered) -> Self {
        let missed = covered.missed.iter().map(|it| RehearsedTemplate {
            subject: it.subject.clone(),
            path: it.path.clone(),
            lines: it.lines.clone(),
        });
        let reached = covered.lines.saturating_sub(covered.missed_lines());
        Self { lines: covered.lines, reached, missed: missed.collect() }
    }
}

impl From<&Test> for RehearsedTest {
    fn from(test: &Test) -> Self {
        let (snapshot, differing) = match &test.snapshot {
            Snapshot::None => ("none", Vec::new()),
            Snapshot::Same => ("same", Vec::new()),
            Snapshot::Missing(_) => ("missing", Vec::new()),
            Snapshot::Accepted => ("accepted", Vec::new()),
            Snapshot::Orphaned => ("orphaned", Vec::new()),
            Snapshot::Removed => ("removed", Vec::new()),
            Snapshot::Differs(files) => {
                ("differs", files.iter().map(|(path, _)| path.clone()).collect())
            }
        };
        Self {
            subject: test.subject.clone(),
            name: test.name.clone(),
            file: test.file.clone(),
            failed: !test.has_passed(),
            snapshot,
            differing,
            failures: test.failures.iter().map(Diagnostic::from).collect(),
            note: test.note.clone(),
            files: test
                .upgraded
                .iter()
                .flat_map(|it| &it.merge.rows)
                .map(FileChange::from)
                .collect(),
            milliseconds: test.time.as_millis(),
        }
    }
}
