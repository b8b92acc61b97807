//! What policies found, as results of SARIF. What is excepted stays visible, suppressed.

use serde_json::{Value, json};

use super::{location, notification};
use crate::{
    docket::Judged,
    guard::Finding,
    policy::{Role, Severity},
    secret::redact,
    spec,
    text::Position,
};

/// The rules that found something, each once, and the results that point to them; `first` is the index
/// of the first of these rules.
pub(super) fn judged(judged: &Judged, folder: &str, first: usize) -> (Vec<Value>, Vec<Value>) {
    let findings = &judged.verdict.findings;
    let mut rules: Vec<&Finding> = Vec::new();
    for finding in findings {
        if !rules.iter().any(|it| it.rule == finding.rule) {
            rules.push(finding);
        }
    }
    let result = |finding: &Finding| {
        let index = rules.iter().position(|it| it.rule == finding.rule);
        result(finding, folder, index.map(|it| first + it))
    };
    let results = findings.iter().map(result);
    // What could not be judged stands in the policy, and for code scanning in the spec.
    let failed = judged.failures.iter().map(|it| {
        let mut result = notification(it);
        if let Some(result) = result.as_object_mut() {
            result.remove("descriptor");
            result.insert("ruleId".to_owned(), json!(it.code));
            let place = location(&format!("{folder}{}", spec::FILE), None);
            result.insert("locations".to_owned(), json!([place]));
            let stands =
                it.place.as_ref().map(|it| format!("{}: ", it.label())).unwrap_or_default();
            let text = redact(&format!("the guard has failed: {stands}{}", it.message));
            result.insert("message".to_owned(), json!({"text": text}));
        }
        result
    });
    let results = results.chain(failed).collect();
    (rules.into_iter().map(rule).collect(), results)
}

fn rule(finding: &Finding) -> Value {
    let title = redact(finding.title.as_deref().unwrap_or(&finding.rule));
    let help = finding.remediation.clone().into_iter();
    let who = finding.approver.iter().map(|it| match finding.role {
        Role::NeedsApproval => format!("Approver: {it}, by an `exception` in the policies."),
        Role::Deny | Role::Warn => format!("Exceptions: {it}."),
    });
    let links = finding.links.iter().map(|it| format!("See {it}"));
    let help = help.chain(who).chain(links).collect::<Vec<_>>().join("\n\n");
    let help = if help.is_empty() { title.clone() } else { redact(&help) };
    let mut rule = json!({
        "id": finding.rule,
        "shortDescription": {"text": title},
        "help": {"text": help, "markdown": help},
        "defaultConfiguration": {"level": level(finding.role)},
        "properties": {"security-severity": score(finding.severity), "tags": ["policy", "security"], "origin": finding.origin},
    });
    let link = finding.links.iter().find(|it| it.starts_with("https://"));
    if let (Some(link), Some(rule)) = (link, rule.as_object_mut()) {
        rule.insert("helpUri".to_owned(), json!(link));
    }
    rule
}

fn result(finding: &Finding, folder: &str, index: Option<usize>) -> Value {
    let help = finding.remediation.as_ref().map(|it| format!("\n{it}")).unwrap_or_default();
    let file = finding.path.as_deref().unwrap_or(spec::FILE);
    let position = finding.line.map(|line| Position { line, column: 1 });
    let excepted = finding.excepted.as_ref().map(|package| {
        json!({
            "kind": "external",
            "status": "accepted",
            "justification": format!("an `exception` of {package}"),
        })
    });
    json!({
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": level(finding.role),
        "message": {"text": redact(&format!("{}{help}", finding.message))},
        "locations": [location(&format!("{folder}{file}"), position)],
        "partialFingerprints": {"flagstonePolicy/v1": finding.fingerprint},
        "suppressions": excepted.into_iter().collect::<Vec<_>>(),
    })
}

const fn level(role: Role) -> &'static str {
    match role {
        Role::Deny | Role::NeedsApproval => "error",
        Role::Warn => "warning",
    }
}

/// What code scanning sorts by.
const fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "3.0",
        Severity::Medium => "5.0",
        Severity::High => "8.0",
        Severity::Critical => "9.5",
    }
}
