//! What policies say, finding by finding, and what it comes to in a line.

use std::collections::{BTreeMap, BTreeSet};

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
    let mut told = BTreeSet::new();
    let findings = verdict.findings.iter().map(|it| finding(it, told.insert(&it.rule)));
    failures.into_iter().chain(findings).collect::<Vec<_>>().join("\n\n")
}

/// What it comes to.
pub fn verdict_line(verdict: &Verdict) -> String {
    let rules = count(verdict.rules, "rule");
    let off = match off(verdict).len() {
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

/// The rules that are off as a whole, and the data that each of them needs.
fn off(verdict: &Verdict) -> BTreeMap<&str, Vec<&str>> {
    let mut off: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for it in verdict.off.iter().filter(|it| it.is_whole) {
        off.entry(&it.rule).or_default().push(&it.needs);
    }
    off
}

/// The same for people; none where every rule is on.
pub fn off_line(verdict: &Verdict) -> Option<String> {
    let off = off(verdict);
    let of = |(rule, needs): (&&str, &Vec<&str>)| {
        clean_line(&format!("{rule} (no {})", needs.join(", "))).into_owned()
    };
    let rules: Vec<_> = off.iter().map(of).collect();
    (!rules.is_empty()).then(|| format!("off: {}", rules.join(", ")))
}

/// What the guard says of a run, in a line.
pub fn guard_line(verdict: &Verdict) -> String {
    let rules = count(verdict.rules, "rule");
    let off = match off(verdict).len() {
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
            let said = |role, ends: &dyn Fn(usize) -> String| match of(role) {
                0 => None,
                some => Some(paint(BAD, ends(some))),
            };
            let denied = |some| format!("denied for {}", count(some, "finding"));
            let approval = |some| match some {
                1 => "1 finding needs approval".to_owned(),
                some => format!("{some} findings need approval"),
            };
            let ends = [said(Role::Deny, &denied), said(Role::NeedsApproval, &approval)];
            ends.into_iter().flatten().collect()
        }
        Decision::Failed => {
            let failures = count(verdict.failures.len(), "failure");
            vec![paint(BAD, format!("not judged, because of {failures}"))]
        }
    };
    let excepted = verdict.findings.iter().filter(|it| it.excepted.is_some()).count();
    let excepted = (excepted > 0).then(|| format!("{excepted} excepted"));
    let ends: Vec<_> = ends.into_iter().chain(excepted).collect();
    format!("guard: {rules}{off}, {}", ends.join(", "))
}

/// `is_first`: whether nothing of its rule was told yet.
fn finding(finding: &Finding, is_first: bool) -> String {
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
    // Said once, and only of what somebody can let pass.
    let approver = finding.approver.as_deref();
    let approver = approver.filter(|_| is_first && finding.excepted.is_none());
    lines.extend(match finding.role {
        Role::NeedsApproval => approver.map(|it| more("approver", it)),
        Role::Deny => approver.map(|it| more("exceptions", it)),
        Role::Warn => None,
    });
    lines.extend(finding.links.iter().map(|it| more("see", it)));
    lines.join("\n")
}
