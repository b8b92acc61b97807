//! What the authors of policies are told.

use serde::Serialize;

use super::{
    Diagnostic, FORMAT,
    verdict::{Printed, redacted},
};
use crate::{
    data::Value,
    diag,
    guard::{Finding, Lines, Part, Source, StudiedRule, Tested, Trial},
    secret::redact,
    text::Place,
};

/// What is wrong with policies.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyCheck {
    /// Always [`FORMAT`].
    pub format: u32,
    /// How many rules were looked at, by their ids.
    pub rules: usize,
    /// How many tests there are.
    pub tests: usize,
    /// How many findings are errors.
    pub errors: usize,
    /// How many are warnings.
    pub warnings: usize,
    /// What was found, in the order of files and places.
    pub findings: Vec<Diagnostic>,
}

/// The rules of policies.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyList {
    /// Always [`FORMAT`].
    pub format: u32,
    /// Each definition, in the order of files.
    pub rules: Vec<PolicyRule>,
}

/// One definition of a rule.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyRule {
    /// Its id: of its metadata, else its package and name.
    pub rule: String,
    /// Its package.
    pub package: String,
    /// Its name in the package.
    pub name: String,
    /// `deny`, `needs-approval` or `warn`.
    pub role: &'static str,
    /// `low`, `medium`, `high` or `critical`.
    pub severity: &'static str,
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
    /// The data without which it is off.
    pub needs: Vec<String>,
    /// Whether it is off: data that it needs is absent.
    pub off: bool,
    /// What of the data that it needs is absent.
    pub absent: Vec<String>,
    /// The parts of the input and of the data that it looks at.
    pub reads: Vec<String>,
    /// The tests that reach it.
    pub tests: Vec<String>,
    /// The file.
    pub file: String,
    /// The line of its definition.
    pub line: usize,
}

/// One rule, and maybe what it found.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyExplanation {
    /// Always [`FORMAT`].
    pub format: u32,
    /// The definitions of its id.
    pub rules: Vec<PolicyRule>,
    /// Their source, and that of what they need.
    pub sources: Vec<PolicyPart>,
    /// What was found in the input, if one was given.
    pub findings: Vec<PolicyInspected>,
}

/// A part of a file.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyPart {
    /// The file.
    pub file: String,
    /// Its first line.
    pub line: usize,
    /// What it says.
    pub text: String,
}

/// One finding, and what stands where it points to.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyInspected {
    /// What it is known by.
    pub fingerprint: String,
    /// What is wrong.
    pub message: String,
    /// The file that it names.
    pub path: Option<String>,
    /// The part of it, as a JSON pointer.
    pub pointer: Option<String>,
    /// What the input holds there, if it holds something.
    pub value: Option<Value>,
    /// The file in which that stands.
    pub file: Option<String>,
    /// The line of it.
    pub line: Option<usize>,
}

/// What came of the tests of policies.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyTests {
    /// Always [`FORMAT`].
    pub format: u32,
    /// Whether something did not hold or could not be evaluated.
    pub failed: bool,
    /// Each test, in the order of files.
    pub tests: Vec<PolicyTest>,
    /// What kept us from asking.
    pub diagnostics: Vec<Diagnostic>,
    /// What the tests reached, file by file.
    pub coverage: Vec<PolicyLines>,
}

/// What came of one test.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyTest {
    /// Its package and name.
    pub name: String,
    /// `passed`, `skipped`, `failed` or `erred`.
    pub end: &'static str,
    /// The file.
    pub file: String,
    /// The line of its definition.
    pub line: usize,
    /// Why it did not hold.
    pub diagnostic: Option<Diagnostic>,
    /// What it has printed by `print`.
    pub printed: Vec<Printed>,
}

/// What tests reached of one file.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyLines {
    /// The file.
    pub file: String,
    /// How many lines were evaluated.
    pub reached: usize,
    /// The lines that were not.
    pub missed: Vec<usize>,
}

impl PolicyCheck {
    /// The document of what was found among so many rules and tests.
    pub fn new((rules, tests): (usize, usize), found: &[diag::Diagnostic]) -> Self {
        let errors = found.iter().filter(|it| it.is_error()).count();
        Self {
            format: FORMAT,
            rules,
            tests,
            errors,
            warnings: found.len() - errors,
            findings: found.iter().map(Diagnostic::from).collect(),
        }
    }
}

impl PolicyList {
    /// The document of these rules.
    pub fn new(rules: &[StudiedRule], sources: &[Source]) -> Self {
        let rules = rules.iter().map(|it| PolicyRule::new(it, sources));
        Self { format: FORMAT, rules: rules.collect() }
    }
}

impl PolicyRule {
    /// One rule among these modules.
    pub fn new(rule: &StudiedRule, sources: &[Source]) -> Self {
        let (file, line) = place(rule.part, sources);
        Self {
            rule: rule.id.clone(),
            package: rule.package.clone(),
            name: rule.name.clone(),
            role: rule.role.name(),
            severity: rule.severity.name(),
            title: rule.title.clone(),
            description: rule.description.clone(),
            remediation: rule.remediation.clone(),
            approver: rule.approver.clone(),
            links: rule.links.clone(),
            needs: rule.needs.clone(),
            off: !rule.absent.is_empty(),
            absent: rule.absent.clone(),
            reads: rule.reads.clone(),
            tests: rule.tests.clone(),
            file,
            line,
        }
    }
}

impl PolicyPart {
    /// A part of these modules.
    pub fn new(part: Part, sources: &[Source]) -> Self {
        let (file, line) = place(part, sources);
        let text = part.place(sources).map(|it| it.document.slice(it.span).to_owned());
        Self { file, line, text: text.unwrap_or_default() }
    }
}

impl PolicyInspected {
    /// One finding, and what stands there.
    pub fn new(finding: &Finding, value: Option<&Value>, place: Option<&Place>) -> Self {
        Self {
            fingerprint: finding.fingerprint.clone(),
            message: redact(&finding.message),
            path: finding.path.clone(),
            pointer: finding.pointer.clone(),
            value: value.map(redacted),
            file: place.map(|it| it.document.name().to_owned()),
            line: place.map(|it| it.position().line),
        }
    }
}

impl PolicyTests {
    /// The document of what came of tests of these modules.
    pub fn new(trial: &Trial, failures: &[diag::Diagnostic], sources: &[Source]) -> Self {
        let tests: Vec<_> = trial.tests.iter().map(|it| PolicyTest::new(it, sources)).collect();
        let failed = tests.iter().any(|it| !matches!(it.end, "passed" | "skipped"));
        Self {
            format: FORMAT,
            failed: failed || !failures.is_empty(),
            tests,
            diagnostics: failures.iter().map(Diagnostic::from).collect(),
            coverage: trial.lines.iter().map(|it| PolicyLines::new(it, sources)).collect(),
        }
    }
}

impl PolicyTest {
    fn new(test: &Tested, sources: &[Source]) -> Self {
        let (file, line) = place(test.head, sources);
        let why = test.why.as_ref().map(|it| Diagnostic::from(&it.diagnostic(sources)));
        let printed = test.printed.iter().map(Printed::from).collect();
        Self { name: test.name.clone(), end: test.end.name(), file, line, diagnostic: why, printed }
    }
}

impl PolicyLines {
    fn new(lines: &Lines, sources: &[Source]) -> Self {
        let file = sources.get(lines.source).map(|it| it.path.clone()).unwrap_or_default();
        Self { file, reached: lines.reached.len(), missed: lines.missed.clone() }
    }
}

fn place(part: Part, sources: &[Source]) -> (String, usize) {
    let place = part.place(sources);
    place.map(|it| (it.document.name().to_owned(), it.position().line)).unwrap_or_default()
}
