//! What a judgement comes to.

use serde::{Deserialize, Serialize};

use super::{Printed, Request};
use crate::{
    data::Value,
    diag::Diagnostic,
    policy::{Role, Severity},
    text::{Document, Position, Span},
};

/// What policies say of a request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// What it comes to.
    pub decision: Decision,
    /// What was found, the gravest first.
    pub findings: Vec<Finding>,
    /// What could not be judged, and why.
    pub failures: Vec<Failure>,
    /// How many rules were evaluated, by their ids; one may have several definitions.
    pub rules: usize,
    /// The rules whose data is absent.
    pub off: Vec<Off>,
    /// The digest of the policies and their data.
    pub policies: String,
    /// What policies have printed, in the order in which they were asked.
    #[serde(default)]
    pub printed: Vec<Printed>,
}

/// What a verdict comes to, the best first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Nothing was found.
    #[default]
    Allow,
    /// What was found is worth a look.
    Warn,
    /// What was found needs somebody's approval.
    NeedsApproval,
    /// What was found must not be.
    Deny,
    /// It could not be judged; nothing may rely on it.
    Failed,
}

/// One thing that a rule found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule's id: of its metadata, else its package and name.
    pub rule: String,
    /// What its findings mean.
    pub role: Role,
    /// How grave it is.
    pub severity: Severity,
    /// What the rule is called, in a few words.
    pub title: Option<String>,
    /// What is wrong.
    pub message: String,
    /// The file.
    pub path: Option<String>,
    /// The part of it, as a JSON pointer.
    pub pointer: Option<String>,
    /// The line of it, where the rule says one.
    pub line: Option<usize>,
    /// What to do about it.
    pub remediation: Option<String>,
    /// Whose approval it needs.
    pub approver: Option<String>,
    /// Where to read more.
    pub links: Vec<String>,
    /// Whatever else the rule says.
    pub details: Value,
    /// Whose rule it is.
    pub origin: String,
    /// The module of the rule.
    pub policy: String,
    /// The line of its definition.
    pub policy_line: usize,
    /// The package whose `exception` lets it pass. It is told and does not count.
    pub excepted: Option<String>,
    /// What it is known by in the next run: SHA-256 of rule, file, part and message.
    pub fingerprint: String,
}

/// Something that could not be judged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Stable, searchable, kebab-case.
    pub code: String,
    /// Why.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The bundle, and the module in it.
    pub source: Option<(usize, usize)>,
    /// Where in the module: line and column, from 1.
    pub position: Option<(usize, usize)>,
    /// The file that was judged.
    pub path: Option<String>,
}

/// A rule that is off, and the data that it needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Off {
    /// The rule's id.
    pub rule: String,
    /// What is absent, as `data.teams`.
    pub needs: String,
    /// Whether nothing of it is on; another definition of it may need less.
    #[serde(default)]
    pub is_whole: bool,
}

/// What failures are called.
pub(super) const CODES: [&str; 12] = [
    "guard-catalog",
    "guard-failed",
    "guard-limit",
    "guard-request",
    "policy-depth",
    "policy-form",
    "policy-head",
    "policy-metadata",
    "policy-not",
    "policy-package",
    "policy-syntax",
    "policy-whole",
];

impl Verdict {
    /// A verdict of nothing but a failure.
    pub fn failed(failure: Failure) -> Self {
        Self { decision: Decision::Failed, failures: vec![failure], ..Self::default() }
    }

    /// The verdict with what only who asked knows.
    #[must_use]
    pub fn of(self, request: &Request) -> Self {
        Self { policies: request.digest().to_string(), ..self }
    }

    /// The verdict with what was found beside the policies.
    #[must_use]
    pub fn with(mut self, findings: Vec<Finding>) -> Self {
        self.findings.extend(findings);
        self.decide()
    }

    /// The verdict with what nobody could judge.
    #[must_use]
    pub fn but(mut self, failures: Vec<Failure>) -> Self {
        self.failures.extend(failures);
        self.decide()
    }

    /// Puts everything in order and decides.
    pub(super) fn decide(mut self) -> Self {
        let order = |it: &Finding| {
            let place = (it.path.clone(), it.line, it.pointer.clone());
            let counts = it.excepted.is_some();
            (
                counts,
                it.role,
                std::cmp::Reverse(it.severity),
                it.rule.clone(),
                place,
                it.message.clone(),
            )
        };
        self.findings.sort_by_cached_key(order);
        self.findings.dedup();
        self.off.sort();
        self.off.dedup();
        let of = |it: &Finding| match it.role {
            Role::Deny => Decision::Deny,
            Role::NeedsApproval => Decision::NeedsApproval,
            Role::Warn => Decision::Warn,
        };
        let counted = self.findings.iter().filter(|it| it.excepted.is_none());
        let found = counted.map(of).max().unwrap_or_default();
        self.decision = if self.failures.is_empty() { found } else { Decision::Failed };
        self
    }
}

impl Decision {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::NeedsApproval => "needs-approval",
            Self::Deny => "deny",
            Self::Failed => "failed",
        }
    }

    /// Whether what was judged may go on.
    pub const fn may_go_on(self) -> bool {
        matches!(self, Self::Allow | Self::Warn)
    }
}

impl Failure {
    /// A failure that stands nowhere.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), ..Self::default() }
    }

    /// A mistake in a module.
    pub(super) fn of(mistake: &Diagnostic, source: (usize, usize)) -> Self {
        let position = mistake.place.as_ref().map(crate::text::Place::position);
        Self {
            code: mistake.code.to_owned(),
            message: mistake.message.clone(),
            help: mistake.help.clone(),
            source: Some(source),
            position: position.map(|it| (it.line, it.column)),
            path: None,
        }
    }

    /// The failure as a mistake at its place in the policies of `request`.
    pub fn diagnostic(&self, request: &Request) -> Diagnostic {
        let code = CODES.into_iter().find(|it| *it == self.code).unwrap_or("guard-failed");
        let source = self.source.and_then(|(bundle, source)| {
            let bundle = request.bundles.get(bundle)?;
            Some((bundle, bundle.sources.get(source)?))
        });
        let place = source.map(|(_, source)| {
            let document = Document::new(&source.path, &source.text);
            let Some((line, column)) = self.position else {
                return document.place(Span::default());
            };
            let start = document.offset(Position { line, column });
            let end = document.line_span(line).end.max(start);
            document.place(Span { start, end })
        });
        let judged = self.path.as_ref().map(|it| format!("while `{it}` was judged"));
        let origin = source.map(|(bundle, _)| bundle.origin.as_str()).filter(|it| !it.is_empty());
        let origin = origin.map(|it| format!("the policy is of: {it}"));
        let mistake = Diagnostic::error(code, self.message.clone()).at(place);
        let notes = judged.into_iter().chain(origin);
        notes.fold(mistake, Diagnostic::note).maybe_help(self.help.clone())
    }
}
