//! What policies say.

use serde::Serialize;

use super::{Diagnostic, FORMAT};
use crate::{
    data::Value,
    docket::{Judged, Template},
    guard,
    secret::redact,
};

/// What policies say, and what it comes to.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// Always [`FORMAT`].
    pub format: u32,
    /// `allow`, `warn`, `needs-approval`, `deny` or `failed`.
    pub decision: &'static str,
    /// What was found, the gravest first.
    pub findings: Vec<VerdictFinding>,
    /// What could not be judged.
    pub diagnostics: Vec<Diagnostic>,
    /// How many rules were evaluated.
    pub rules: usize,
    /// The rules that are off, and the data that each of them needs.
    pub off: Vec<Off>,
    /// The digest of the policies and their data.
    pub policies: String,
    /// What policies have printed by `print`.
    pub printed: Vec<Printed>,
}

/// One thing that a rule found.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VerdictFinding {
    /// The rule's id.
    pub rule: String,
    /// `deny`, `needs-approval` or `warn`.
    pub role: &'static str,
    /// `low`, `medium`, `high` or `critical`.
    pub severity: &'static str,
    /// What the rule is called.
    pub title: Option<String>,
    /// What is wrong.
    pub message: String,
    /// The file.
    pub path: Option<String>,
    /// The part of it, as a JSON pointer.
    pub pointer: Option<String>,
    /// The line of it.
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
    /// The package whose `exception` lets it pass.
    pub excepted: Option<String>,
    /// What it is known by in the next run.
    pub fingerprint: String,
    /// The template that the file was made from, from the root of its catalog.
    pub template: Option<String>,
    /// The parameters that the template names.
    pub parameters: Vec<String>,
}

/// What a policy has printed.
#[derive(Debug, Clone, Serialize)]
pub struct Printed {
    /// The module.
    pub policy: String,
    /// The line of it.
    pub line: usize,
    /// What it says.
    pub text: String,
}

/// A rule that is off.
#[derive(Debug, Clone, Serialize)]
pub struct Off {
    /// The rule's id.
    pub rule: String,
    /// The data that is absent.
    pub needs: String,
}

impl Verdict {
    /// The document of what was judged.
    pub fn new(judged: &Judged) -> Self {
        let Judged { verdict, failures, made, .. } = judged;
        let off = verdict.off.iter();
        let template = |it: &guard::Finding| it.path.as_ref().and_then(|path| made.get(path));
        let finding = |it| VerdictFinding::from(it).with(template(it));

        Self {
            format: FORMAT,
            decision: verdict.decision.name(),
            findings: verdict.findings.iter().map(finding).collect(),
            diagnostics: failures.iter().map(Diagnostic::from).collect(),
            rules: verdict.rules,
            off: off.map(|it| Off { rule: it.rule.clone(), needs: it.needs.clone() }).collect(),
            policies: verdict.policies.clone(),
            printed: verdict.printed.iter().map(Printed::from).collect(),
        }
    }

    /// Whether what was judged may not go on.
    pub(super) fn is_no(&self) -> bool {
        !["allow", "warn"].contains(&self.decision)
    }
}

impl From<&guard::Finding> for VerdictFinding {
    fn from(finding: &guard::Finding) -> Self {
        Self {
            rule: finding.rule.clone(),
            role: finding.role.name(),
            severity: finding.severity.name(),
            title: finding.title.clone(),
            message: redact(&finding.message),
            path: finding.path.clone(),
            pointer: finding.pointer.clone(),
            line: finding.line,
            remediation: finding.remediation.clone(),
            approver: finding.approver.clone(),
            links: finding.links.clone(),
            details: redacted(&finding.details),
            origin: finding.origin.clone(),
            policy: finding.policy.clone(),
            policy_line: finding.policy_line,
            excepted: finding.excepted.clone(),
            fingerprint: finding.fingerprint.clone(),
            template: None,
            parameters: Vec::new(),
        }
    }
}

impl From<&guard::Printed> for Printed {
    fn from(printed: &guard::Printed) -> Self {
        Self { policy: printed.policy.clone(), line: printed.line, text: redact(&printed.text) }
    }
}

impl VerdictFinding {
    fn with(self, template: Option<&Template>) -> Self {
        let parameters = template.map(|it| it.parameters.clone()).unwrap_or_default();
        Self { template: template.map(|it| it.file.clone()), parameters, ..self }
    }
}

/// A value without what looks like a secret in its texts.
pub(super) fn redacted(value: &Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(redact(text)),
        Value::List(items) => Value::List(items.iter().map(redacted).collect()),
        Value::Map(entries) => {
            Value::Map(entries.iter().map(|(key, it)| (redacted(key), redacted(it))).collect())
        }
        Value::Tagged(tag, it) => Value::Tagged(tag.clone(), Box::new(redacted(it))),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}
