//! What policies say, finding by finding, and what it comes to in a line.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    diagnostics,
    ink::{BAD, FAINT, GOOD, HELP, NAME, WARN, count, paint},
};
use crate::{
    docket::{Judged, Template},
    guard::{Decision, Finding, Printed, Verdict},
    policy::Role,
    secret::redact,
    ui::{Look, clean_line},
};

/// Every finding and failure.
pub fn verdict(judged: &Judged, look: Look) -> String {
    let Judged { verdict, failures, made, .. } = judged;
    let failures = (!failures.is_empty()).then(|| diagnostics(failures, look));
    let mut told = BTreeSet::new();
    let findings = verdict.findings.iter().map(|it| {
        let is_first = told.insert((&it.rule, &it.policy, it.policy_line));
        let template = it.path.as_ref().and_then(|path| made.get(path));
        finding(it, template, is_first)
    });
    failures.into_iter().chain(findings).collect::<Vec<_>>().join("\n\n")
}

/// What policies have printed, each with its place.
pub fn printed(verdict: &Verdict) -> Option<String> {
    let lines: Vec<_> = printed_lines(&verdict.printed).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

pub(super) fn printed_lines(printed: &[Printed]) -> impl Iterator<Item = String> {
    printed.iter().map(|it| {
        let place = clean_line(&format!("{}:{}", it.policy, it.line)).into_owned();
        format!(
            "{} {}",
            paint(FAINT, format!("printed by {place}:")),
            clean_line(&redact(&it.text))
        )
    })
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
            let found = of(Role::NeedsApproval);
            let words = if found == 1 { "needs" } else { "need" };
            paint(BAD, format!("{} {words} approval", count(found, "finding")))
        }
        Decision::Deny => paint(BAD, format!("denied for {}", count(of(Role::Deny), "finding"))),
        Decision::Failed => paint(
            BAD,
            format!("not judged, because of {}", count(verdict.failures.len(), "failure")),
        ),
    };
    let excepted = match excepted(verdict) {
        0 => String::new(),
        some => format!(", {some} excepted"),
    };
    format!("Evaluated {rules}{off}: {said}{excepted}.")
}

/// How many findings are let pass.
fn excepted(verdict: &Verdict) -> usize {
    verdict.findings.iter().filter(|it| it.excepted.is_some()).count()
}

/// The rules that are off as a whole, and the data that each of them needs.
fn off(verdict: &Verdict) -> BTreeMap<&str, Vec<&str>> {
    let mut off: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for it in verdict.off.iter().filter(|it| it.is_whole) {
        off.entry(&it.rule).or_default().push(&it.needs);
    }
    off
}

/// What switches rules on.
pub(super) const ON: &str =
    "a rule is on where a file that `data:` names, beside `policies:`, says what it needs";

/// The same for people, and what switches them on; none where every rule is on.
pub fn off_line(verdict: &Verdict) -> Option<String> {
    let off = off(verdict);
    let of = |(rule, needs): (&&str, &Vec<&str>)| {
        clean_line(&format!("{rule} (no {})", needs.join(", "))).into_owned()
    };
    let rules: Vec<_> = off.iter().map(of).collect();
    (!rules.is_empty()).then(|| format!("off: {}\n{ON}", rules.join(", ")))
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
    let excepted = Some(excepted(verdict)).filter(|it| *it > 0).map(|it| format!("{it} excepted"));
    let ends: Vec<_> = ends.into_iter().chain(excepted).collect();
    format!("guard: {rules}{off}, {}", ends.join(", "))
}

/// `is_first`: whether nothing of its rule was told yet; what is the same of all is told once.
fn finding(finding: &Finding, template: Option<&Template>, is_first: bool) -> String {
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
    lines.extend(place(finding));
    lines.extend(template.map(|it| more("made from", &made_from(it))));
    if is_first {
        lines.push(format!("  {} {}", paint(FAINT, "="), of_rule(finding)));
        lines.extend(finding.remediation.as_deref().map(|it| more("help", it)));
        lines.extend(finding.links.iter().map(|it| more("see", it)));
    }
    lines.extend(who(finding).filter(|_| is_first || finding.excepted.is_some()));
    lines.join("\n")
}

fn shown(text: &str) -> String {
    clean_line(&redact(text)).into_owned()
}

fn more(word: &str, text: &str) -> String {
    let text = text.trim().lines().map(shown).collect::<Vec<_>>().join("\n    ");
    format!("  {} {}: {text}", paint(FAINT, "="), paint(HELP, word))
}

/// The file, the line and the part of it.
fn place(finding: &Finding) -> Option<String> {
    let path = finding.path.as_deref()?;
    let line = finding.line.map(|it| format!(":{it}")).unwrap_or_default();
    let part = finding.pointer.as_deref().map(|it| format!(" {}", shown(it))).unwrap_or_default();
    Some(format!("  {} {}{line}{part}", paint(FAINT, "-->"), paint(NAME, shown(path))))
}

/// What the rule is called, how grave it is, where it stands and whose it is.
fn of_rule(finding: &Finding) -> String {
    let origin = shown(&finding.origin);
    let policy = match (finding.policy.as_str(), origin.as_str()) {
        ("", _) => origin,
        (policy, "") => format!("{}:{}", shown(policy), finding.policy_line),
        (policy, _) => format!("{}:{} ({origin})", shown(policy), finding.policy_line),
    };
    let title = finding.title.as_deref().map(|it| format!("{}, ", shown(it))).unwrap_or_default();
    format!("{title}{}, {policy}", finding.severity.name())
}

/// The template of a file, and the parameters whose answers reach it.
fn made_from(template: &Template) -> String {
    let names: Vec<_> = template.parameters.iter().map(|it| format!("`{it}`")).collect();
    match names.is_empty() {
        true => template.file.clone(),
        false => format!("{}, by the answers to {}", template.file, names.join(", ")),
    }
}

/// Who has let it pass, or can.
fn who(finding: &Finding) -> Option<String> {
    if let Some(package) = &finding.excepted {
        return Some(more("excepted", &format!("by an `exception` of the package `{package}`")));
    }
    match (finding.role, finding.approver.as_deref()) {
        (Role::NeedsApproval, who) => {
            let who = who.unwrap_or("whoever owns the policies");
            Some(more("approver", &format!("{who}, by an `exception` in the policies")))
        }
        (Role::Deny, Some(who)) => Some(more("exceptions", who)),
        (Role::Deny, None) | (Role::Warn, _) => None,
    }
}
