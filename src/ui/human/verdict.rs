//! What policies say, finding by finding, and what it comes to in a line.

use std::collections::BTreeSet;

use super::{
    diagnostics,
    ink::{BAD, FAINT, GOOD, HELP, NAME, WARN, count, paint},
};
use crate::{
    diag::Diagnostic,
    guard::{Decision, Finding, Verdict},
    policy::Role,
    secret::redact,
    ui::{Look, clean_line},
};

/// Every finding and failure.
pub fn verdict(verdict: &Verdict, failures: &[Diagnostic], look: Look) -> String {
    let failures = (!failures.is_empty()).then(|| diagnostics(failures, look));
    let findings = verdict.findings.iter().map(finding);
    failures.into_iter().chain(findings).collect::<Vec<_>>().join("\n\n")
}

/// What it comes to.
pub fn verdict_line(verdict: &Verdict) -> String {
    let rules = count(verdict.rules, "rule");
    let off = match verdict.off.len() {
        0 => String::new(),
        some => format!(", {some} off"),
    };
    let of = |role: Role| {
        let counted = verdict.findings.iter().filter(|it| it.excepted.is_none());
        counted.filter(|it| it.role == role).count()
    };
    let said = match verdict.decision {
        Decision::Allow => paint(GOOD, "allowed"),
        Decision::Warn => {
            paint(WARN, format!("allowed, with {}", count(of(Role::Warn), "warning")))
        }
        Decision::NeedsApproval => {
            paint(BAD, format!("needs approval for {}", count(of(Role::NeedsApproval), "finding")))
        }
        Decision::Deny => paint(BAD, format!("denied for {}", count(of(Role::Deny), "finding"))),
        Decision::Failed => paint(
            BAD,
            format!("not judged, because of {}", count(verdict.failures.len(), "failure")),
        ),
    };
    format!("Evaluated {rules}{off}: {said}.")
}

/// What the guard says of a run, in a line.
pub fn guard_line(verdict: &Verdict) -> String {
    let rules = count(verdict.rules, "rule");
    let off: BTreeSet<_> = verdict.off.iter().filter(|it| it.is_whole).map(|it| &it.rule).collect();
    let off = match off.len() {
        0 => String::new(),
        some => format!(", {some} off (no data)"),
    };
    let of = |role: Role| {
        let counted = verdict.findings.iter().filter(|it| it.excepted.is_none());
        counted.filter(|it| it.role == role).count()
    };
    let ends = match verdict.decision {
        Decision::Allow => vec![paint(GOOD, "passed")],
        Decision::Warn => {
            vec![paint(WARN, format!("passed with {}", count(of(Role::Warn), "warning")))]
        }
        Decision::Deny | Decision::NeedsApproval => {
            let said = |role, word: &str| match of(role) {
                0 => None,
                some => Some(paint(BAD, format!("{word} {}", count(some, "finding")))),
            };
            let ends =
                [said(Role::Deny, "denied for"), said(Role::NeedsApproval, "needs approval of")];
            ends.into_iter().flatten().collect()
        }
        Decision::Failed => {
            let failures = count(verdict.failures.len(), "failure");
            vec![paint(BAD, format!("not judged, because of {failures}"))]
        }
    };
    format!("guard: {rules}{off}, {}", ends.join(", "))
}

fn finding(finding: &Finding) -> String {
    let shown = |text: &str| clean_line(&redact(text)).into_owned();
    let style = match finding.role {
        Role::Deny | Role::NeedsApproval => BAD,
        Role::Warn => WARN,
    };
    let role = match finding.role {
        Role::Deny => "denied",
        Role::NeedsApproval => "needs approval",
        Role::Warn => "warning",
    };
    let role = if finding.excepted.is_some() { "excepted" } else { role };
    let rule = paint(style, format!("{role}[{}]", shown(&finding.rule)));
    let mut lines = vec![format!("{rule}: {}", shown(&finding.message))];
    if let Some(path) = &finding.path {
        let line = finding.line.map(|it| format!(":{it}")).unwrap_or_default();
        let part =
            finding.pointer.as_deref().map(|it| format!(" {}", shown(it))).unwrap_or_default();
        lines.push(format!("  {} {}{line}{part}", paint(FAINT, "-->"), paint(NAME, shown(path))));
    }
    let origin = shown(&finding.origin);
    let policy = match finding.policy.as_str() {
        "" => origin,
        policy => format!("{}:{} ({origin})", shown(policy), finding.policy_line),
    };
    let title = finding.title.as_deref().map(|it| format!("{}, ", shown(it))).unwrap_or_default();
    lines.push(format!("  {} {title}{}, {policy}", paint(FAINT, "="), finding.severity.name()));
    let more = |word: &str, text: &str| {
        let text = text.trim().lines().map(shown).collect::<Vec<_>>().join("\n    ");
        format!("  {} {}: {text}", paint(FAINT, "="), paint(HELP, word))
    };
    lines.extend(finding.remediation.as_deref().map(|it| more("help", it)));
    lines.extend(finding.approver.as_deref().map(|it| more("approver", it)));
    lines.extend(finding.links.iter().map(|it| more("see", it)));
    lines.join("\n")
}
