//! What two judges find in one plan, made equal in form, and how it differs.

use std::{collections::BTreeSet, fmt};

use anyhow::{Context as _, Result};
use serde_json::{Map, Value};

use super::set::Set;

/// A plan: the `input` of the rules over plans, and of those over files.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) name: String,
    pub(super) subjects: Vec<Subject>,
}

/// One `input`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Subject {
    pub(super) name: String,
    /// Whose rules judge it.
    pub(super) package: &'static str,
    pub(super) input: Value,
}

/// The packages below which those of the starter set are.
pub(super) const PLAN: &str = "flagstone.plan";
pub(super) const FILE: &str = "flagstone.files";

/// What a judge says of one subject.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// Each finding: its rule, and what it says as JSON with sorted keys.
    pub(super) findings: BTreeSet<(String, String)>,
    /// Why something could not be judged.
    pub(super) failures: BTreeSet<String>,
}

/// How two judges differ over one subject.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Difference {
    /// OPA finds something, we don't, and say nothing of it: an open door.
    Missed { rule: String, finding: String },
    /// OPA can't answer, and we have judged.
    Unjudged { error: String },
    /// We find something that OPA does not.
    More { rule: String, finding: String },
    /// We can't judge what OPA judges: closed.
    Closed { why: String },
}

impl fmt::Display for Difference {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missed { rule, finding } => write!(to, "MISSED by us: {rule} {finding}"),
            Self::Unjudged { error } => write!(to, "OPA can't answer, and we have judged: {error}"),
            Self::More { rule, finding } => write!(to, "only by us: {rule} {finding}"),
            Self::Closed { why } => write!(to, "not judged by us: {why}"),
        }
    }
}

impl Said {
    /// OPA's answer.
    pub(super) fn by_opa(answer: &Value) -> Result<Self> {
        if let Some(error) = answer.get("error") {
            let failures = BTreeSet::from([error.to_string()]);
            return Ok(Self { failures, ..Self::default() });
        }
        let mut said = Self::default();
        let found = answer.get("found").and_then(Value::as_object).context("nothing is said")?;
        for (rule, findings) in found {
            for finding in findings.as_array().into_iter().flatten() {
                said.findings.insert((rule.clone(), known(finding)));
            }
        }
        Ok(said)
    }

    /// Ours, over every subject of a plan. A subject is called by its number.
    pub(super) fn by_us(verdict: &Value, plan: &Plan, set: &Set) -> Result<Vec<Self>> {
        let mut said = vec![Self::default(); plan.subjects.len()];
        let all = |key: &str| verdict.get(key).and_then(Value::as_array).into_iter().flatten();
        let at = |it: &Value| it.get("path")?.as_str()?.strip_prefix('#')?.parse::<usize>().ok();
        for failure in all("failures") {
            let message = failure.get("message").and_then(Value::as_str).unwrap_or_default();
            let code = failure.get("code").and_then(Value::as_str).unwrap_or_default();
            let of = at(failure).and_then(|it| said.get_mut(it));
            let of = of.with_context(|| format!("{}: {failure}", plan.name))?;
            of.failures.insert(format!("{code}: {message}"));
        }
        for finding in all("findings") {
            let line = finding.get("policy_line").and_then(Value::as_u64).unwrap_or_default();
            let policy = finding.get("policy").and_then(Value::as_str).unwrap_or_default();
            let rule = set.rule(policy, line)?;
            let is_plan = rule.starts_with(PLAN);
            let of_plan = plan.subjects.iter().position(|it| it.package == PLAN);
            let at = if is_plan { of_plan } else { at(finding) };
            let of = at.and_then(|it| said.get_mut(it));
            let of = of.with_context(|| format!("{}: {finding}", plan.name))?;
            let mut value = finding.get("details").and_then(Value::as_object).cloned();
            let value = value.get_or_insert_default();
            value.insert("msg".to_owned(), finding["message"].clone());
            for key in ["path", "pointer", "line"] {
                let is_own = finding[key].as_str().is_some_and(|it| it.starts_with('#'));
                if !finding[key].is_null() && !is_own {
                    value.insert(key.to_owned(), finding[key].clone());
                }
            }
            of.findings.insert((rule, known(&Value::Object(value.clone()))));
        }
        Ok(said)
    }

    /// How ours differs from OPA's.
    pub(super) fn differences(&self, opa: &Self) -> Vec<Difference> {
        let of = |(rule, finding): &(String, String)| (rule.clone(), finding.clone());
        if let Some(error) = opa.failures.first() {
            let is_closed = !self.failures.is_empty();
            let unjudged = || Difference::Unjudged { error: error.clone() };
            return (!is_closed).then(unjudged).into_iter().collect();
        }
        let missed = opa.findings.difference(&self.findings).map(of);
        let missed = missed.map(|(rule, finding)| Difference::Missed { rule, finding });
        let more = self.findings.difference(&opa.findings).map(of);
        let more = more.map(|(rule, finding)| Difference::More { rule, finding });
        let closed = self.failures.iter().map(|why| Difference::Closed { why: why.clone() });
        // Where something is told as not judged, the whole is refused and nothing is missed unseen.
        let is_open = self.failures.is_empty();
        missed.filter(|_| is_open).chain(more).chain(closed).collect()
    }
}

/// A finding with sorted keys, in which `_loc` is a path and a line.
fn known(finding: &Value) -> String {
    let mut parts: Map<String, Value> = match finding {
        Value::Object(parts) => parts.clone(),
        message => Map::from_iter([("msg".to_owned(), message.clone())]),
    };
    if let Some(Value::Object(place)) = parts.remove("_loc") {
        if !parts.get("path").is_some_and(Value::is_string) {
            parts.extend(place.get("file").map(|it| ("path".to_owned(), it.clone())));
        }
        let line = place.get("line").filter(|it| it.as_u64().is_some_and(|it| it > 0));
        parts.extend(line.map(|it| ("line".to_owned(), it.clone())));
    }
    // What is no text is no path, to us and to conftest.
    for key in ["path", "pointer"] {
        if parts.get(key).is_some_and(|it| !it.is_string()) {
            parts.remove(key);
        }
    }
    let mut finding = Value::Object(parts);
    finding.sort_all_objects();
    finding.to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(findings: &[&str], failures: &[&str]) -> Said {
        let finding = |it: &&str| ("main.deny".to_owned(), known(&json!(it)));
        let failures = failures.iter().map(|it| (*it).to_owned()).collect();
        Said { findings: findings.iter().map(finding).collect(), failures }
    }

    #[test]
    fn a_finding_less_is_missed_unless_something_is_told_as_not_judged() {
        let told = |ours: &Said, opa: &Said| {
            let all = ours.differences(opa).into_iter().map(|it| it.to_string());
            all.collect::<Vec<_>>()
        };
        let (both, one) = (said(&["a", "b"], &[]), said(&["a"], &[]));
        assert_eq!(told(&both, &both), Vec::<String>::new());
        assert_eq!(told(&one, &both), [r#"MISSED by us: main.deny {"msg":"b"}"#]);
        assert_eq!(told(&both, &one), [r#"only by us: main.deny {"msg":"b"}"#]);
        assert_eq!(told(&said(&["a"], &["it ended"]), &both), ["not judged by us: it ended"]);
        let error = said(&[], &["conflict"]);
        assert_eq!(told(&both, &error), ["OPA can't answer, and we have judged: conflict"]);
        assert_eq!(told(&said(&[], &["conflict"]), &error), Vec::<String>::new());
    }

    #[test]
    fn a_place_is_a_path_and_a_line() {
        let finding = json!({"msg": "m", "_loc": {"file": "f", "line": 3}, "b": 1, "a": 2});
        assert_eq!(known(&finding), r#"{"a":2,"b":1,"line":3,"msg":"m","path":"f"}"#);
        let finding = json!({"path": null, "msg": "m", "_loc": {"line": "x"}, "pointer": 7});
        assert_eq!(known(&finding), r#"{"msg":"m"}"#);
    }
}
